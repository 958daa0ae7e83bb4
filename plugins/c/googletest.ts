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
const done = /^\[(?<mark> {7}OK|  FAILED |  SKIPPED)\s\] (?<name>[^\s,(]{1,1000})(?:, where .{0,1000}?)?(?: \((?<ms>\d{1,9}) ms\))?$/
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
    if (this.#test === undefined && !marked(text)) return false
    if (opening.test(text)) { this.end(); return true }
    const name = run.exec(text)?.groups?.['name']
    if (name !== undefined) { this.#crashed(); this.#test = name; return true }
    const mark = text.lastIndexOf('[  ')
    const end = mark < 0 ? undefined : done.exec(text.slice(mark))?.groups
    if (end && (end['ms'] !== undefined || end['name'] === this.#test)) { this.#finish(end); return true }
    if (this.#test !== undefined) {
      if (this.#output.length < 500) this.#output.push(text)
      return failure(text) !== undefined
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

/** `[ RUN`, `[====`, or `[  OK` somewhere behind. `[ 42%]` and `[3/7]` are build systems'. */
function marked(text: string): boolean {
  const at = text.indexOf('[')
  if (at < 0) return false
  const [next, second] = [text.charCodeAt(at + 1), text.charCodeAt(at + 2)]
  return next === 61 || next === 32 && !(second >= 48 && second <= 57) || text.includes('[  ', at)
}

interface Failure { file?: string; line?: number; rest?: string }

/** `file:line: Failure`, or `file(line): error: reason` where GoogleTest was built for Visual Studio. Output may stand before the file. */
function failure(text: string): Failure | undefined {
  const error = text.indexOf('): error: ')
  const cmocka = text.indexOf(': error: Failure!')
  const end = text.endsWith(': Failure') ? text.length - 9 : cmocka >= 0 ? cmocka : error >= 0 ? error + 1 : -1
  if (end < 0) return undefined
  const head = text.slice(Math.max(0, end - 1000), end)
  const place = head.slice(head.lastIndexOf(' ') + 1)
  const groups = /^(?<file>.+?)(?::(?<line>\d{1,9})|\((?<line2>\d{1,9})\))$/.exec(place)?.groups
  const line = Number(groups?.['line'] ?? groups?.['line2'])
  return { ...groups && { file: groups['file']!, ...line && { line } }, ...error >= 0 && { rest: text.slice(error + 10) } }
}

/** Place and reason of the first failure; all of the output is the trace. */
export function explain(output: readonly string[]): Pick<TestCase, 'file' | 'line' | 'message' | 'trace'> {
  const index = output.findIndex(text => failure(text) !== undefined || text.endsWith(': Skipped'))
  const first = failure(output[index] ?? '')
  const following = output.slice(index + 1)
  const until = following.findIndex(text => failure(text) !== undefined)
  const message = [first?.rest, ...following.slice(0, until < 0 ? 20 : Math.min(until, 20))].filter(Boolean).join('\n')
  return {
    ...first?.file !== undefined && { file: first.file, ...first.line && { line: first.line } },
    ...index >= 0 && message && { message },
    ...output.length > 0 && { trace: output.join('\n') },
  }
}
