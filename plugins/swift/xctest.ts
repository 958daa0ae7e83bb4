import type { LineParser, LineReader, ParseContext, TestCase } from '../../core/contract.ts'
import { Launches } from './grammar/launches.ts'
import { plain } from './grammar/prefix.ts'

/**
 * XCTest's console: Apple's `-[Module.Class test]`, Linux's `Class.test`, Xcode's parallel `Test case 'Class.test()' passed on '…'`, SwiftPM's
 * parallel `[3/9] Testing …`. A test that began and never ended took its process down. The closing lines count failed assertions, not tests,
 * so the tests are counted, and those lines only say how many there were.
 */
export const xctest: LineParser = { lines: context => new XCTest(context) }

const started = /^Test [Cc]ase '(?<name>[^']{1,1000})' started(?: at .{1,60}| on '.{1,300}')?\.?$/
const ended = /^\s{0,8}Test [Cc]ase '(?<name>[^']{1,1000})' (?<word>passed|failed|skipped)(?: on '.{1,300}?')? \((?<seconds>\d{1,9}(?:\.\d{1,9})?) seconds?\)\.?$/
const failure = /^(?<file>(?:[A-Za-z]:)?[^:]{1,1000}):(?<line>\d{1,9}): error: (?<name>-\[\S{1,500} [^\]]{1,500}\]|[A-Za-z_][\w.]{0,500}\.\w{1,300}(?:\(\))?) : (?<message>.*)$/
const skip = /^(?<file>[^:]{1,1000}):\d{1,9}: (?:-\[\S{1,500} [^\]]{1,500}\]|[A-Za-z_][\w.]{0,500}) : Test skipped(?: - .*)?$/
const parallel = /^\[(?<at>\d{1,7})\/(?<of>\d{1,7})\] Testing \S/
const listed = /^\t(?<name>(?:-\[\S{1,500} [^\]]{1,500}\]|[A-Za-z_][\w.]{0,500}\.\w{1,300}(?:\(\))?))$/

class XCTest implements LineReader {
  #context: ParseContext
  #launches = new Launches()
  #open: string | undefined
  #fault: Pick<TestCase, 'file' | 'line' | 'message'> | undefined
  #lines: string[] = []
  #failed = new Set<string>()
  #counts = { total: 0, passed: 0, failed: 0, skipped: 0 }
  #parallel = 0
  #listing = false

  constructor(context: ParseContext) { this.#context = context }

  line(raw: string): boolean {
    const text = plain(raw)
    if (text.includes('Test ')) {
      if (this.#launches.line(text)) return true
      const begun = started.exec(text)?.groups
      if (begun) return this.#begin(begun['name']!)
      const end = ended.exec(text)?.groups
      if (end) return this.#end(end)
      if (skip.test(text)) return true
    }
    if (text.includes(': error: ')) {
      const groups = failure.exec(text)?.groups
      if (groups) return this.#fail(groups)
    }
    if (text.startsWith('[') || text.includes('xecuted ')) {
      const of = parallel.exec(text)?.groups?.['of']
      if (of) this.#parallel = Math.max(this.#parallel, Number(of))
      return of !== undefined || this.#launches.line(text)
    }
    if (text === 'Failing tests:') {
      this.#crashed()
      this.#listing = true
      return true
    }
    if (text.startsWith('Restarting after unexpected exit')) this.#crashed()
    if (this.#listing && text.trim() !== '') return this.#list(text)
    if (this.#open !== undefined && this.#lines.length < 200) this.#lines.push(text)
    return false
  }

  end(): void {
    this.#crashed()
    const { total: ran, skipped, failures } = this.#launches.sum
    const { total, failed } = this.#counts
    const all = Math.max(ran, this.#parallel)
    if (all <= total || all === 0) return
    const left = Math.max(this.#counts.skipped, skipped)
    const bad = total > 0 ? failed : Math.min(failures, all - left)
    this.#context.emit({ tool: 'xctest', totals: { total: all, failed: bad, skipped: left, passed: Math.max(0, all - bad - left) } })
  }

  #begin(name: string): boolean {
    this.#crashed()
    this.#open = name
    return true
  }

  #fail(groups: Record<string, string | undefined>): boolean {
    const { file, line, message } = groups
    const place = file !== '<unknown>' && file !== '<EXPR>' && Number(line) > 0 ? { file: file!, line: Number(line) } : {}
    if (this.#fault) this.#lines.push(`${file}:${line}: ${message}`)
    else this.#fault = { ...place, message: message! }
    return true
  }

  #end({ name, word, seconds }: Record<string, string | undefined>): boolean {
    if (this.#open !== undefined && this.#open !== name) this.#crashed()
    this.#emit(name!, word as TestCase['status'], Number(seconds))
    return true
  }

  #crashed(): void {
    if (this.#open === undefined) return
    const said = this.#lines.find(text => /\b(?:[Ff]atal error|Precondition failed|Program crashed)\b/.test(text))
    this.#fault ??= { message: said ?? 'the process ended during this test' }
    this.#emit(this.#open, 'failed', undefined)
  }

  #emit(name: string, status: TestCase['status'], seconds: number | undefined): void {
    const [fault, lines] = [this.#fault, this.#lines]
    this.#open = undefined
    this.#fault = undefined
    this.#lines = []
    this.#counts.total++
    this.#counts[status]++
    const test = nameOf(name)
    if (status === 'failed') this.#failed.add(keyOf(test))
    const trace = lines.join('\n').trimEnd()
    this.#context.emit({ tool: 'xctest', test, status, ...seconds !== undefined && { seconds }, ...status === 'failed' && { ...fault, ...trace && { trace } } })
  }

  /** Xcode lists the failed tests at the end: those that were not printed (`-quiet`) count. */
  #list(text: string): boolean {
    const name = listed.exec(text)?.groups?.['name']
    if (name === undefined) {
      this.#listing = /^\s/.test(text)
      return false
    }
    if (!this.#failed.has(keyOf(nameOf(name)))) this.#emit(name, 'failed', undefined)
    return true
  }
}

/** `-[Module.Class test]` → `Module.Class.test`, `Class.test()` → `Class.test`. */
function nameOf(name: string): string {
  return name.replace(/^-\[(?<group>\S+) (?<test>.+)\]$/, '$<group>.$<test>').replace(/\(\)$/, '')
}

function keyOf(test: string): string { return test.split('.').slice(-2).join('.') }
