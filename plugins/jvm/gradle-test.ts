import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { number, totals } from './grammar/counts.ts'
import { placeIn } from './grammar/stack.ts'
import { unwrap } from './grammar/wrapping.ts'

/** `org.example.ATest > testA() FAILED`, nested classes and parameters with further ` > `. */
const event = /^(?<class>[^\s>][^>]{0,300}?) > (?<name>\S.{0,500}?) (?<status>FAILED|PASSED|SKIPPED|STARTED)(?: \([^()]{1,40}\))?$/
const closing = /^(?<total>\d{1,9}) tests? completed(?:, (?<failed>\d{1,9}) failed)?(?:, (?<skipped>\d{1,9}) skipped)?$/
/** gradle-test-logger: a suite, then `  Test testA() FAILED (1.2s)`; then `FAILURE: Executed 3 tests in 1s (1 failed)`. */
const logged = /^ {2,20}(?:Test (?<name>\S.{0,400}?) (?<status>PASSED|FAILED|SKIPPED)|(?<sign>[✔✘⚡√X]) (?<other>\S.{0,400}?))(?: \([\d.]{1,10}m?s\))?$/u
const executed = /^(?:SUCCESS|FAILURE): Executed (?<total>\d{1,9}) tests? in [^(]{1,40}(?:\((?:(?<failed>\d{1,9}) failed)?(?:, )?(?:(?<skipped>\d{1,9}) skipped)?\))?$/
/** By `afterSuite`, as many builds print it. */
const results = /^Results: (?:SUCCESS|FAILURE|FAILED|PASSED) \((?<total>\d{1,9}) tests?, (?<passed>\d{1,9}) (?:passed|successes|success), (?<failed>\d{1,9}) (?:failed|failures?), (?<skipped>\d{1,9}) skipped\)/
const suiteName = /^[\w$.]{1,300}$/
/** In the short form a failure is told by its type and its place: `    java.lang.AssertionError at ATest.java:12`. */
const shortPlace = /^\s{2,20}(?<what>[\w$.]{1,200}) at (?<file>[\w$.-]{1,200}\.(?:java|kt|scala|groovy)):(?<line>\d{1,9})$/
const maxTrace = 300
const none = { total: 0, failed: 0, skipped: 0 }

/** Gradle's console of tests, with and without their being logged. */
export const gradleTest: LineParser = { lines: context => new GradleTest(context) }

class GradleTest implements LineReader {
  readonly #context: ParseContext
  #current: { test: TestCase; lines: string[]; testClass: string } | undefined
  #suite = ''
  readonly #task = { ...none }

  constructor(context: ParseContext) { this.#context = context }

  line(line: string): boolean {
    const { text } = unwrap(line)
    const last = text.charCodeAt(text.length - 1)
    // A capital (FAILED), a parenthesis, or a small letter (completed, failed, skipped).
    if (text.includes(' > ') && (last === 68 || last === 41) && this.#event(text)) return true
    const c = text.charCodeAt(0)
    if (c >= 48 && c <= 57 && this.#closing(closing.exec(text)?.groups)) return true
    if ((c === 83 || c === 70) && text.includes(': Executed ') && this.#closing(executed.exec(text)?.groups)) return true
    if (c === 82 && text.startsWith('Results: ') && this.#closing(results.exec(text)?.groups)) return true
    if (c === 62 && text.startsWith('> Task ')) {
      this.#flush()
      this.#left()
    }
    if (this.#current) return this.#trace(text)
    if (c === 32 && text.charCodeAt(1) === 32 && this.#suite && this.#logged(text)) return true
    if (text !== '' && c !== 32) this.#suite = text.includes('.') && suiteName.test(text) || suiteName.test(text) && /(?:Test|Tests|Spec|IT)$/.test(text) ? text : ''
    return false
  }

  end(): void {
    this.#flush()
    this.#left()
  }

  #event(text: string): boolean {
    const groups = event.exec(text)?.groups
    if (!groups || text.startsWith('> ')) return false
    this.#flush()
    if (groups.status === 'STARTED') return true
    this.#begin(groups.class!, groups.name!, groups.status!)
    return true
  }

  #logged(text: string): boolean {
    const groups = logged.exec(text)?.groups
    if (!groups) return false
    const status = groups.status ?? (groups.sign === '✔' || groups.sign === '√' ? 'PASSED' : groups.sign === '⚡' ? 'SKIPPED' : 'FAILED')
    this.#begin(this.#suite, groups.name ?? groups.other!, status)
    return true
  }

  #begin(testClass: string, name: string, word: string): void {
    const status = word === 'FAILED' ? 'failed' : word === 'SKIPPED' ? 'skipped' : 'passed'
    this.#task.total++
    if (status === 'failed') this.#task.failed++
    if (status === 'skipped') this.#task.skipped++
    const test: TestCase = { tool: 'gradle', test: `${testClass} > ${name}`, status }
    if (status === 'failed') this.#current = { test, lines: [], testClass: testClass.split(' ')[0] ?? testClass }
    else this.#context.emit(test)
  }

  #trace(text: string): boolean {
    const { lines } = this.#current!
    const over = text === '' ? lines.length > 0 && lines.at(-1) === '' : !/^\s/.test(text) || lines.length >= maxTrace
    if (over) return this.#flush(), false
    if (text === '' && lines.length === 0) return false
    lines.push(text)
    return true
  }

  #flush(): void {
    const current = this.#current
    this.#current = undefined
    if (!current) return
    const { test, lines, testClass } = current
    const trace = lines.join('\n').replace(/\s+$/, '')
    const brief = lines.map(line => shortPlace.exec(line)?.groups).find(groups => groups !== undefined)
    const message = lines.find(line => line.trim() !== '')?.trim()
    const folder = testClass.includes('.') ? `${testClass.slice(0, testClass.lastIndexOf('.')).replaceAll('.', '/')}/` : ''
    const place = placeIn(trace, testClass) ?? (brief && { file: folder + brief.file!, line: Number(brief.line) })
    this.#context.emit({ ...test, ...message && { message: brief && message.includes(' at ') ? brief.what! : message }, ...trace && { trace }, ...place })
  }

  #closing(groups: Record<string, string | undefined> | undefined): boolean {
    if (!groups) return false
    this.#flush()
    const said = { total: number(groups.total), failed: number(groups.failed), skipped: number(groups.skipped) }
    this.#context.emit(totals('gradle', said))
    Object.assign(this.#task, none)
    return true
  }

  /** Gradle says how many only of tasks in which a test failed; of the others their own lines are counted. */
  #left(): void {
    if (this.#task.total > 0) this.#context.emit(totals('gradle', this.#task))
    Object.assign(this.#task, none)
  }
}
