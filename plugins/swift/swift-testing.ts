import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { plain } from './grammar/prefix.ts'

/**
 * Swift Testing's console (its HumanReadableOutputRecorder), with the symbols of Unix, of Windows, of SF Symbols, or none. A test with
 * parameters is one test. Known issues fail nothing.
 */
export const swiftTesting: LineParser = { lines: context => new SwiftTesting(context) }

const symbol = String.raw`^(?:[^\w\s"'(\[<]{1,3}\s{1,3}|- )?`
const head = new RegExp(String.raw`${symbol}(?<rest>(?:Test|Suite) (?:run (?:started|with)|".|[\w\x60\u00ab]).*)$`, 'u')
const ended = /^Test (?<name>.{1,1000}?)(?: with \d{1,9} test cases?)? (?<word>passed|failed) after (?<seconds>\d{1,9}(?:\.\d{1,9})?) seconds?(?: with .{1,200})?\.$/
const skipped = /^Test (?<name>.{1,1000}?) skipped(?:\.|: "(?<reason>.{0,1000})")$/
const issue = /^Test (?<name>.{1,1000}?) recorded an? (?<word>(?:known )?issue|warning|error)(?: with \d{1,6} arguments? (?<arguments>.{1,1000}?))?(?: at (?<file>[^\s:][^:]{0,500}):(?<line>\d{1,9}):(?<column>\d{1,9}))?: (?<message>.*)$/
const begun = /^Test (?<name>.{1,1000}?) started\.$/
const total = /^Test run with (?<total>\d{1,9}) tests?(?: in \d{1,9} suites?)? (?:passed|failed) after /
const detail = /^(?:\u21b3|\u2192|\u00b1|\u{100135}|\u{10017a}) {1,3}(?<text>.*)$/u

interface Issues { file?: string; line?: number; message: string; more: string[] }

class SwiftTesting implements LineReader {
  #context: ParseContext
  #issues = new Map<string, Issues>()
  #running = new Set<string>()
  #last: Issues | undefined
  #counts = { total: 0, passed: 0, failed: 0, skipped: 0 }

  constructor(context: ParseContext) { this.#context = context }

  line(raw: string): boolean {
    if (!/Test |Suite /.test(raw)) return this.#detail(raw)
    const rest = head.exec(plain(raw).trimStart())?.groups?.['rest']
    if (rest === undefined) return this.#detail(raw)
    this.#last = undefined
    if (rest.startsWith('Suite ')) return /^Suite .{1,1000} (?:started\.|passed after |failed after |skipped)/.test(rest)
    if (rest.startsWith('Test run ')) return this.#run(rest)
    const found = issue.exec(rest)?.groups
    if (found) return this.#record(found)
    const end = ended.exec(rest)?.groups
    if (end) return this.#finish(end['name']!, end['word'] as 'passed', Number(end['seconds']))
    const left = skipped.exec(rest)?.groups
    if (left) return this.#finish(left['name']!, 'skipped', undefined)
    const name = begun.exec(rest)?.groups?.['name']
    if (name === undefined) return false
    if (this.#running.size < 10_000) this.#running.add(name)
    return true
  }

  /** Tests with issues that never ended went down with their process. */
  end(): void {
    for (const [name] of this.#issues) if (this.#running.has(name) || this.#counts.total > 0) this.#finish(name, 'failed', undefined)
  }

  #run(rest: string): boolean {
    const groups = total.exec(rest)?.groups
    if (!groups) return true
    const { failed, skipped: left } = this.#counts
    const all = Number(groups['total'])
    const counts = { total: all, failed: Math.min(failed, all), skipped: Math.min(left, all - Math.min(failed, all)) }
    if (all > 0) this.#context.emit({ tool: 'swift-testing', totals: { ...counts, passed: all - counts.failed - counts.skipped } })
    this.#counts = { total: 0, passed: 0, failed: 0, skipped: 0 }
    this.#issues.clear()
    this.#running.clear()
    return true
  }

  #record({ name, word, arguments: given, file, line, message }: Record<string, string | undefined>): boolean {
    if (word === 'known issue') return true
    const place = file === undefined ? {} : { file, line: Number(line) }
    const text = `${message}${given === undefined ? '' : ` (${given})`}`
    if (word === 'warning') {
      this.#context.emit({ tool: 'swift-testing', kind: 'test', level: 'warning', rule: plainName(name!), message: text, ...place })
      return true
    }
    const known = this.#issues.get(name!)
    if (known) known.more.push(`${file ?? ''}:${line ?? ''}: ${text}`)
    else if (this.#issues.size < 10_000) this.#issues.set(name!, { ...place, message: text, more: [] })
    this.#last = this.#issues.get(name!)
    return true
  }

  #detail(raw: string): boolean {
    if (!this.#last) return false
    const text = detail.exec(plain(raw).trimStart())?.groups?.['text']
    if (text === undefined && !/^\s{2}/.test(raw)) {
      this.#last = undefined
      return false
    }
    if (this.#last.message === 'Issue recorded' && text) this.#last.message = text
    else if (this.#last.more.length < 100) this.#last.more.push(text ?? raw.trim())
    return true
  }

  #finish(name: string, status: TestCase['status'], seconds: number | undefined): boolean {
    this.#counts.total++
    this.#counts[status]++
    this.#running.delete(name)
    const fault = status === 'failed' ? this.#issues.get(name) : undefined
    this.#issues.delete(name)
    this.#context.emit({
      tool: 'swift-testing', test: plainName(name), status, ...seconds !== undefined && { seconds },
      ...fault && { message: fault.message, ...fault.file !== undefined && { file: fault.file, line: fault.line! }, ...fault.more.length > 0 && { trace: fault.more.join('\n') } },
    })
    return true
  }
}

function plainName(name: string): string { return name.replace(/^"(?<name>.*)"$/, '$<name>') }
