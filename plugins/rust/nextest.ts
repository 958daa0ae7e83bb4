import type { LineParser, LineReader, ParseContext } from '../../core/contract.ts'
import { failure } from './libtest.ts'

/**
 * `cargo nextest run`: a line per test, what a failed one printed below its line (indented since 0.9.85, under a ruled headline before),
 * `Summary` with the totals, then the failures again.
 */
export const nextest: LineParser = { lines: context => new Run(context) }

export const tool = 'nextest'

const begins = /^ {0,12}Starting \d{1,9} tests? across \d/
const result = /^ {0,12}(?:TRY (?<attempt>\d{1,4}) )?(?<word>PASS|FAIL|FLAKY(?: \d+\/\d+)?|LEAK(?:-FAIL)?|SKIP|TIMEOUT|TMT|ABORT|SIG[A-Z0-9]{1,8}|XFAIL|FLKY-FL \d+\/\d+) +\[[^\]]{1,20}\] +(?:\([ \d/─-]{1,20}\) +)?(?<name>\S.*)$/
const passes = /^(?:PASS|FLAKY|LEAK$|SKIP)/
/** The headlines of what a test printed, now and before. */
const printed = /^ {2}(?<stream>stdout|stderr|output) (?:───|---)|^─{2,4} (?:TRY \d+ )?(?<ruled>STDOUT|STDERR|OUTPUT): {1,40}|^--- (?:TRY \d+ )?(?<plain>STDOUT|STDERR|OUTPUT): {1,40}/
const rule = /^(?:─{6,}|-{6,})\s*$/
const summary = /^ {0,12}Summary \[[^\]]{1,20}\] +(?:\d{1,9}\/)?(?<run>\d{1,9})(?:\/\d{1,9})? tests? run: (?<rest>.*)$/
const counted = /(?<count>\d{1,9}) (?<what>passed|failed|timed out|skipped|exec failed)/g
const aside = /^ {2,12}(?:SLOW|RETRY|DELAY|Cancelling|Canceling|SETUP|SETUP PASS|Nextest run|TERMINATING|TRM)\b/

const maxLines = 400
const maxFailed = 10_000

class Run implements LineReader {
  readonly #context: ParseContext
  #open = false
  #summed = false
  #failed = new Map<string, string[]>()
  #current: string[] | undefined

  constructor(context: ParseContext) { this.#context = context }

  line(text: string): boolean {
    const c = text.charCodeAt(0)
    if (!this.#open) {
      if (c !== 32 && c !== 83 || !begins.test(text)) return false
      return this.#open = true
    }
    if (c === 32) {
      if (this.#summary(text) || this.#result(text)) return true
      if (aside.test(text)) return this.#current = undefined, true
    }
    if (rule.test(text)) return this.#current = undefined, true
    if (printed.test(text)) return true
    if (this.#summed && /^(?:error|warning): /.test(text)) return this.end(), false
    if (this.#current && this.#current.length < maxLines) this.#current.push(text.startsWith('    ') ? text.slice(4) : text)
    return this.#current !== undefined
  }

  end(): void {
    for (const [name, lines] of this.#failed) this.#context.emit(failure(name, ownWords(lines), tool))
    this.#failed = new Map()
    this.#current = undefined
    this.#open = this.#summed = false
  }

  #result(text: string): boolean {
    const { word = '', name = '' } = result.exec(text)?.groups ?? {}
    if (name === '') return false
    this.#current = undefined
    if (passes.test(word)) this.#failed.delete(name)
    else if (!this.#summed || !this.#failed.has(name)) {
      const lines = this.#failed.get(name) ?? []
      if (this.#failed.size < maxFailed) this.#failed.set(name, lines)
      if (/^(?:SIG|TIMEOUT|TMT|ABORT|LEAK)/.test(word)) lines.push(words.get(word) ?? `ended by signal ${word}`)
      this.#current = lines
    }
    return true
  }

  #summary(text: string): boolean {
    const groups = summary.exec(text)?.groups
    if (!groups) return false
    const sum = { passed: 0, failed: 0, skipped: 0 }
    for (const { groups: part } of (groups.rest ?? '').replace(/\([^)]*\)/g, '').matchAll(counted)) {
      sum[part?.what === 'passed' || part?.what === 'skipped' ? part.what : 'failed'] += Number(part?.count)
    }
    this.#context.emit({ tool, totals: { total: sum.passed + sum.failed + sum.skipped, ...sum } })
    this.#summed = true
    this.#current = undefined
    return true
  }
}

const words = new Map([['TIMEOUT', 'timed out'], ['TMT', 'timed out'], ['ABORT', 'aborted'], ['LEAK-FAIL', 'left a process behind']])

/** Each test's output begins and ends with what the harness says of the one test that it ran. */
function ownWords(lines: readonly string[]): string[] {
  return lines.filter(line => !/^(?:running 1 test|test \S.* \.\.\. FAILED|failures:|---- \S.* stdout ----|test result: .*)$|^ {4}\S+$/.test(line))
}
