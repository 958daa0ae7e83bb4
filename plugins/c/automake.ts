import type { LineParser, TestCase, TestTotals } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'

const statuses: Readonly<Record<string, TestCase['status']>> = { PASS: 'passed', XFAIL: 'passed', FAIL: 'failed', XPASS: 'failed', ERROR: 'failed', SKIP: 'skipped' }

/**
 * `make check` of an automake project: `FAIL: name` for each test, and the closing `# TOTAL:` lines.
 * The serial driver of old closes with `1 of 3 tests failed`, and counts what it printed.
 */
export const automake: LineParser = {
  lines({ emit }) {
    let sums: Record<string, number> | undefined
    // test-suite.log, which VERBOSE prints, has the same lines without a heading: they count where no summary follows.
    let heading = false
    let headed = false
    let logged: TestTotals[] = []
    let summed = false
    const flush = () => {
      if (sums) {
        const of = (...names: string[]) => names.reduce((sum, name) => sum + (sums?.[name] ?? 0), 0)
        const item = { tool: 'automake', totals: { total: of('TOTAL'), passed: of('PASS', 'XFAIL'), failed: of('FAIL', 'XPASS', 'ERROR'), skipped: of('SKIP') } }
        if (headed) emit(item)
        else logged.push(item)
        summed ||= headed
      }
      sums = undefined
    }
    return {
      line(text) {
        if (text.startsWith('Testsuite summary')) {
          heading = true
          return true
        }
        const sum = text.charCodeAt(0) !== 35 ? undefined : /^# (?<name>TOTAL|PASS|SKIP|XFAIL|FAIL|XPASS|ERROR): {1,3}(?<count>\d{1,9})$/.exec(text)?.groups
        if (sum) {
          if (sum['name'] === 'TOTAL') {
            flush()
            sums = {}
            headed = heading
            heading = false
          }
          if (sums) sums[sum['name']!] = Number(sum['count'])
          return true
        }
        const groups = !(marks(text) & mark.colonBlank) ? undefined : /^(?<mark>PASS|XFAIL|FAIL|XPASS|ERROR|SKIP): (?<test>[\w./+-]{1,300}(?: \d{1,6}(?: - .{1,300})?)?)(?: # .*| \(exit status: \d{1,3}\))?$/.exec(text)?.groups
        if (!groups) return false
        const status = statuses[groups['mark']!] ?? 'failed'
        emit({ tool: 'automake', test: groups['test']!, status, ...status === 'failed' && { message: groups['mark'] === 'XPASS' ? 'passed, but was expected to fail' : groups['mark'] === 'ERROR' ? 'the test could not be run' : 'failed' } })
        return true
      },
      end() {
        flush()
        if (!summed) logged.forEach(emit)
        logged = []
      },
    }
  },
}
