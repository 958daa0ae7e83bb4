import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { number, totals } from './grammar/counts.ts'
import { placeIn } from './grammar/stack.ts'
import { unwrap } from './grammar/wrapping.ts'

const counts = /^Tests run: ?(?<total>\d{1,9}), {1,2}Failures: ?(?<failures>\d{1,9}), {1,2}Errors: ?(?<errors>\d{1,9})(?:, {1,2}Skipped: ?(?<skipped>\d{1,9}))?(?:, {1,2}Flakes: ?\d{1,9})?(?<time>, Time elapsed: .*)?/
/** `testA(org.example.ATest)  Time elapsed: 0.1 sec  <<< FAILURE!`; since 3.0 `org.example.ATest.testA -- Time elapsed: …`. */
const failure = /^(?<name>\S.{0,600}?) {1,2}(?:-- )?Time elapsed: ?(?<seconds>[\d.,]{1,20}) ?s(?:ec)? {1,2}<<< (?:FAILURE|ERROR)!/
/** Of the results: `  ATest.testA:12 message`, `  ATest.testA:12->helper:30 message`, `testA(org.example.ATest): message`. */
const listed = /^\s{2,8}(?:Run \d{1,4}: )?(?<test>[\w$.]{1,300}(?:\.[\w$<>]{1,200}|\.[^\s:]{1,200})):(?<line>\d{1,9})(?:->\S{1,500})? ?(?:[»?] )?(?<message>.*)$|^\s{0,8}(?<old>[^\s():]{1,200}\([\w$.]{1,300}\))(?::? (?<said>.*))?$|^\s{2,8}(?<bare>[\w$]{1,200}(?:\.[\w$]{1,200}|:\S{1,200})?)(?:->\S{1,500})? [»?] (?<why>.*)$/
const results = /^Results ?:$/
const header = /^[\w$]{1,100}(?:\.[\w$]{1,200}){1,30}$/
const heading = /^(?<what>Failed tests|Tests in error|Failures|Errors|Flaky tests|Flakes): ?(?<first>.*)$/
const end = /^(?:BUILD |-{20,}|Reactor Summary|There are test failures|Failed to execute goal)/

/** Surefire's and Failsafe's console, old and new, for JUnit 3 to 5 and TestNG. */
export const surefire: LineParser = { lines: context => new Surefire(context) }

class Surefire implements LineReader {
  readonly #context: ParseContext
  /** Per class, until the closing line of the module says it better. */
  #classes = { total: 0, failed: 0, skipped: 0 }
  #current: { test: TestCase; lines: string[]; testClass: string | undefined } | undefined
  #failedHere = new Set<string>()
  #mode: 'results' | 'failures' | 'errors' | 'flaky' | undefined
  #pending: TestCase[] = []
  #header = ''

  constructor(context: ParseContext) { this.#context = context }

  line(line: string): boolean {
    const { text, task } = unwrap(line)
    if (task !== undefined) return false
    if (text.startsWith('Tests run:')) return this.#counts(text)
    if (text.includes('<<< ') && this.#failure(text)) return true
    if (this.#current) return this.#trace(text)
    if (results.test(text)) {
      this.#mode = 'results'
      return true
    }
    return this.#mode !== undefined && this.#result(text)
  }

  end(): void {
    this.#flush()
    this.#module()
    const { total, failed, skipped } = this.#classes
    if (total > 0) this.#context.emit(totals('surefire', { total, failed, skipped }))
  }

  #counts(text: string): boolean {
    const groups = counts.exec(text)?.groups
    if (!groups) return false
    this.#flush()
    const said = { total: number(groups.total), failed: number(groups.failures) + number(groups.errors), skipped: number(groups.skipped) }
    if (groups.time !== undefined) {
      this.#classes.total += said.total
      this.#classes.failed += said.failed
      this.#classes.skipped += said.skipped
      return true
    }
    this.#module()
    this.#classes = { total: 0, failed: 0, skipped: 0 }
    this.#context.emit(totals('surefire', said))
    return true
  }

  /** The results of a module are complete: what no block has shown is told from the list. */
  #module(): void {
    for (const one of this.#pending) if (!this.#failedHere.has(shortName(one.test))) this.#context.emit(one)
    this.#pending = []
    this.#failedHere = new Set()
    this.#mode = undefined
  }

  #failure(text: string): boolean {
    const groups = failure.exec(text)?.groups
    if (!groups || text.startsWith('Tests run')) return false
    this.#flush()
    const { name, testClass } = nameOf(groups.name!)
    this.#current = { test: { tool: 'surefire', test: name, status: 'failed', seconds: Number(groups.seconds!.replace(',', '')) || 0 }, lines: [], testClass }
    return true
  }

  #trace(text: string): boolean {
    const { lines, test } = this.#current!
    if (text === '' || results.test(text) || end.test(text) || lines.length >= 300 || /^(?:Running |Tests run:)/.test(text)) {
      if (text === '' && lines.length === 0) return false
      this.#flush()
      if (results.test(text)) this.#mode = 'results'
      return false
    }
    if (lines.length === 0) test.message = text.replace(/^(?:java\.lang\.AssertionError|junit\.framework\.AssertionFailedError|org\.opentest4j\.AssertionFailedError|org\.junit\.ComparisonFailure|junit\.framework\.ComparisonFailure): /, '')
    lines.push(text)
    return true
  }

  #result(text: string): boolean {
    if (end.test(text)) return this.#module(), false
    const groups = heading.exec(text)?.groups
    if (groups) {
      this.#mode = groups.what!.startsWith('Flak') ? 'flaky' : /rror/.test(groups.what!) ? 'errors' : 'failures'
      if (groups.first) this.#listed(`  ${groups.first}`)
      return true
    }
    if (this.#mode === 'results') return false
    // Of a test that was run again: its whole name, and what each run said beneath it.
    if (header.test(text)) {
      this.#header = text
      return true
    }
    return this.#listed(text)
  }

  #listed(text: string): boolean {
    if (this.#mode === 'flaky' || !/^\s/.test(text)) return false
    const groups = listed.exec(text)?.groups
    if (!groups || this.#pending.length > 20_000) return false
    const isRun = /^\s{2,8}Run \d/.test(text)
    if (isRun && this.#header === '') return true
    const { name, testClass } = nameOf(isRun ? this.#header : groups.test ?? groups.old ?? groups.bare ?? '')
    if (isRun) this.#header = ''
    const message = groups.message ?? groups.said ?? groups.why
    const file = testClass && groups.line ? { file: `${testClass.replaceAll('.', '/').replace(/\$.*$/, '')}.java`, line: Number(groups.line) } : {}
    this.#pending.push({ tool: 'surefire', test: name, status: 'failed', ...message && { message }, ...file })
    return true
  }

  #flush(): void {
    const current = this.#current
    this.#current = undefined
    if (!current) return
    const { test, lines, testClass } = current
    const trace = lines.join('\n')
    this.#failedHere.add(shortName(test.test))
    this.#context.emit({ ...test, ...trace && { trace }, ...placeIn(trace, testClass) })
  }
}

/** `testA(org.example.ATest)` and `org.example.ATest.testA` are one name: the second, as the report has it. */
function nameOf(text: string): { name: string; testClass: string | undefined } {
  const old = /^(?<method>.{1,400}?)\((?<class>[\w$.]{1,300})\)$/.exec(text)?.groups
  if (old) return { name: `${old.class}.${old.method}`, testClass: old.class }
  const own = /^(?<class>[\w$.]{1,300})\.[^.]{1,300}$/.exec(text.replace(/[([].*$/, ''))?.groups?.class
  return { name: text, testClass: own }
}

/** The results name classes without their package. */
function shortName(test: string): string {
  const cut = test.replace(/[([{ ].*$/, '').split('.')
  return cut.slice(-2).join('.')
}
