import type { LineParser, ParseContext } from '../../core/contract.ts'
import { failureOf, withoutCode } from './failure.ts'
import type { Frame } from './frames.ts'

const title = /^ {1,8}(?<number>\d{1,6})\) (?<title>\S.*)$/
const closing = /^(?<total>\d+) examples?, (?<failed>\d+) failures?(?:, (?<pending>\d+) pending)?(?:, (?<errors>\d+) errors? occurred outside of examples)?$/
const outside = /^An error occurred (?<where>while loading (?<file>\S.*?)|in an? \S.*?|outside of examples.*?)\.(?: - Did you mean\?)?$/
/** Files of a similar name, before the error of one that could not be loaded. */
const similar = /^ +rspec \S+$/
const rerun = /^rspec (?:'(?<quoted>[^']+)'|(?<file>\S+?)(?::(?<line>\d+)|\[[\d:,]+\])) # (?<title>\S.*)$/
const ends = /^(?:Finished in |Failed examples:|Pending:|Top \d+ slowest|Randomized with seed|Coverage report|Took \d)/
const most = 20_000
const mostLines = 400

interface Block { test: string; lines: string[] }

/**
 * RSpec's text: progress, documentation, instafail, several processes of parallel_tests one after the other.
 * The blocks below `Failures:` tell why, the list of failed examples where. Source: rspec-core's documentation, "Formatters".
 */
export const rspec: LineParser = {
  lines(context) {
    const run = new Run(context)
    return { line: text => run.line(text), end: () => run.finish() }
  },
}

class Run {
  readonly #context: ParseContext
  #where: 'elsewhere' | 'failures' | 'pending' | 'error' = 'elsewhere'
  #blocks: Block[] = []
  #places = new Map<string, Frame>()
  #error: Block | undefined
  /** A numbered title that nothing has confirmed to be a failure's: some formatters show failures without a heading. */
  #candidate: string | undefined
  #totals: { total: number; failed: number; pending: number }[] = []

  constructor(context: ParseContext) { this.#context = context }

  line(text: string): boolean {
    if (this.#where === 'failures' || this.#where === 'error') return this.#inside(text)
    const c = text.charCodeAt(0)
    if (c === 32) return this.#indented(text)
    this.#candidate = undefined
    if (text === '' || c > 122) return false
    return this.#top(text)
  }

  finish(): void {
    this.#closeError()
    for (const { test, lines } of this.#blocks) {
      const [first = ''] = lines
      const said = /^\s*Failure\/Error:/.test(first) ? withoutCode(lines) : lines
      this.#context.emit({ tool: 'rspec', test, status: 'failed', ...failureOf(said, this.#places.get(test)) })
    }
    for (const { total, failed, pending } of this.#totals) {
      this.#context.emit({ tool: 'rspec', totals: { total, failed, skipped: pending, passed: Math.max(0, total - failed - pending) } })
    }
    this.#blocks = []
    this.#places.clear()
    this.#totals = []
    this.#where = 'elsewhere'
  }

  #indented(text: string): boolean {
    if (this.#where === 'pending') return true
    if (this.#candidate !== undefined && text.trimStart().startsWith('Failure/Error:')) {
      this.#open(this.#candidate)
      this.#where = 'failures'
      return this.#inside(text)
    }
    this.#candidate = title.exec(text)?.groups?.title
    return false
  }

  #inside(text: string): boolean {
    const name = this.#where === 'failures' ? title.exec(text)?.groups?.title : undefined
    if (name !== undefined) {
      this.#open(name)
      return true
    }
    const c = text.charCodeAt(0)
    if (c >= 48 && c <= 90 && this.#top(text)) return true
    const block = this.#where === 'error' ? this.#error : this.#blocks.at(-1)
    if (this.#where === 'error' && similar.test(text) && block?.lines.every(line => line === '')) return true
    if (block && block.lines.length < mostLines) block.lines.push(text)
    return true
  }

  #open(name: string): void {
    if (this.#blocks.length < most) this.#blocks.push({ test: name.replace(/ FIXED$| \(FAILED - \d+\)$/, ''), lines: [] })
    this.#candidate = undefined
  }

  /** A line at the margin: what changes the section. */
  #top(text: string): boolean {
    const totals = closing.exec(text)?.groups
    if (totals) return this.#close(totals)
    const broken = text.startsWith('An error occurred ') ? outside.exec(text)?.groups : undefined
    if (broken) {
      this.#closeError()
      this.#error = { test: broken.file ?? broken.where ?? '', lines: [] }
      this.#where = 'error'
      return true
    }
    if (text === 'Failures:') {
      this.#closeError()
      this.#where = 'failures'
      return true
    }
    const again = text.startsWith('rspec ') ? rerun.exec(text)?.groups : undefined
    if (again) {
      const file = again.file ?? again.quoted?.replace(/\[[\d:,]+\]$|:\d+$/, '') ?? ''
      if (this.#places.size < most) this.#places.set(again.title ?? '', { file, line: Number(again.line ?? 1) })
      return true
    }
    if (!ends.test(text)) return false
    this.#closeError()
    this.#where = text.startsWith('Pending:') ? 'pending' : 'elsewhere'
    if (/^Took \d/.test(text) && this.#totals.length > 1) this.#withoutSum()
    return true
  }

  #close({ total, failed, pending }: Readonly<Record<string, string | undefined>>): boolean {
    this.#closeError()
    this.#where = 'elsewhere'
    if (this.#totals.length < most) this.#totals.push({ total: Number(total), failed: Number(failed), pending: Number(pending ?? 0) })
    return true
  }

  /** parallel_tests adds its processes' lines up to one of the same form. */
  #withoutSum(): void {
    const last = this.#totals.at(-1)
    const sum = this.#totals.slice(0, -1).reduce((count, one) => count + one.total, 0)
    if (last && last.total === sum) this.#totals.pop()
  }

  #closeError(): void {
    const error = this.#error
    this.#error = undefined
    if (!error) return
    const { message, trace, file, line } = failureOf(withoutCode(error.lines))
    const named = error.test.includes(' ') ? undefined : error.test
    this.#context.emit({
      tool: 'rspec', kind: 'test', level: 'error', rule: named ? 'load' : 'hook',
      message: message ?? `An error occurred ${error.test}`, file: file ?? named, line, trace,
    })
  }
}
