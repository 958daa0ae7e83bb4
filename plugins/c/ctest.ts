import type { LineParser, TestCase } from '../../core/contract.ts'
import { firstPlace, firstReason } from './grammar/place.ts'

/** ctest's console. The output of a failed test (`--output-on-failure`) follows its line and becomes the trace. */
export const ctest: LineParser = {
  lines({ emit }) {
    let failed: { test: TestCase; output: string[] } | undefined
    let skipped = 0
    let disabled = 0
    const flush = () => {
      if (failed) emit(explain(failed.test, failed.output))
      failed = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!failed && c > 32 && !(c >= 48 && c <= 57)) return false
        const groups = result.exec(text)?.groups
        if (groups || starts.test(text)) flush()
        const closing = summary.exec(text)?.groups
        if (groups) {
          const test = read(groups)
          if (test.status === 'skipped' && groups['status']!.includes('Disabled')) disabled++
          else if (test.status === 'skipped') skipped++
          if (test.status === 'failed') failed = { test, output: [] }
          else emit(test)
        } else if (closing) {
          flush()
          const [total, bad] = [Number(closing['total']), Number(closing['failed'])]
          emit({ tool: 'ctest', totals: { total: total + disabled, failed: bad, skipped: skipped + disabled, passed: Math.max(0, total - bad - skipped) } })
          skipped = disabled = 0
        } else if (failed && failed.output.length < 500) failed.output.push(text)
        return groups !== undefined || closing !== undefined
      },
      end: flush,
    }
  },
}

const result = /^\s{0,8}\d{1,6}\/\d{1,6} Test\s{1,6}#\d{1,6}: (?<name>\S(?:.{0,500}?\S)?) \.{2,}\s*(?<status>Passed|[A-Za-z ]{0,40}\*{3}.{1,100}?)\s{1,8}(?<seconds>\d{1,9}(?:\.\d{1,6})?) sec/
const starts = /^\s{2,8}Start\s{1,6}\d{1,6}: |^\d{1,3}% tests passed/
const summary = /^\d{1,3}% tests passed, (?<failed>\d{1,9}) tests? failed out of (?<total>\d{1,9})/

function read(groups: Record<string, string | undefined>): TestCase {
  // `***Failed`, `***Exception: SegFault`, `Subprocess aborted***Exception:`
  const [before, after] = groups['status']!.split('***')
  const status = (before || after || '').replace(/:\s*$/, '')
  const skip = /^(?:Skipped|Not Run \(Disabled\))/.test(status)
  return {
    tool: 'ctest', test: groups['name']!, seconds: Number(groups['seconds']),
    status: status === 'Passed' ? 'passed' : skip ? 'skipped' : 'failed',
    ...status !== 'Passed' && { message: status },
  }
}

export function explain(test: TestCase, output: readonly string[]): TestCase {
  const [place, reason, trace] = [firstPlace(output), firstReason(output), output.join('\n').trim()]
  return {
    ...test, ...place && { file: place.file, line: place.line ?? 1 },
    ...reason && { message: `${test.message ?? 'Failed'}: ${reason}` },
    ...trace && { trace },
  }
}
