import type { Finding, LineParser } from '../../core/contract.ts'
import { ownPlaces, placeIn } from './own.ts'
import { said, type Said } from './places.ts'

const known = ownPlaces('go-vet', findingOf)
const mostHeld = 1000

/**
 * `go vet`: its analyzers' known words anywhere, and whatever stands below its own header `# [package]`. Versions before 1.10 told no columns and no
 * header: there a line without a column is vet's where it stands next to one that is.
 */
export const goVet: LineParser = {
  lines(context) {
    const reader = known.lines(context)
    let section = false
    let held: Finding[] = []
    let block: 'vet' | 'unknown' = 'unknown'
    const settle = () => {
      if (block === 'vet') held.forEach(context.emit)
      held = []
    }
    return {
      line(text) {
        if (text.startsWith('# ')) {
          section = /^# \[\S+\]$/.test(text)
          return section
        }
        const one = said(text)
        if (!one) {
          settle()
          block = 'unknown'
          return reader.line(text)
        }
        if (one.tool === 'go-vet') {
          block = 'vet'
          settle()
        }
        if (one.tool !== 'go') return reader.line(text)
        // A package that does not compile is vetted by the compiler's words.
        if (text.startsWith('vet: ')) return false
        if (section) context.emit(findingOf(one))
        else if (!one.sure && held.length < mostHeld) held.push(findingOf(one))
        if (block === 'vet') settle()
        return section
      },
      end() {
        settle()
        reader.end?.()
      },
    }
  },
}

function findingOf(one: Said): Finding {
  return { tool: 'go-vet', kind: 'lint', level: 'warning', ...(one.rule ? { rule: one.rule } : {}), message: one.message, ...placeIn(one) }
}
