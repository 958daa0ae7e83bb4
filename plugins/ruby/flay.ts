import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const heading = /^\d+\) (?<message>(?<rule>Similar|IDENTICAL) code found in :\w+ \(mass[^)]*\))$/
const place = /^ {2}(?:[A-Z]: )?(?<file>\S[^:]*):(?<line>\d+)(?: \(.*\))?$/
const most = 100

/** Flay's text: code that occurs more than once, at its first place, the others beside it. Source: flay's README. */
export const flay: LineParser = {
  lines({ emit }) {
    let pending: Finding | undefined
    const flush = () => {
      if (pending?.file) emit(pending)
      pending = undefined
    }
    return {
      line(text) {
        const groups = text.endsWith(')') ? heading.exec(text)?.groups : undefined
        if (groups) {
          flush()
          pending = { tool: 'flay', kind: 'lint', level: 'note', rule: groups.rule === 'IDENTICAL' ? 'identical' : 'similar', message: groups.message ?? '' }
          return true
        }
        if (!pending) return false
        const at = place.exec(text)?.groups
        if (!at?.file) {
          flush()
          return false
        }
        const line = position(at.line)
        if (!pending.file) pending = { ...pending, file: at.file, line }
        else if ((pending.related?.length ?? 0) < most) pending = { ...pending, related: [...pending.related ?? [], { file: at.file, ...(line ? { line } : {}) }] }
        return true
      },
      end: flush,
    }
  },
}
