import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { untimed } from './grammar/prefix.ts'
import { frameOf, secondsOf } from './grammar/stack.ts'

/**
 * Microsoft.Testing.Platform, which MSTest, NUnit, xUnit v3 and TUnit run on: `failed Name (12ms)`, what failed below it, and a
 * summary of one number per line.
 */
export const testingPlatform: LineParser = { lines: context => new TestingPlatform(context) }

const tool = 'testing-platform'
const head = /^(?:\x20{0,2})(?<word>failed|passed|skipped|failed \(canceled\)|canceled|timed out|timeout) (?<name>\S.{0,1000}?) \((?<time>\d[\dhms. ]{0,30}s)\)$/
const summary = /^Test run summary: \S/
const count = /^\s{1,4}(?<word>total|failed|succeeded|skipped): (?<count>\d{1,9})$/

class TestingPlatform implements LineReader {
  #context: ParseContext
  #case: TestCase | undefined
  #lines: string[] = []
  #counts: Record<string, number> | undefined

  constructor(context: ParseContext) { this.#context = context }

  line(raw: string): boolean {
    const text = untimed(raw)
    if (this.#counts) {
      const groups = count.exec(text)?.groups
      if (groups) {
        this.#counts[groups['word']!] = Number(groups['count'])
        if (groups['word'] === 'skipped') this.#close()
        return true
      }
    }
    if (text.startsWith('Test run summary: ') && summary.test(text)) {
      this.#finish()
      this.#counts = {}
      return true
    }
    const groups = text.endsWith('s)') ? head.exec(text)?.groups : undefined
    if (groups) {
      this.#finish()
      const seconds = secondsOf(groups['time'])
      const status = groups['word'] === 'passed' ? 'passed' : groups['word'] === 'skipped' ? 'skipped' : 'failed'
      this.#case = { tool, test: groups['name']!, status, ...seconds !== undefined && { seconds } }
      return true
    }
    if (!this.#case) return false
    if (!/^\s/.test(text) && text !== '') {
      this.#finish()
      return false
    }
    if (this.#lines.length < 500 && !/^\s{1,4}from \S.{0,1000} \([^()]{1,60}\)$/.test(text)) this.#lines.push(text)
    return true
  }

  end(): void {
    this.#finish()
    this.#close()
  }

  #finish(): void {
    const [one, lines] = [this.#case, this.#lines]
    this.#case = undefined
    this.#lines = []
    if (!one) return
    if (one.status !== 'failed') return this.#context.emit(one)
    const firstFrame = lines.findIndex(text => /^\s{2,}at \S/.test(text))
    const message = lines.slice(0, firstFrame < 0 ? 20 : firstFrame).map(text => text.trim()).filter(Boolean).join('\n')
    const trace = lines.join('\n').trimEnd()
    this.#context.emit({ ...one, ...frameOf(lines), ...message && { message }, ...trace && { trace } })
  }

  /** What timed out or was cancelled is counted in the total only. */
  #close(): void {
    const counts = this.#counts
    this.#counts = undefined
    if (!counts?.['total']) return
    const { total, succeeded: passed = 0, skipped = 0 } = counts
    this.#context.emit({ tool, totals: { total, passed, skipped, failed: Math.max(0, total - passed - skipped) } })
  }
}
