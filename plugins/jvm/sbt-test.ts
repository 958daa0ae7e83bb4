import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { number, totals } from './grammar/counts.ts'
import { unwrap } from './grammar/wrapping.ts'

/** sbt's own closing line, of whatever framework; Mill and scala-cli use it too. */
const closing = /^(?:Passed|Failed|Error|Skipped): Total (?<total>\d{1,9}), Failed (?<failed>\d{1,9}), Errors (?<errors>\d{1,9}), Passed (?<passed>\d{1,9})(?<more>(?:, [A-Z][a-z]{3,12} \d{1,9}){0,6})$/
const scalatest = /^Tests: succeeded (?<passed>\d{1,9}), failed (?<failed>\d{1,9}), canceled (?<canceled>\d{1,9}), ignored (?<ignored>\d{1,9}), pending (?<pending>\d{1,9})$/
const specs2 = /^(?<total>\d{1,9}) examples?(?:, \d{1,9} expectations?)?, (?<failed>\d{1,9}) failures?, (?<errors>\d{1,9}) errors?(?:, (?<pending>\d{1,9}) pending)?(?:, (?<skipped>\d{1,9}) skipped)?$/
const munitOrZio = /^(?<passed>\d{1,9}) tests? passed\. (?<failed>\d{1,9}) tests? failed\. (?<ignored>\d{1,9}) tests? ignored\./

const suite = /^(?<suite>[\w$.]{1,300}):$/
/** ScalaTest: `- should add *** FAILED ***`, then the message with `(ASpec.scala:12)`. */
const failedTest = /^(?<indent>\s{0,40})(?:- )?(?<name>\S.{0,500}?) \*\*\* (?:FAILED|ABORTED) \*\*\*(?: \([^()]{1,60}\))?$/
/** specs2: `x should fail`, then the message with `(ASpec.scala:12)`. */
const crossed = /^(?<indent>\s{0,40})[x!] (?<name>\S.{0,500})$/
/** munit: `==> X a.BSuite.name  0.1s munit.ComparisonFailException: /path/BSuite.scala:12`. */
const arrow = /^==> X (?<name>\S.{0,500}?)(?: {2}(?<seconds>[\d.]{1,10})s)? ?(?<type>[\w.]{1,200}(?:Exception|Error|Throwable)\S{0,40})(?:: (?<message>.*))?$/
/** JUnit in sbt: `Test org.example.ATest.testA failed: message, took 0.1 sec`. */
const interfaced = /^Test (?<name>\S{1,400}) failed: (?<message>.{0,2000}?), took [\d.]{1,10} sec$/
const place = /\((?<file>[\w$-]{1,200}\.(?:scala|java|kt)):(?<line>\d{1,9})\)/
const pathPlace = /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^:]{1,1000}\.scala):(?<line>\d{1,9})(?: (?<rest>.*))?$/

/** Tests under sbt, and ScalaTest's own runner: ScalaTest, specs2, munit, JUnit. The builder's closing line wins over the framework's. */
export const sbtTest: LineParser = { lines: context => new SbtTest(context) }

class SbtTest implements LineReader {
  readonly #context: ParseContext
  #suite = ''
  #scopes: { indent: number; text: string }[] = []
  #current: { test: TestCase; lines: string[] } | undefined
  #framework: { total: number; failed: number; skipped: number } | undefined
  /** Specs2's crosses mean something only where it has run, which its closing line says last. */
  #crossed: TestCase[] = []
  #isSpecs = false

  constructor(context: ParseContext) { this.#context = context }

  line(line: string): boolean {
    const { text, by } = unwrap(line)
    if (by === 'maven' && !text.includes(' *** ') && !text.startsWith('Tests: ')) return false
    if (this.#closing(text)) return true
    const last = text.charCodeAt(text.length - 1)
    if (text.includes(' *** ') && (last === 42 || last === 41) && this.#open(failedTest.exec(text)?.groups, text)) return true
    const c = text.charCodeAt(0)
    if (c === 61 && text.startsWith('==> X ') && this.#arrow(text)) return true
    if (by === 'sbt' && c === 84 && this.#interfaced(text)) return true
    if (by === 'sbt' && /^\s*[x!] /.test(text)) return this.#cross(text)
    if (this.#current) return this.#more(text, by)
    if (last === 58 && suite.test(text)) {
      this.#suite = text.slice(0, -1)
      this.#scopes = []
    } else if (this.#suite) this.#scope(text)
    return false
  }

  end(): void {
    this.#flush()
    this.#done(this.#framework)
  }

  #closing(text: string): boolean {
    if (text.includes(': Total ')) {
      const said = closing.exec(text)?.groups
      if (said) {
        const other = [...said.more!.matchAll(/\d+/g)].reduce((sum, [count]) => sum + Number(count), 0)
        this.#flush()
        this.#done({ total: number(said.total) + other, failed: number(said.failed) + number(said.errors), skipped: other })
        return true
      }
    }
    const said = text.startsWith('Tests: ') ? scalatest.exec(text)?.groups : /^\d{1,9} (?:example|test)/.test(text) ? (specs2.exec(text) ?? munitOrZio.exec(text))?.groups : undefined
    if (!said) return false
    this.#flush()
    const skipped = ['canceled', 'ignored', 'pending', 'skipped'].reduce((sum, key) => sum + number(said[key]), 0)
    const failed = number(said.failed) + number(said.errors)
    if (said.total !== undefined) this.#isSpecs = true
    const before = this.#framework ?? { total: 0, failed: 0, skipped: 0 }
    const total = said.total === undefined ? number(said.passed) + failed + skipped : number(said.total)
    this.#framework = { total: before.total + total, failed: before.failed + failed, skipped: before.skipped + skipped }
    return true
  }

  #done(counts: { total: number; failed: number; skipped: number } | undefined): void {
    if (this.#isSpecs) for (const one of this.#crossed) this.#context.emit(one)
    this.#crossed = []
    if (counts) this.#context.emit(totals('sbt', counts))
    this.#framework = undefined
  }

  /** What stands above a test and is less indented is part of its name. */
  #scope(text: string): void {
    const indent = text.search(/\S/)
    if (indent < 0 || /^\s*[-+*] |\(\d+ /.test(text)) return
    while (this.#scopes.length && this.#scopes.at(-1)!.indent >= indent) this.#scopes.pop()
    if (this.#scopes.length < 20 && text.length < 300) this.#scopes.push({ indent, text: text.trim() })
  }

  #open(groups: Record<string, string | undefined> | undefined, text: string): boolean {
    if (!groups) return false
    this.#flush()
    const isAborted = text.includes('*** ABORTED ***')
    const indent = groups.indent!.length
    const scopes = isAborted ? [] : this.#scopes.filter(one => one.indent <= indent && !one.text.startsWith('Run ')).map(one => one.text)
    const name = isAborted ? groups.name! : [...this.#suite ? [this.#suite] : [], [...scopes, groups.name!].join(' ')].join(': ')
    this.#current = { test: { tool: 'scalatest', test: name, status: 'failed' }, lines: [] }
    return true
  }

  #arrow(text: string): boolean {
    const groups = arrow.exec(text)?.groups
    if (!groups) return false
    this.#flush()
    const at = pathPlace.exec(groups.message ?? '')?.groups
    const message = (at ? at.rest : groups.message) ?? groups.type!
    this.#current = { test: { tool: 'munit', test: groups.name!, status: 'failed', message, ...at && { file: at.file!, line: Number(at.line) } }, lines: [] }
    return true
  }

  #interfaced(text: string): boolean {
    const groups = interfaced.exec(text)?.groups
    if (!groups) return false
    this.#flush()
    this.#current = { test: { tool: 'junit', test: groups.name!, status: 'failed', message: groups.message! }, lines: [] }
    return true
  }

  #cross(text: string): boolean {
    const groups = crossed.exec(text)?.groups
    if (!groups) return false
    this.#flush()
    this.#current = { test: { tool: 'specs2', test: groups.name!, status: 'failed' }, lines: [] }
    return true
  }

  #more(text: string, by: string | undefined): boolean {
    const { test, lines } = this.#current!
    if (lines.length >= 60 || text.trim() === '' || /^\s{0,40}[-+] |^==> /.test(text) || /^(?:Tests:|Run completed|Passed:|Failed:|Execution took|\*\*\* )/.test(text) || suite.test(text)) {
      this.#flush()
      return by === 'sbt' && text === ''
    }
    lines.push(text)
    test.message ??= text.trim()
    const at = test.line === undefined ? place.exec(text.slice(0, 4000))?.groups : undefined
    if (at) Object.assign(test, { file: at.file, line: Number(at.line) })
    return true
  }

  #flush(): void {
    const current = this.#current
    this.#current = undefined
    if (!current) return
    const { test, lines } = current
    const trace = lines.join('\n')
    const done = { ...test, ...trace && { trace } }
    if (test.tool !== 'specs2') this.#context.emit(done)
    else if (this.#crossed.length < 20_000) this.#crossed.push(done)
  }
}
