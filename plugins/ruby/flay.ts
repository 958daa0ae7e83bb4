import type { LineParser } from '../../core/contract.ts'
import { held, position } from '../../core/parse/index.ts'

const heading = /^\d+\) (?<message>(?<rule>Similar|IDENTICAL) code found in :\w+ \(mass[^)]*\))$/
const place = /^ {2}(?:[A-Z]: )?(?<file>\S[^:]*):(?<line>\d+)(?: \(.*\))?$/

/** Flay's text: code that occurs more than once, at its first place, the others beside it. Source: flay's README. */
export const flay: LineParser = {
  lines(context) {
    const pending = held(context, finding => finding.file !== undefined)
    return {
      line(text) {
        const groups = text.endsWith(')') ? heading.exec(text)?.groups : undefined
        if (groups) {
          pending.hold({ tool: 'flay', kind: 'lint', level: 'note', rule: groups.rule === 'IDENTICAL' ? 'identical' : 'similar', message: groups.message ?? '' })
          return true
        }
        if (!pending.now) return false
        const at = place.exec(text)?.groups
        if (!at?.file) {
          pending.flush()
          return false
        }
        const line = position(at.line)
        if (!pending.now.file) pending.add({ file: at.file, line })
        else pending.relate({ file: at.file, ...(line ? { line } : {}) })
        return true
      },
      end: pending.flush,
    }
  },
}
