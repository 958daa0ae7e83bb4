import type { LineParser } from '../../core/contract.ts'
import { Vulnerabilities } from './vulnerabilities.ts'

const oneLine = /^\{"(?:config|progress|SBOM|osv|finding)":/
const key = /^\s+"(?:config|progress|SBOM|osv|finding)"\s*:/
const mostCharacters = 4 * 1024 * 1024

/**
 * `govulncheck -format json`: a stream of objects, each on many lines or on one. It is read by lines, because what is found of one vulnerability stands
 * in several objects, and only the end of all tells how near it comes.
 */
export const govulncheckStream: LineParser = {
  lines(context) {
    const found = new Vulnerabilities()
    let held: string[] = []
    let size = 0
    const drop = () => {
      held = []
      size = 0
    }
    const take = (text: string) => {
      try {
        found.message(JSON.parse(text))
      } catch {
        // A message that was cut off says nothing; those after it still do.
      }
    }
    return {
      line(text) {
        if (text.charCodeAt(0) === 123) {
          if (text === '{') {
            held = [text]
            size = 1
            return false
          }
          if (!oneLine.test(text)) return false
          take(text)
          return true
        }
        if (held.length === 0) return false
        if (held.length === 1 && !key.test(text)) {
          drop()
          return false
        }
        held.push(text)
        size += text.length
        if (text === '}' || text.startsWith('}')) {
          take([...held.slice(0, -1), '}'].join('\n'))
          drop()
        } else if (size > mostCharacters) drop()
        return true
      },
      end() { found.emit(context) },
    }
  },
}
