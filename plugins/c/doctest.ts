import type { LineParser, TestCase } from '../../core/contract.ts'
import { innerTests } from './grammar/inner-tests.ts'

/** doctest's console. A failing test's block starts after a line of `=`; the subcases of one test case are one test. */
export const doctest: LineParser = {
  lines(context) {
    const inner = innerTests(context)
    let suite = ''
    let name: string | undefined
    let test: (TestCase & { message: string; trace: string }) | undefined
    const flush = () => {
      if (test) inner.emit(test)
      test = undefined
    }
    return {
      line(raw) {
        const text = inner.read(raw)
        const c = text.charCodeAt(0)
        if (c === 61 && /^={79}$/.test(text)) { suite = ''; return false }
        const head = c === 84 ? /^TEST (?<what>SUITE|CASE): {1,2}(?<name>.{1,1000})$/.exec(text)?.groups : undefined
        if (head?.['what'] === 'SUITE') { suite = `${head['name']}/`; return true }
        if (head) {
          if (name !== suite + head['name']) flush()
          name = suite + head['name']
          return true
        }
        const groups = name !== undefined && text.includes('ERROR: ') ? failure.exec(text)?.groups : undefined
        const line = Number(groups?.['line'] ?? groups?.['line2'])
        if (groups) {
          test ??= { tool: 'doctest', test: name!, status: 'failed', file: groups['file']!, ...line && { line }, message: groups['message']!, trace: '' }
          test = { ...test, trace: `${test.trace}${test.trace && '\n'}${text}`.slice(0, 20_000) }
          return true
        }
        const counts = c === 91 ? totals.exec(text)?.groups : undefined
        if (counts) {
          flush()
          name = undefined
          const [passed, failed, skipped] = [Number(counts['passed']), Number(counts['failed']), Number(counts['skipped'] ?? 0)]
          inner.emit({ tool: 'doctest', totals: { total: passed + failed + skipped, passed, failed, skipped } })
          return true
        }
        if (test && /^\s{2}\S/.test(text)) test = { ...test, trace: `${test.trace}\n${text}`.slice(0, 20_000) }
        return text.startsWith('[doctest] ')
      },
      end: flush,
    }
  },
}

const failure = /^(?<file>[^\s].{0,1000}?)(?::(?<line>\d{1,9})|\((?<line2>\d{1,9})\)): (?:FATAL )?ERROR: (?<message>.*)$/
const totals = /^\[doctest\] test cases:\s{1,12}\d{1,9} \|\s{1,12}(?<passed>\d{1,9}) passed \|\s{1,12}(?<failed>\d{1,9}) failed(?: \|\s{0,12}(?:(?<skipped>\d{1,9}) skipped)?)?/
