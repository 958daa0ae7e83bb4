import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { untimed } from './grammar/prefix.ts'
import { frameOf } from './grammar/stack.ts'

/** NUnit's console runners, 2 and 3: the failures numbered, each with message and stack, and the totals before or behind them. */
export const nunit: LineParser = { lines: context => new NUnit(context) }

const tool = 'nunit'
const head = /^(?<number>\d{1,6})\) (?<word>Failed|Failure|Error|Invalid|Ignored|Explicit|Skipped|Warning|Test Failure|Test Error|TestFixture failed|NotRunnable|SetUp Error|TearDown Error)\s?: (?<name>\S.{0,1000})$/
const three = /^\s{2}Test Count: (?<total>\d{1,9}), (?:Passed|Pass): (?<passed>\d{1,9}), (?:Failed|Fail): (?<failed>\d{1,9}),(?: Warnings: (?<warnings>\d{1,9}),| Warn: (?<warn>\d{1,9}),)? Inconclusive: (?<inconclusive>\d{1,9}), (?:Skipped|Skip): (?<skipped>\d{1,9})$/
const two = /^Tests run: (?<run>\d{1,9}), (?:Errors: (?<errors>\d{1,9}), )?Failures: (?<failures>\d{1,9}), (?:Inconclusive: (?<inconclusive>\d{1,9}), Time: |Not run: (?<notRun>\d{1,9}), Time: )/
const rest = /^\s{2}Not run: (?<notRun>\d{1,9}), Invalid: \d{1,9}, Ignored: \d{1,9}, Skipped: \d{1,9}$/

class NUnit implements LineReader {
  #context: ParseContext
  #case: Pick<TestCase, 'test' | 'status'> | undefined
  #lines: string[] = []
  #two: { run: number; failed: number; inconclusive: number; notRun: number } | undefined

  constructor(context: ParseContext) { this.#context = context }

  line(raw: string): boolean {
    const text = untimed(raw)
    const c = text.charCodeAt(0)
    const groups = c >= 49 && c <= 57 ? head.exec(text)?.groups : undefined
    if (groups) {
      this.#finish()
      const status = /^(?:Ignored|Explicit|Skipped)$/.test(groups['word']!) ? 'skipped' : groups['word'] === 'Warning' ? 'passed' : 'failed'
      this.#case = { test: groups['name']!.replace(/ : .*$/, ''), status }
      return true
    }
    if (this.#totals(text)) return true
    if (!this.#case) return false
    if (/^(?:Run Settings|Test Run Summary|Tests Not Run|Results \(nunit|Tests run: |Errors and Failures:|Errors, Failures and Warnings)/.test(text)) {
      this.#finish()
      return false
    }
    if (this.#lines.length < 500) this.#lines.push(text)
    return /^\s{2}/.test(text)
  }

  end(): void {
    this.#finish()
    if (!this.#two) return
    const { run, failed, inconclusive, notRun } = this.#two
    this.#two = undefined
    if (run + notRun > 0) this.#context.emit({ tool, totals: { total: run + notRun, failed, skipped: notRun + inconclusive, passed: Math.max(0, run - failed - inconclusive) } })
  }

  #totals(text: string): boolean {
    const found = text.startsWith('  Test Count: ') ? three.exec(text)?.groups : undefined
    if (found) {
      const number = (name: string) => Number(found[name] ?? 0)
      const passed = number('passed') + number('warnings') + number('warn')
      this.#finish()
      this.#context.emit({ tool, totals: { total: number('total'), passed, failed: number('failed'), skipped: number('inconclusive') + number('skipped') } })
      return true
    }
    const old = text.startsWith('Tests run: ') ? two.exec(text)?.groups : undefined
    if (old) {
      this.end()
      const number = (name: string) => Number(old[name] ?? 0)
      this.#two = { run: number('run'), failed: number('errors') + number('failures'), inconclusive: number('inconclusive'), notRun: number('notRun') }
      return true
    }
    const more = this.#two && text.startsWith('  Not run: ') ? rest.exec(text)?.groups : undefined
    if (more) this.#two!.notRun = Number(more['notRun'])
    return more !== undefined
  }

  #finish(): void {
    const [one, lines] = [this.#case, this.#lines]
    this.#case = undefined
    this.#lines = []
    if (!one) return
    if (one.status !== 'failed') return this.#context.emit({ tool, ...one })
    const stack = lines.findIndex(text => /^\s{0,3}at \S/.test(text) || text.startsWith('--'))
    const message = lines.slice(0, stack < 0 ? 20 : stack).map(text => text.trim()).filter(Boolean).join('\n')
    const trace = lines.join('\n').trimEnd()
    this.#context.emit({ tool, ...one, ...frameOf(lines), ...message && { message }, ...trace && { trace } })
  }
}
