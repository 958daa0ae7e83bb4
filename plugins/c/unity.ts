import type { LineParser } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { innerTests } from './grammar/inner-tests.ts'

/** Unity (ThrowTheSwitch): `file:line:test:FAIL: message` and `3 Tests 1 Failures 0 Ignored`. */
export const unity: LineParser = {
  lines(context) {
    const inner = innerTests(context)
    return {
      line(raw) {
        const text = inner.read(raw)
        const digit = text.charCodeAt(0) >= 48 && text.charCodeAt(0) <= 57
        if (!digit && !(marks(text) & mark.colonDigit)) return false
        const totals = /^(?<total>\d{1,9}) Tests (?<failed>\d{1,9}) Failures (?<skipped>\d{1,9}) Ignored\s*$/.exec(text)?.groups
        if (totals) {
          const [total, failed, skipped] = [Number(totals['total']), Number(totals['failed']), Number(totals['skipped'])]
          inner.emit({ tool: 'unity', totals: { total, failed, skipped, passed: Math.max(0, total - failed - skipped) } })
          return true
        }
        const groups = /:(?:PASS|FAIL|IGNORE)/.test(text) ? result.exec(text)?.groups : undefined
        if (!groups) return false
        const status = ({ PASS: 'passed', FAIL: 'failed', IGNORE: 'skipped' } as const)[groups['mark'] as 'PASS' | 'FAIL' | 'IGNORE']
        inner.emit({ tool: 'unity', test: groups['test']!, status, file: groups['file']!, line: Number(groups['line']) || 1, ...groups['message'] && { message: groups['message'] } })
        return true
      },
    }
  },
}

const result = /^(?<file>[^\s:][^:]{0,1000}|[A-Za-z]:[^:]{1,1000}):(?<line>\d{1,9}):(?<test>[A-Za-z_]\w{0,300}):(?<mark>PASS|FAIL|IGNORE)(?:: ?(?<message>.*))?$/
