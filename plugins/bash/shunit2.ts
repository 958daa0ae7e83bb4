import type { LineParser, TestCase } from '../../core/contract.ts'

const ran = /^Ran (?<total>\d+) tests?\.$/
const skips = /^(?:OK|FAILED) \((?:failures=\d+)?,?(?:skipped=(?<skipped>\d+))?\)$/

/**
 * shunit2 names a test, then prints what failed in it. Names alone are any words, so all waits for the line `Ran 2 tests.`
 * Its count of failures is one of assertions; here it is one of tests.
 */
export const shunit2: LineParser = {
  lines({ emit }) {
    let cases: TestCase[] = []
    let done: { total: number; failed: number } | undefined
    const close = (skipped: number) => {
      if (done) emit({ tool: 'shunit2', totals: { ...done, skipped, passed: Math.max(0, done.total - done.failed - skipped) } })
      done = undefined
    }
    return {
      line(text) {
        const last = cases.at(-1)
        if (/^test\w*$/.test(text)) {
          if (cases.length === 10_000) cases = []
          cases.push({ tool: 'shunit2', test: text, status: 'passed' })
          return false
        }
        const fault = /^(?:ASSERT:|shunit2:(?:ERROR|FATAL) )(?<message>.+)$/.exec(text)?.groups?.['message']
        if (last && fault !== undefined) {
          if (last.status === 'failed') last.trace = `${last.trace ?? last.message ?? ''}\n${fault}`
          else Object.assign(last, { status: 'failed', message: fault })
          return true
        }
        const total = ran.exec(text)?.groups?.['total']
        if (total !== undefined && cases.length > 0) {
          cases.forEach(emit)
          done = { total: Number(total), failed: cases.filter(({ status }) => status === 'failed').length }
          cases = []
          return true
        }
        if (!done || (text !== 'OK' && !skips.test(text))) return false
        close(Number(skips.exec(text)?.groups?.['skipped'] ?? 0))
        return true
      },
      end: () => close(0),
    }
  },
}
