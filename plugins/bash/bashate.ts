import type { LineParser } from '../../core/contract.ts'
import { levelOf, marksPlace } from '../../core/parse/index.ts'

const now = /^(?<file>[^\s:][^:]*):(?<line>\d+):(?<column>\d+): (?<rule>[EW]0\d\d) (?<message>\S.*)$/
const before = /^\[?(?<rule>[EW]0\d\d)\]?:? (?<message>\S.*)$/
const where = /^ - (?<file>.+?)(?: ?: L| : )(?<line>\d+)$/

/** bashate, in its pycodestyle form and in the older one that names the place on a second line. Not flake8, whose codes go on from E1. */
export const bashate: LineParser = {
  lines({ emit }) {
    let pending: { rule: string; message: string } | undefined
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!pending && c !== 69 && c !== 87 && c !== 91 && !marksPlace(text)) return false
        const groups = !marksPlace(text) ? undefined : now.exec(text)?.groups
        if (groups && !groups['file']!.endsWith('.py')) {
          const { file = '', line, column, rule = '', message = '' } = groups
          emit({ tool: 'bashate', kind: 'lint', rule, level: levelOf(rule.startsWith('E') ? 'error' : 'warning'), message, file, line: Number(line), column: Number(column) })
          return true
        }
        const at = pending && where.exec(text)?.groups
        if (pending && at) {
          emit({ tool: 'bashate', kind: 'lint', level: levelOf(pending.rule.startsWith('E') ? 'error' : 'warning'), ...pending, file: at['file']!, line: Number(at['line']) })
          pending = undefined
          return true
        }
        const head = before.exec(text)?.groups
        pending = head && { rule: head['rule']!, message: head['message']! }
        return head !== undefined
      },
    }
  },
}
