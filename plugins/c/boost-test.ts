import type { LineParser, TestCase } from '../../core/contract.ts'
import { innerTests } from './grammar/inner-tests.ts'

/** Boost.Test's human-readable log: `file(line): error: in "suite/case": …`. How many tests there are is said at the start. */
export const boostTest: LineParser = {
  lines(context) {
    const inner = innerTests(context)
    const tests = new Map<string, TestCase & { message: string }>()
    let total: number | undefined
    let lastPlace: string | undefined
    const flush = () => {
      for (const test of tests.values()) inner.emit(test)
      if (total !== undefined) inner.emit({ tool: 'boost-test', totals: { total, failed: tests.size, passed: Math.max(0, total - tests.size), skipped: 0 } })
      tests.clear()
      total = undefined
    }
    return {
      line(raw) {
        const text = inner.read(raw)
        const count = text.startsWith('Running ') ? /^Running (?<count>\d{1,9}) test cases?\.\.\.$/.exec(text)?.groups?.['count'] : undefined
        if (count !== undefined) { flush(); total = Number(count); return true }
        const groups = text.includes(' in "') ? failure.exec(text)?.groups : undefined
        const name = groups?.['test']
        if (groups && name !== undefined) {
          lastPlace = groups['file'] === 'unknown location' ? name : undefined
          const line = Number(groups['line'] ?? groups['line2'])
          const known = tests.get(name)
          if (known) tests.set(name, { ...known, trace: `${known.trace ?? known.message}\n${text}`.slice(0, 20_000) })
          else if (tests.size < 100_000) tests.set(name, { tool: 'boost-test', test: name, status: 'failed', message: groups['message']!, ...lastPlace === undefined && { file: groups['file']!, ...line && { line } } })
          return true
        }
        // An exception has no place of its own; the last checkpoint is the nearest there is.
        const checkpoint = text.includes('): last checkpoint: ') ? /^(?<file>[^\s(].{0,1000}?)\((?<line>\d{1,9})\): last checkpoint: /.exec(text)?.groups : undefined
        const placeless = checkpoint && lastPlace !== undefined ? tests.get(lastPlace) : undefined
        if (checkpoint && placeless) tests.set(lastPlace!, { ...placeless, file: checkpoint['file']!, line: Number(checkpoint['line']) || 1 })
        return checkpoint !== undefined
      },
      end: flush,
    }
  },
}

const failure = /^(?<file>unknown location|[^\s(].{0,1000}?)(?:\((?<line>\d{1,9})\)|:(?<line2>\d{1,9})): (?:fatal )?error:? in "(?<test>[^"]{1,1000})": (?<message>.*)$/
