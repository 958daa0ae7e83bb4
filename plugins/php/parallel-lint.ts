import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const begin = /^(?<rule>Parse error|Fatal error|Deprecated|Compile error): (?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d{1,9})$/
const code = /^ *>? *\d+\| ?/

/** php-parallel-lint's console text: the place, some code, then what is wrong. Source: PHP Parallel Lint's README ("Example output"). */
export const parallelLint: LineParser = {
  lines({ emit }) {
    let pending: Finding | undefined
    const flush = () => {
      if (pending) emit({ ...pending, message: pending.message || pending.rule || '' })
      pending = undefined
    }
    return {
      line(text) {
        const groups = /\d$/.test(text.slice(-1)) && text.includes(': ') ? begin.exec(text)?.groups : undefined
        if (groups) {
          flush()
          pending = { tool: 'parallel-lint', kind: 'build', level: groups.rule === 'Deprecated' ? 'note' : 'error', rule: groups.rule, message: '', file: groups.file, line: position(groups.line) }
          return true
        }
        if (!pending) return false
        if (!code.test(text)) {
          pending = { ...pending, message: text.trim() }
          flush()
        }
        return true
      },
      end: flush,
    }
  },
}
