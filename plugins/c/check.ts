import type { LineParser } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { innerTests } from './grammar/inner-tests.ts'

/** The Check framework: `33%: Checks: 3, Failures: 1, Errors: 1`, then `file:line:F:case:test:0: message` for each result shown. */
export const check: LineParser = {
  lines(context) {
    const inner = innerTests(context)
    return {
      line(raw) {
        const text = inner.read(raw)
        if (!(marks(text) & mark.colonBlank)) return false
        const totals = /^\d{1,3}%: Checks: (?<total>\d{1,9}), Failures: (?<failures>\d{1,9}), Errors: (?<errors>\d{1,9})$/.exec(text)?.groups
        if (totals) {
          const [total, failed] = [Number(totals['total']), Number(totals['failures']) + Number(totals['errors'])]
          inner.emit({ tool: 'check', totals: { total, failed, skipped: 0, passed: Math.max(0, total - failed) } })
          return true
        }
        const groups = marks(text) & mark.colonDigit && /:\d{1,9}:[PFES]:/.test(text) ? result.exec(text)?.groups : undefined
        if (!groups) return false
        inner.emit({
          tool: 'check', test: `${groups['case']}:${groups['test']}`, status: groups['mark'] === 'P' ? 'passed' : groups['mark'] === 'S' ? 'skipped' : 'failed',
          file: groups['file']!, line: Number(groups['line']) || 1, ...groups['mark'] !== 'P' && { message: groups['message']! },
        })
        return true
      },
    }
  },
}

const result = /^(?<file>[^\s:][^:]{0,1000}|[A-Za-z]:[^:]{1,1000}):(?<line>\d{1,9}):(?<mark>[PFES]):(?<case>[^:]{1,300}):(?<test>[^:]{1,300}):\d{1,9}: (?<message>.*)$/
