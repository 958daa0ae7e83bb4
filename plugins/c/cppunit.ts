import type { LineParser, TestCase } from '../../core/contract.ts'
import { innerTests } from './grammar/inner-tests.ts'

/** CppUnit's TextOutputter: `Run:  3   Failures: 1   Errors: 0`, then `1) test: Suite::name (F) line: 12 file.cpp` and the reason. */
export const cppunit: LineParser = {
  lines(context) {
    const inner = innerTests(context)
    let test: TestCase | undefined
    let reason: string[] = []
    const flush = () => {
      if (test) inner.emit({ ...test, message: reason.join(' ').trim() || 'failed' })
      test = undefined
      reason = []
    }
    return {
      line(raw) {
        const text = inner.read(raw)
        if (!test && !mayBegin(text)) return false
        const totals = /^Run:\s{1,8}(?<total>\d{1,9})\s{1,8}Failures?:\s{1,8}(?<failures>\d{1,9})\s{1,8}Errors?:\s{1,8}(?<errors>\d{1,9})\s*$/.exec(text)?.groups
        const passed = /^OK \((?<total>\d{1,9})(?: tests?)?\)\s*$/.exec(text)?.groups
        const counts = totals ?? passed
        if (counts) {
          flush()
          const [total, failed] = [Number(counts['total']), Number(counts['failures'] ?? 0) + Number(counts['errors'] ?? 0)]
          inner.emit({ tool: 'cppunit', totals: { total, failed, skipped: 0, passed: Math.max(0, total - failed) } })
          return true
        }
        const groups = failure.exec(text)?.groups
        if (groups) {
          flush()
          test = { tool: 'cppunit', test: groups['test']!, status: 'failed', ...groups['file'] && { file: groups['file'], line: Number(groups['line']) || 1 } }
          return true
        }
        if (test && text === '' && reason.length) flush()
        else if (test && reason.length < 50) reason.push(text.trim())
        return false
      },
      end: flush,
    }
  },
}

/** `Run: …`, `OK (3)`, `1) test: …` */
function mayBegin(text: string): boolean {
  const c = text.charCodeAt(0)
  return c === 82 || c === 79 || c >= 48 && c <= 57
}

const failure = /^\d{1,6}\) test: (?<test>\S.{0,500}?) \((?:F|E)\)(?: line: (?<line>\d{1,9}) (?<file>\S.{0,1000}))?\s*$/
