import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { innerTests, type Inner } from './grammar/inner-tests.ts'

/**
 * Catch2's console: for each failing section a header between dashed lines (the test's name, indented section names), then
 * `file:line: FAILED:` blocks. The sections of one test case are one test.
 */
export const catch2: LineParser = { lines: context => new Catch2(context) }

const tool = 'catch2'
const dashes = /^-{79}$/
const rule = /^(?:={79}|\.{79})$/
const failure = /^(?<file>.{1,1000}?)(?::(?<line>\d{1,9})|\((?<line2>\d{1,9})\)): FAILED:\s*$/
const totals = /^test cases:\s{1,12}(?<total>\d{1,9}) (?<rest>\|.*)$/
const allPassed = /^All tests passed \(.{0,100} in (?<total>\d{1,9}) test cases?\)$/

class Catch2 implements LineReader {
  #inner: Inner
  #header: string[] | undefined
  #name: string | undefined
  #test: TestCase | undefined
  #trace: string[] = []
  #open = false

  constructor(context: ParseContext) { this.#inner = innerTests(context) }

  line(raw: string): boolean {
    const text = this.#inner.read(raw)
    if (text.length === 79 && dashes.test(text)) return this.#dash()
    if (this.#header) { if (this.#header.length < 50) this.#header.push(text); return true }
    const groups = this.#name !== undefined && text.includes(': FAILED:') ? failure.exec(text)?.groups : undefined
    if (groups) return this.#fail(groups, text)
    if (this.#closing(text)) return true
    if (text.length === 79 && rule.test(text)) { this.#open = false; return true }
    if (this.#open && this.#trace.length < 400) this.#trace.push(text)
    return false
  }

  end(): void { this.#flush() }

  #dash(): boolean {
    this.#open = false
    if (!this.#header) { this.#header = []; return true }
    const name = this.#header[0]?.trim()
    this.#header = undefined
    if (name !== this.#name) this.#flush()
    this.#name = name
    return true
  }

  #fail(groups: Record<string, string | undefined>, text: string): boolean {
    const line = Number(groups['line'] ?? groups['line2'])
    this.#test ??= { tool, test: this.#name ?? '', status: 'failed', file: groups['file']!, ...line && { line } }
    this.#trace.push(text)
    return this.#open = true
  }

  #closing(text: string): boolean {
    const c = text.charCodeAt(0)
    if (c !== 65 && c !== 116) return false
    const passed = allPassed.exec(text)?.groups
    const groups = passed ?? totals.exec(text)?.groups
    if (!groups) return false
    this.#flush()
    this.#name = undefined
    const total = Number(groups['total'])
    const count = (word: string) => Number(new RegExp(String.raw`\| {1,8}(\d{1,9}) ${word}(?: |$)`).exec(groups['rest'] ?? '')?.[1] ?? 0)
    const [failed, skipped] = [count('failed(?! as)'), count('skipped')]
    this.#inner.emit({ tool, totals: { total, failed, skipped, passed: Math.max(0, total - failed - skipped) } })
    return true
  }

  #flush(): void {
    const trace = this.#trace.map(text => text.trimEnd()).filter(Boolean)
    if (this.#test) this.#inner.emit({ ...this.#test, message: reason(trace), trace: trace.join('\n') })
    this.#test = undefined
    this.#trace = []
  }
}

/** What follows the first `FAILED:`, up to the next one, on one line. */
function reason(trace: readonly string[]): string {
  const next = trace.findIndex((text, index) => index > 0 && failure.test(text))
  return trace.slice(1, next < 0 ? 12 : next).map(text => text.trim()).join(' ')
}
