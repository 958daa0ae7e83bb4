import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { failureIn, panicking, traceOf } from './failure.ts'

/**
 * The test harness of `cargo test`: one list and one closing line per binary and per crate's documentation. Failures are told twice,
 * as `---- name stdout ----` with what they printed and in a list of names; with --nocapture there is the list alone, and a panic
 * names its thread after the test.
 */
export const libtest: LineParser = { lines: context => new Harness(context) }

export const tool = 'cargo-test'

const closing = /^test result: (?:ok|FAILED)\. (?<passed>\d{1,9}) passed; (?<failed>\d{1,9}) failed; (?:(?<allowed>\d{1,9}) allowed[^;]{0,40}; )?(?<ignored>\d{1,9}) ignored; (?<measured>\d{1,9}) measured(?:; \d{1,9} filtered out)?/
const running = /^running (?<count>\d{1,9}) tests?$/
const status = /^test (?<name>\S.*?)(?: - (?:should panic|compile fail|compile))? \.\.\. (?<word>ok|FAILED|ignored|bench:|failed)(?:$|[ ,].*$)/
const terse = /^(?<name>\S.*?)(?: - (?:should panic|compile fail|compile))? --- FAILED$/
const block = /^---- (?<name>\S.*?)(?: - (?:should panic|compile fail|compile))? (?:stdout|stderr) ----$/
const listed = /^ {4}(?<name>\S.*)$/
const documented = /^(?<file>\S.*?) - .*\(line (?<line>\d{1,9})\)/
const signalled = /^ {2}process didn't exit successfully: `(?<command>[^`]*)`? .*\(signal: (?<signal>\d+(?:, \w+(?:: [^)]*)?)?)\)$/
/** nextest runs each test by itself and shows its harness's words: those are no totals. */
const nextestStarts = /^ {0,12}Starting \d{1,9} tests? across /
const nextestEnds = /^ {0,12}Summary \[/

const maxLines = 400
const maxFailed = 10_000

class Harness implements LineReader {
  readonly #context: ParseContext
  #open = false
  #counts = { passed: 0, failed: 0, skipped: 0 }
  /** Whether a closing line has not come yet for what was counted. */
  #counted = false
  #failed = new Map<string, string[]>()
  #block: string[] | undefined
  #section: 'failures' | 'successes' | undefined
  /** What panics outside of any block printed, by thread. */
  #panics = new Map<string, string[]>()
  #panic: string[] | undefined
  #nextest = false
  /** In a JUnit report that nobody reads as one. */
  #quoted = false

  constructor(context: ParseContext) { this.#context = context }

  line(text: string): boolean {
    const c = text.charCodeAt(0)
    if (c === 32 && (this.#nextest ? nextestEnds : nextestStarts).test(text)) this.#nextest = !this.#nextest
    if (c <= 60 && text.includes('system-out>')) this.#quoted = text.includes('<system-out>') && !text.includes('</system-out>')
    if (this.#nextest || this.#quoted) return false
    if (c === 116) {
      if (this.#closing(text)) return true
      if (!this.#block && this.#status(text)) return true
    }
    if (c === 114 && running.test(text) && !this.#block) return this.#finish(), this.#open = true
    if (c === 32 && signalled.test(text)) return this.#crashed(text)
    if (!this.#open) return false
    return this.#inside(text)
  }

  end(): void { this.#finish() }

  #inside(text: string): boolean {
    if (text === 'failures:' || text === 'successes:') {
      this.#section = text === 'failures:' ? 'failures' : 'successes'
      this.#block = this.#panic = undefined
      return true
    }
    const started = text.charCodeAt(0) === 45 ? block.exec(text)?.groups?.name : undefined
    if (started !== undefined) {
      const lines = this.#failed.get(started) ?? []
      this.#block = lines
      if (this.#section !== 'successes') this.#fail(started, lines)
      return true
    }
    if (this.#block) return add(this.#block, text), true
    const name = listed.exec(text)?.groups?.name
    if (name !== undefined && this.#section === 'failures') return this.#fail(name, []), true
    const thread = panicking(text)
    if (thread !== undefined) {
      this.#panic = []
      if (this.#panics.size < maxFailed && !this.#panics.has(thread)) this.#panics.set(thread, this.#panic)
    }
    if (!this.#panic) return false
    if (text.trim() === '') return this.#panic = undefined, false
    return add(this.#panic, text), true
  }

  #status(text: string): boolean {
    const groups = text.startsWith('test ') ? (status.exec(text) ?? terse.exec(text))?.groups : undefined
    if (!groups) return false
    const { name = '', word } = groups
    this.#open = this.#counted = true
    if (word === 'FAILED' || word === 'failed') {
      this.#counts.failed++
      this.#fail(name, [])
    } else if (word === 'ignored') this.#counts.skipped++
    else this.#counts.passed++
    return true
  }

  /** Whatever was noted of a test is kept: the list of names comes last. */
  #fail(name: string, lines: string[]): void {
    if (!this.#failed.get(name)?.length && this.#failed.size < maxFailed) this.#failed.set(name, lines)
  }

  #closing(text: string): boolean {
    const groups = closing.exec(text)?.groups
    if (!groups) return false
    const number = (key: string) => Number(groups[key] ?? 0)
    const skipped = number('ignored')
    const passed = number('passed') + number('measured') + number('allowed')
    const failed = number('failed')
    this.#report(failed > 0)
    this.#context.emit({ tool, totals: { total: passed + failed + skipped, passed, failed, skipped } })
    this.#reset()
    return true
  }

  /** The binary has ended without a closing line: it crashed, or the log is cut. */
  #finish(): void {
    if (this.#counted || this.#failed.size) {
      const { passed, failed, skipped } = this.#counts
      this.#report(failed > 0 || this.#section === 'failures')
      if (this.#counted) this.#context.emit({ tool, totals: { total: passed + failed + skipped, passed, failed, skipped } })
    }
    this.#reset()
  }

  #report(any: boolean): void {
    if (any) for (const [name, lines] of this.#failed) this.#context.emit(failure(name, lines.length ? lines : this.#panics.get(name) ?? []))
  }

  #reset(): void {
    this.#open = this.#counted = false
    this.#counts = { passed: 0, failed: 0, skipped: 0 }
    this.#failed = new Map()
    this.#panics = new Map()
    this.#block = this.#panic = this.#section = undefined
  }

  #crashed(text: string): boolean {
    const { command = '', signal } = signalled.exec(text)?.groups ?? {}
    const binary = /[\\/]deps[\\/](?<name>[^\\/\s]+?)-[0-9a-f]{16}\b/.exec(command)?.groups?.name
    if (binary === undefined) return false
    this.#finish()
    this.#context.emit({ tool, rule: binary, level: 'error', kind: 'test', message: `the tests of ${binary} were ended by signal ${signal}` })
    return true
  }
}

function add(lines: string[], text: string): void {
  if (lines.length < maxLines) lines.push(text)
}

/** A failed test, with what it printed. A documentation test's name is its place. */
export function failure(name: string, lines: readonly string[], runner = tool): TestCase {
  const place = documented.exec(name)?.groups
  const found = failureIn(lines)
  const trace = traceOf(lines)
  return {
    tool: runner, test: name, status: 'failed', message: found?.message || 'failed',
    ...place?.file ? { file: place.file, line: Number(place.line) } : found?.file !== undefined && { file: found.file, ...found.line && { line: found.line } },
    ...trace && { trace },
  }
}
