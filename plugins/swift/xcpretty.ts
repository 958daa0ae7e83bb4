import type { LineParser, LineReader, ParseContext } from '../../core/contract.ts'
import { plain } from './grammar/prefix.ts'

/** xcpretty and xcbeautify: Xcode's log in short, with marks in colour, in ASCII, or in their renderers for GitHub. Which test failed and why stands on one line. */
export const xcpretty: LineParser = { lines: context => new Pretty(context) }

const fault = /^(?:(?<error>\u274c|\[x\])|\u26a0\ufe0f?|\[!\]) {1,4}(?:(?<file>(?:[A-Za-z]:)?[^:]{1,1000}):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?: )?(?<message>\S.*)$/
const passed = /^ {2,8}(?:\u2713|\u2714|\.) (?:\[[^\]]{1,300}\] )?(?<test>[A-Za-z_][\w.]{0,500}(?:\(\))?) \((?<seconds>\d{1,9}\.\d{1,9}) seconds\)$/
const failed = /^ {2,8}(?:\u2717|\u2716|x) (?:\[(?<suite>[^\]]{1,300})\] )?(?<test>[^\s,]{1,300})(?: on '[^']{1,200}')?, (?<message>\S.*)$/
const skipped = /^ {2,8}(?:\u29d6|\u24e2|-|\u23ed\ufe0f?|\u2298) (?:\[[^\]]{1,300}\] )?(?<test>[A-Za-z_]\w{0,300}(?:\(\))?)(?:, skipped| skipped| \[PENDING\])/
const suite = /^(?:Test Suite )?(?<suite>[A-Za-z_]\w{1,300}(?:Tests?|Specs?|TestCase))(?: started)?$/

class Pretty implements LineReader {
  #context: ParseContext
  #suite = ''

  constructor(context: ParseContext) { this.#context = context }

  line(raw: string): boolean {
    const text = plain(raw)
    const c = text.charCodeAt(0)
    if (c === 32) return this.#test(text)
    if (c === 0x274c || c === 0x26a0 || c === 91) return this.#fault(text)
    const name = c >= 65 && c <= 122 ? suite.exec(text)?.groups?.['suite'] : undefined
    if (name) this.#suite = name
    return false
  }

  #test(text: string): boolean {
    const good = text.endsWith(' seconds)') ? passed.exec(text)?.groups : undefined
    if (good) this.#context.emit({ tool: 'xcpretty', test: this.#named(good['test']!), status: 'passed', seconds: Number(good['seconds']) })
    const bad = good ? undefined : failed.exec(text)?.groups
    if (bad) this.#context.emit({ tool: 'xcpretty', test: bad['suite'] ? `${bad['suite']}.${bad['test']}` : this.#named(bad['test']!), status: 'failed', message: bad['message']! })
    const left = good || bad ? undefined : skipped.exec(text)?.groups
    if (left) this.#context.emit({ tool: 'xcpretty', test: this.#named(left['test']!), status: 'skipped' })
    return Boolean(good ?? bad ?? left)
  }

  #fault(text: string): boolean {
    const groups = fault.exec(text)?.groups
    // Other tools use the marks too: without a place only what Xcode says of itself counts.
    if (!groups || groups['file'] === undefined && !/^(?:error|warning|ld|clang|swiftc?|xcodebuild|no such module|Undefined symbols?|duplicate symbols?|linker command)\b/i.test(groups['message']!)) return false
    const [line, column] = [Number(groups['line']), Number(groups['column'])]
    const message = groups['message']!.replace(/^(?:error|warning): /, '')
    if (message.startsWith('linker command failed')) return true
    this.#context.emit({
      tool: 'xcodebuild', kind: 'build', level: groups['error'] ? 'error' : 'warning', rule: 'build', message,
      ...groups['file'] && { file: groups['file'], ...line && { line }, ...column && { column } },
    })
    return true
  }

  #named(test: string): string { return this.#suite ? `${this.#suite}.${test}` : test }
}
