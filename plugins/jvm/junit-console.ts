import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { number, totals } from './grammar/counts.ts'
import { placeIn } from './grammar/stack.ts'
import { unwrap } from './grammar/wrapping.ts'

/** The launcher's tree: `|   +-- testA() [X] expected: <1> but was: <2>`, with box characters in a UTF-8 locale. */
const leaf = /^(?<tree>[ |'+`│├└─╷-]{0,200}[-─] )(?<name>\S.{0,500}?) (?:\d{1,9} ms )?(?:\[?(?<sign>[X✘])\]?|\[(?<skip>S)\]|(?<skipped>↷)) ?(?<message>.*)$/u
const found = /^\[ {1,12}(?<count>\d{1,9}) tests? (?<what>found|skipped|started|aborted|successful|failed) {1,12}\]$/
/** The launcher's details: `  JUnit Jupiter:ATest:testA()`, `    MethodSource […]`, `    => exception`. */
const detail = /^ {2}(?<path>JUnit [A-Z]\w{1,20}:.{1,600})$/
const source = /^ {4}MethodSource \[className = '(?<class>[\w$.]{1,300})', methodName = '(?<method>[^']{1,300})'/
const thrown = /^ {4}=> (?<message>.*)$/
/** JUnit 4's text: `1) testA(org.example.ATest)`, then the exception. */
const numbered = /^(?<number>\d{1,9})\) (?<method>[^\s()](?:[^()]{0,300}[^\s()])?)\((?<class>[\w$.]{1,300})\)(?<message>.*)$/
const ok = /^OK \((?<total>\d{1,9}) tests?\)$/
const ran = /^Tests run: ?(?<total>\d{1,9}), {2}Failures: ?(?<failures>\d{1,9})(?:, {2}Errors: ?(?<errors>\d{1,9}))?$/

/** JUnit's own runners: the console launcher of version 5 in every `--details`, and `org.junit.runner.JUnitCore`. */
export const junitConsole: LineParser = { lines: context => new JunitConsole(context) }

class JunitConsole implements LineReader {
  readonly #context: ParseContext
  #current: { test: TestCase; lines: string[]; testClass: string | undefined } | undefined
  readonly #counts = new Map<string, number>()
  #leaves: TestCase[] = []
  #details = 0

  constructor(context: ParseContext) { this.#context = context }

  line(line: string): boolean {
    const { text } = unwrap(line)
    const c = text.charCodeAt(0)
    if (c === 91 && this.#found(text)) return true
    if (c === 79 || c === 84) return this.#closing(text)
    if (this.#current?.testClass !== undefined || this.#current?.lines.length) {
      if (this.#inside(text)) return true
    }
    if (c >= 48 && c <= 57 && this.#numbered(text)) return true
    if (c === 32 && text.startsWith('  JUnit ') && this.#detail(text)) return true
    if (this.#current) return this.#inside(text)
    if (text.includes('[X]') || text.includes('✘') || text.includes('[S]') || text.includes('↷')) return this.#leaf(text)
    return false
  }

  end(): void {
    this.#flush()
    this.#emitLeaves()
  }

  #leaf(text: string): boolean {
    const groups = leaf.exec(text)?.groups
    if (!groups) return false
    if (groups.sign !== undefined && this.#leaves.length < 20_000) this.#leaves.push({ tool: 'junit', test: groups.name!, status: 'failed', ...groups.message && { message: groups.message } })
    return true
  }

  #detail(text: string): boolean {
    const path = detail.exec(text)?.groups?.path
    if (path === undefined) return false
    this.#flush()
    this.#details++
    this.#current = { test: { tool: 'junit', test: path.replace(/^JUnit [A-Z]\w{1,20}:/, '').replaceAll(':', '.'), status: 'failed' }, lines: [], testClass: undefined }
    return true
  }

  #numbered(text: string): boolean {
    const groups = numbered.exec(text)?.groups
    if (!groups) return false
    this.#flush()
    this.#current = { test: { tool: 'junit', test: `${groups.class}.${groups.method}`, status: 'failed', ...groups.message?.trim() && { message: groups.message.trim() } }, lines: [], testClass: groups.class }
    return true
  }

  #inside(text: string): boolean {
    const current = this.#current!
    const { test, lines } = current
    if (text === '' || lines.length >= 300) return this.#flush(), false
    if (/^\d{1,9}\) /.test(text) || /^ {2}JUnit /.test(text)) return false
    const method = source.exec(text)?.groups
    if (method) {
      current.testClass = method.class
      test.test = `${method.class}.${method.method}`
      return true
    }
    const message = thrown.exec(text)?.groups?.message
    if (message !== undefined) test.message = message
    else if (lines.length === 0) test.message ??= text.trim()
    lines.push(text)
    return true
  }

  #flush(): void {
    const current = this.#current
    this.#current = undefined
    if (!current) return
    const { test, lines, testClass } = current
    const trace = lines.join('\n')
    // The launcher leaves `at` out of its frames.
    const frames = lines.map(line => /^ {6,8}[a-z][\w$.]{1,600}\(/.test(line) ? line.replace(/^ +/, '    at ') : line).join('\n')
    this.#context.emit({ ...test, ...trace && { trace }, ...placeIn(frames, testClass) })
  }

  #found(text: string): boolean {
    const groups = found.exec(text)?.groups
    if (!groups) return false
    this.#flush()
    this.#counts.set(groups.what!, number(groups.count))
    if (groups.what === 'failed') {
      const of = (what: string) => this.#counts.get(what) ?? 0
      this.#context.emit(totals('junit', { total: of('found'), failed: of('failed'), skipped: of('skipped') + of('aborted') }))
      this.#counts.clear()
      this.#emitLeaves()
      this.#details = 0
    }
    return true
  }

  /** The tree's failures are told again in detail, unless `--details=tree` is all there is. */
  #emitLeaves(): void {
    if (this.#details === 0) for (const one of this.#leaves) this.#context.emit(one)
    this.#leaves = []
  }

  #closing(text: string): boolean {
    const all = ok.exec(text)?.groups?.total
    const groups = all === undefined ? ran.exec(text)?.groups : undefined
    if (all === undefined && !groups) return false
    this.#flush()
    this.#context.emit(totals('junit', { total: number(all ?? groups?.total), failed: number(groups?.failures) + number(groups?.errors), skipped: 0 }))
    return true
  }
}
