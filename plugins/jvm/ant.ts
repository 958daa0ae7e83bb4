import type { LineParser } from '../../core/contract.ts'
import { unwrap } from './grammar/wrapping.ts'

const place = /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^:]{1,1000}\.(?:xml|ant)):(?<line>\d{1,9}): (?<message>\S.*)$/
/** The tools' own lines say why. */
const explained = /^(?:Compile failed; see the compiler|The following error occurred while executing this line|Test .* failed|Tests? failed|Javadoc (?:failed|returned)|Got \d+ errors?|Compilation Failed|Some tests? )/i
const headless = /^(?<message>(?:Buildfile: .* does not exist!|Target "[^"]{1,200}" does not exist in the project.*|Could not create task or type of type: .*))$/

/** Ant's last word: `BUILD FAILED`, the chain of build files, and the reason. */
export const ant: LineParser = {
  lines({ emit }) {
    let over = false
    let seen = false
    return {
      line(line) {
        const { text, by } = unwrap(line)
        if (text === 'BUILD FAILED') return over = true
        if (by === undefined && text.startsWith('Buildfile: ')) seen = true
        const wrong = by === undefined && (seen || over) || text.startsWith('Buildfile: ') ? headless.exec(text)?.groups?.message : undefined
        if (wrong !== undefined) {
          emit({ tool: 'ant', kind: 'build', level: 'error', message: wrong, file: 'build.xml' })
          over = false
          return true
        }
        if (!over) return false
        const groups = place.exec(text)?.groups
        if (!groups) {
          if (text.startsWith('Total time:')) over = false
          return false
        }
        if (groups.message!.startsWith('The following error occurred')) return true
        over = false
        if (explained.test(groups.message!)) return true
        emit({ tool: 'ant', kind: 'build', level: 'error', message: groups.message!, file: groups.file!, line: Number(groups.line) })
        return true
      },
    }
  },
}
