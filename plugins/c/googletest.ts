import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { innerTests, type Inner } from './grammar/inner-tests.ts'

/**
 * GoogleTest's console (cmocka's looks alike). A test that started and never ended took the program down with it.
 * The totals come from the closing lines, or from the tests seen where the program did not get that far.
 */
export const googletest: LineParser = { lines: context => new GoogleTest(context) }

const tool = 'googletest'
const run = /^\[ RUN {6}\] (?<name>\S.{0,1000})$/
/** A test's own output may stand before the mark, on the same line. */
const done = /\[(?<mark> {7}OK|  FAILED |  SKIPPED)\s\] (?<name>[^\s,(]{1,1000})(?:, where .{0,1000}?)?(?: \((?<ms>\d{1,9}) ms\))?$/
const failure = /(?<file>(?:[A-Za-z]:)?[^\s:()]{1,1000}|unknown file)(?::(?<line>\d{1,9})|\((?<line2>\d{1,9})\))?: (?:Failure$|error: (?<rest>.*))/
const opening = /^\[={10}\] (?:\S{1,200}: )?Running (?<count>\d{1,9}) tests?\b/
const closing = /^\[={10}\] (?:\S{1,200}: )?(?<count>\d{1,9}) (?:tests?|test\(s\))(?: from \d{1,9} test (?:suites?|cases?))? (?:ran|run)\./
const tally = /^\[  (?<mark>PASSED |SKIPPED|FAILED )\s\] (?:\S{1,200}: )?(?<count>\d{1,9}) (?:tests?|test\(s\))/

class GoogleTest implements LineReader {
  #inner: Inner
  #test: string | undefined
  #output: string[] = []
  #seen = { total: 0, passed: 0, failed: 0, skipped: 0 }
  #said: { total: number; passed: number; failed: number; skipped: number } | undefined

  constructor(context: ParseContext) { this.#inner = innerTests(context) }

  line(raw: string): boolean {
    const text = this.#inner.read(raw)
    if (opening.test(text)) { this.end(); return true }
    const name = run.exec(text)?.groups?.['name']
    if (name !== undefined) { this.#crashed(); this.#test = name; return true }
    const end = done.exec(text)?.groups
    if (end && (end['ms'] !== undefined || end['name'] === this.#test)) { this.#finish(end); return true }
    if (this.#test !== undefined) {
      if (this.#output.length < 500) this.#output.push(text)
      return failure.test(text)
    }
    return this.#count(text)
  }

  end(): void {
    this.#crashed()
    const totals = this.#said ?? this.#seen
    if (totals.total > 0) this.#inner.emit({ tool, totals: { ...totals } })
    this.#seen = { total: 0, passed: 0, failed: 0, skipped: 0 }
    this.#said = undefined
  }

  #count(text: string): boolean {
    const total = closing.exec(text)?.groups?.['count']
    if (total !== undefined) this.#said = { total: Number(total), passed: 0, failed: 0, skipped: 0 }
    const groups = tally.exec(text)?.groups
    if (groups && this.#said) {
      const key = ({ P: 'passed', S: 'skipped', F: 'failed' } as const)[groups['mark']![0] as 'P' | 'S' | 'F']
      this.#said[key] = Number(groups['count'])
    }
    return total !== undefined || groups !== undefined
  }

  #finish(groups: Record<string, string | undefined>): void {
    const status = groups['mark']!.includes('OK') ? 'passed' : groups['mark']!.includes('FAILED') ? 'failed' : 'skipped'
    const seconds = groups['ms'] === undefined ? {} : { seconds: Number(groups['ms']) / 1000 }
    this.#emit({ tool, test: groups['name']!, status, ...seconds, ...status !== 'passed' && explain(this.#output) })
  }

  #crashed(): void {
    if (this.#test === undefined) return
    const found = explain(this.#output)
    this.#emit({ tool, test: this.#test, status: 'failed', ...found, message: found.message ?? 'the program ended during this test' })
  }

  #emit(test: TestCase): void {
    this.#seen.total++
    this.#seen[test.status]++
    this.#inner.emit(test)
    this.#test = undefined
    this.#output = []
  }
}

/** Place and reason of the first failure; all of the output is the trace. */
export function explain(output: readonly string[]): Pick<TestCase, 'file' | 'line' | 'message' | 'trace'> {
  const index = output.findIndex(text => failure.test(text) || text.endsWith(': Skipped'))
  const groups = failure.exec(output[index] ?? '')?.groups
  const following = output.slice(index + 1)
  const until = following.findIndex(text => failure.test(text))
  const message = [groups?.['rest'], ...following.slice(0, until < 0 ? 20 : Math.min(until, 20))].filter(Boolean).join('\n')
  const line = Number(groups?.['line'] ?? groups?.['line2'])
  const file = groups?.['file']
  return {
    ...file && file !== 'unknown file' && { file, ...line && { line } },
    ...index >= 0 && message && { message },
    ...output.length > 0 && { trace: output.join('\n') },
  }
}
