import type { Finding, LineParser, LineReader, Location, ParseContext } from '../../core/contract.ts'
import { isRuntime, unwrapped } from './grammar/sources.ts'
import { undefinedBehaviour } from './grammar/undefined-behaviour.ts'

/**
 * Address-, Leak-, Memory-, Thread- and UndefinedBehaviorSanitizer: one finding per report, placed at the first frame that is
 * the project's, the whole report kept as trace. Each direct leak is a report of its own.
 * Rules are the sanitizer's name; for undefined behaviour also the check: `UndefinedBehaviorSanitizer.enum`.
 */
export const sanitizer: LineParser = { lines: context => new Reports(context) }

const headline = /^(?:={2}\d{1,9}={2}\s?)?(?:ERROR|WARNING|FATAL): (?<tool>(?:HW)?AddressSanitizer|LeakSanitizer|MemorySanitizer|ThreadSanitizer|UndefinedBehaviorSanitizer|DataFlowSanitizer|RealtimeSanitizer|TypeSanitizer)[:,] ?(?<message>.*)$/
const runtimeError = /(?:^|\s)(?<file>[^\s:][^:]{0,1000}|[A-Za-z]:[^:]{1,1000}):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?: runtime error: (?<message>.*)$/
const leak = /^(?<kind>Direct|Indirect) leak of \d{1,18} byte\(s\) in \d{1,18} object\(s\) allocated from:/
const summary = /^SUMMARY: \w{1,40}Sanitizer: (?:.{0,300}?\s(?<file>[^\s:]{1,1000}):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?(?: in .*)?)?/
const frame = /^\s{1,12}#\d{1,4} .{0,4000}?\s(?<file>[^\s:()][^\s:]{0,1000}):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?(?: \(.{0,1000}\))?$/

class Reports implements LineReader {
  #context: ParseContext
  #finding: Finding | undefined
  #place: Location | undefined
  #trace: string[] = []
  #leaks = false

  constructor(context: ParseContext) { this.#context = context }

  line(raw: string): boolean {
    const text = unwrapped(raw)
    const behaviour = text.includes(': runtime error: ') ? runtimeError.exec(text.slice(0, 4000))?.groups : undefined
    if (behaviour) return this.#undefined(behaviour, text)
    const groups = text.includes('Sanitizer') ? headline.exec(text)?.groups : undefined
    if (groups) return this.#open(groups['tool']!, groups['message']!, text)
    if (!this.#finding) return false
    const direct = this.#leaks ? leak.exec(text)?.groups : undefined
    if (direct && (direct['kind'] === 'Direct' || this.#finding.message.startsWith('detected'))) return this.#leak(text)
    return this.#more(text)
  }

  end(): void { this.#flush() }

  #open(tool: string, text: string, line: string): boolean {
    this.#flush()
    const message = text.replace(/ \(pid=\d+\)$/, '').replace(/ at pc 0x.*$/, '').replace(/(?: on address)? 0x[0-9a-f]+/g, '')
    this.#finding = { tool, kind: 'test', level: 'error', rule: tool, message: message || 'report' }
    this.#leaks = tool === 'LeakSanitizer'
    this.#trace.push(line)
    return true
  }

  #leak(text: string): boolean {
    const fresh = this.#finding?.message.startsWith('detected memory leaks')
    if (!fresh) this.#flush()
    this.#finding = { tool: 'LeakSanitizer', kind: 'test', level: 'error', rule: 'LeakSanitizer', message: text.replace(/ allocated from:$/, '') }
    this.#leaks = true
    this.#trace.push(text)
    return true
  }

  #undefined(groups: Record<string, string | undefined>, text: string): boolean {
    this.#flush()
    const [line, column] = [Number(groups['line']) || undefined, Number(groups['column']) || undefined]
    const message = groups['message']!
    const check = undefinedBehaviour(message)
    this.#place = { file: groups['file']!.trim(), ...line && { line }, ...column && { column } }
    this.#finding = { tool: 'UndefinedBehaviorSanitizer', kind: 'test', level: 'error', rule: `UndefinedBehaviorSanitizer${check ? `.${check}` : ''}`, message }
    this.#trace.push(text)
    return true
  }

  #more(text: string): boolean {
    const found = frame.exec(text)?.groups
    const closing = summary.exec(text)?.groups
    const ubsan = this.#finding?.tool === 'UndefinedBehaviorSanitizer'
    // Undefined behaviour has no end mark: a stack and notes may follow, anything else is the program's own output.
    if (ubsan && !found && !closing && !/^\s|^$|: note: /.test(text)) return this.#flush(), false
    if (this.#trace.length < 400) this.#trace.push(text)
    if (found && !this.#place && !isRuntime(found['file']!)) this.#place = placeOf(found)
    if (closing) {
      if (closing['file'] && !this.#place) this.#place = placeOf(closing)
      this.#flush()
    } else if (/^==\d+==ABORTING|^==\d+==End of|^={18}$/.test(text)) this.#flush()
    return found !== undefined || closing !== undefined
  }

  #flush(): void {
    const finding = this.#finding
    const trace = this.#trace.join('\n').trimEnd()
    const place = this.#place
    this.#finding = this.#place = undefined
    this.#trace = []
    this.#leaks = false
    if (finding) this.#context.emit({ ...finding, ...place, ...trace.includes('\n') && { trace } })
  }
}

function placeOf(groups: Record<string, string | undefined>): Location {
  const [line, column] = [Number(groups['line']) || undefined, Number(groups['column']) || undefined]
  return { file: groups['file']!, ...line && { line }, ...column && { column } }
}
