import type { LineParser, LineReader, ParseContext } from '../../core/contract.ts'
import { untimed } from './grammar/prefix.ts'
import { frameOf } from './grammar/stack.ts'

/** The console runners of xUnit.net, v1 to v3: `    Name [FAIL]` with what failed indented below, and a line of totals per assembly. */
export const xunit: LineParser = { lines: context => new XUnit(context) }

const tool = 'xunit'
const head = /^(?<indent>\s{2,8})(?<name>\S.{0,1000}?) \[(?<word>FAIL|SKIP)\]$/
const totals = /^\s{1,8}(?<name>\S.{0,200}?)\s{1,200}Total: {1,8}(?<total>\d{1,9}), Errors: {1,8}(?<errors>\d{1,9}), Failed: {1,8}(?<failed>\d{1,9}), Skipped: {1,8}(?<skipped>\d{1,9}),(?: Not Run: {1,8}(?<notRun>\d{1,9}),)? Time: /
const old = /^(?<total>\d{1,9}) total, (?<failed>\d{1,9}) failed, (?<skipped>\d{1,9}) skipped, took \d/

class XUnit implements LineReader {
  #context: ParseContext
  #test: string | undefined
  #indent = 0
  #lines: string[] = []

  constructor(context: ParseContext) { this.#context = context }

  line(raw: string): boolean {
    const text = untimed(raw)
    // Within `dotnet test` the runner says all of it again.
    if (text.startsWith('[xUnit.net ')) return false
    const groups = text.endsWith(']') && text.startsWith('  ') ? head.exec(text)?.groups : undefined
    if (groups) {
      this.end()
      if (groups['word'] === 'SKIP') this.#context.emit({ tool, test: groups['name']!, status: 'skipped' })
      else [this.#test, this.#indent] = [groups['name']!, groups['indent']!.length]
      return true
    }
    const sum = text.includes('Total: ') ? totals.exec(text)?.groups : / took \d/.test(text) ? old.exec(text)?.groups : undefined
    if (sum) {
      this.end()
      if (!sum['name']?.startsWith('GRAND TOTAL')) this.#sum(sum)
      return true
    }
    if (this.#test === undefined) return false
    if (text.trim() !== '' && text.search(/\S/) <= this.#indent) {
      this.end()
      return false
    }
    if (this.#lines.length < 500) this.#lines.push(text)
    return true
  }

  end(): void {
    const [test, lines] = [this.#test, this.#lines]
    this.#test = undefined
    this.#lines = []
    if (test === undefined) return
    const stack = lines.findIndex(text => /^\s{1,12}Stack Trace:$/.test(text))
    const message = lines.slice(0, stack < 0 ? 20 : stack).map(text => text.trim()).filter(Boolean).join('\n')
    const trace = lines.join('\n').trimEnd()
    this.#context.emit({ tool, test, status: 'failed', ...frameOf(lines), ...message && { message }, ...trace && { trace } })
  }

  #sum(groups: Record<string, string | undefined>): void {
    const number = (name: string) => Number(groups[name] ?? 0)
    const [total, failed, skipped] = [number('total'), number('failed'), number('skipped') + number('notRun')]
    if (total > 0) this.#context.emit({ tool, totals: { total, failed, skipped, passed: Math.max(0, total - failed - skipped) } })
  }
}
