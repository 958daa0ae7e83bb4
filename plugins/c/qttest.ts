import type { LineParser, TestCase } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { innerTests } from './grammar/inner-tests.ts'

const statuses: Readonly<Record<string, TestCase['status']>> = { PASS: 'passed', BPASS: 'passed', XFAIL: 'passed', 'FAIL!': 'failed', XPASS: 'failed', SKIP: 'skipped', BFAIL: 'skipped', BSKIP: 'skipped', BXFAIL: 'skipped' }

/** Qt Test's plain text: `FAIL!  : TestMath::adds(row) reason`, the place on a following `Loc: [file(line)]`. */
export const qttest: LineParser = {
  lines(context) {
    const inner = innerTests(context)
    let test: TestCase | undefined
    let trace: string[] = []
    const flush = () => {
      if (test) inner.emit({ ...test, ...trace.length > 0 && { trace: trace.join('\n') } })
      test = undefined
      trace = []
    }
    return {
      line(raw) {
        const text = inner.read(raw)
        if (!test && !(marks(text) & mark.colonBlank)) return false
        const groups = /^(?<mark>PASS|BPASS|XFAIL|FAIL!|XPASS|SKIP|BFAIL|BSKIP|BXFAIL)\s{1,4}: (?<test>[\w:]{1,300}\([^)]{0,300}\)) ?(?<message>.*)$/.exec(text)?.groups
        const totals = /^Totals: (?<passed>\d{1,9}) passed, (?<failed>\d{1,9}) failed, (?<skipped>\d{1,9}) skipped(?:, (?<black>\d{1,9}) blacklisted)?/.exec(text)?.groups
        if (groups) {
          flush()
          const status = statuses[groups['mark']!] ?? 'failed'
          test = { tool: 'qttest', test: groups['test']!, status, ...groups['message'] && { message: groups['message'] } }
          return true
        }
        if (totals) {
          flush()
          const [passed, failed, skipped] = [Number(totals['passed']), Number(totals['failed']), Number(totals['skipped']) + Number(totals['black'] ?? 0)]
          inner.emit({ tool: 'qttest', totals: { total: passed + failed + skipped, passed, failed, skipped } })
          return true
        }
        const place = /^\s{1,8}Loc: \[(?<file>.{1,1000}?)\((?<line>\d{1,9})\)\]$/.exec(text)?.groups
        if (test && place) test = { ...test, file: place['file']!, line: Number(place['line']) || 1 }
        else if (test && /^\s{2,}\S/.test(text) && trace.length < 100) trace.push(text)
        return place !== undefined
      },
      end: flush,
    }
  },
}
