import type { LineParser, LineReader, ParseContext, TestCase } from '../contract.ts'
import { Diagnostics } from './tap-diagnostics.ts'
import { tapLine, type Point, type TapLine } from './tap-line.ts'

/**
 * TAP 13 and 14, wherever it stands in a log. The counts are those of the outermost test points; a failed subtest is reported by the
 * points within it that failed. A document that is not ok counts at least one failure: a plan that was not kept and a bail-out are one.
 */
export function tapParser({ tool }: { tool: string }): LineParser {
  return { lines: context => new TapReader(tool, context) }
}

/** A failed point below the top level, until the outermost one says whether it matters. */
interface Leaf { level: number; failure: TestCase }
interface Pending { point: Point; level: number; name: string; diagnostics: Diagnostics; leaves: Leaf[] | undefined }

const maxLeaves = 1000
const maxLevel = 16

class TapReader implements LineReader {
  readonly #tool: string
  readonly #context: ParseContext
  #document: TapDocument
  /** The last point, whose diagnostics may still come. */
  #pending: Pending | undefined
  #yamlIndent: string | undefined
  #subtests: (string | undefined)[] = []
  #leaves: Leaf[] = []
  /** Points that opened a block and wait for its `}`. */
  #blocks: Pending[] = []

  constructor(tool: string, context: ParseContext) {
    this.#tool = tool
    this.#context = context
    this.#document = new TapDocument()
  }

  line(text: string): boolean {
    if (this.#yamlIndent !== undefined && this.#yaml(text, this.#yamlIndent)) return true
    let indent = 0
    while (text.charCodeAt(indent) === 32) indent++
    if (indent >= text.length) return false
    const line = indent % 4 === 0 && indent / 4 < maxLevel ? tapLine(indent ? text.slice(indent) : text) : undefined
    if (line && this.#takes(line, indent / 4)) return true
    if (!this.#pending && !this.#document.begun) return false
    return this.#around(text, indent)
  }

  end(): void {
    this.#settle()
    this.#closeDocument()
  }

  /** Text between TAP's own lines: the start of a YAML block, a comment, or what the tests printed. */
  #around(text: string, indent: number): boolean {
    if (this.#pending && indent > 0 && /^ +---\s*$/.test(text)) {
      this.#yamlIndent = text.slice(0, indent)
      return true
    }
    if (text.charCodeAt(indent) === 35) {
      this.#pending?.diagnostics.comment(text.slice(indent + 1).replace(/^ /, ''))
      return this.#document.begun
    }
    if (this.#document.strict && indent === 0) this.#document.fault('there is output that is not TAP, which its strict pragma forbids')
    return false
  }

  #yaml(text: string, indent: string): boolean {
    if (text.startsWith(indent) || text.trim() === '') {
      const inner = text.slice(indent.length)
      if (inner.trimEnd() === '...') this.#yamlIndent = undefined
      else this.#pending?.diagnostics.yaml(inner)
      return true
    }
    if (/^\s*#/.test(text)) return true
    this.#yamlIndent = undefined
    return false
  }

  /** False when the line is not TAP after all, where it stands. */
  #takes(line: TapLine, level: number): boolean {
    const document = this.#document
    if (level === 0 && document.over && !this.#beginsAnew(line)) return document.begun && line.type !== 'close'
    if (!document.begun && !begins(line, level)) return false
    switch (line.type) {
      case 'point': return this.#point(line, level)
      case 'subtest':
        document.begun = true
        this.#settle()
        this.#subtests.length = Math.min(this.#subtests.length, level)
        this.#subtests[level] = line.name
        return true
      case 'close': return this.#closeBlock(level)
      case 'bail':
        this.#settle()
        document.bail(line.reason)
        return true
    }
    if (level > 0) return true
    this.#settle()
    if (line.type === 'version') {
      if (document.count > 0 || document.planned) this.#closeDocument()
      this.#document.begun = this.#document.versioned = true
    } else if (line.type === 'plan') document.plan(line.start, line.end)
    else if (line.key === 'strict') document.strict = line.on
    return true
  }

  /** After its trailing plan or a bail-out a document is over; another one may follow. */
  #beginsAnew(line: TapLine): boolean {
    if (line.type !== 'version' && !(line.type === 'point' && line.id === 1 && this.#document.count > 0)) return false
    this.#settle()
    this.#closeDocument()
    return true
  }

  #point(point: Point, level: number): boolean {
    this.#settle()
    const name = this.#nameOf(point, level)
    if (level === 0) this.#document.point(point)
    const pending: Pending = { point, level, name, diagnostics: new Diagnostics(), leaves: undefined }
    if (point.opens) {
      this.#blocks.push(pending)
      this.#subtests.length = Math.min(this.#subtests.length, level)
      this.#subtests[level] = point.name
    } else {
      pending.leaves = this.#leavesOf(level)
      this.#subtests.length = Math.min(this.#subtests.length, level)
    }
    this.#pending = pending
    return true
  }

  #closeBlock(level: number): boolean {
    const at = this.#blocks.findLastIndex(block => block.level === level)
    if (at < 0) return false
    this.#settle()
    const [block] = this.#blocks.splice(at)
    if (block) this.#judge({ ...block, leaves: this.#leavesOf(level) })
    this.#subtests.length = Math.min(this.#subtests.length, level)
    return true
  }

  /** The failed points within the subtest that a point of this level closes. */
  #leavesOf(level: number): Leaf[] {
    const inner = this.#leaves.filter(leaf => leaf.level > level)
    if (inner.length) this.#leaves = this.#leaves.filter(leaf => leaf.level <= level)
    return inner
  }

  #nameOf(point: Point, level: number): string {
    const outer = this.#subtests.slice(0, level).filter(name => name)
    // An older style announces a subtest within its own indentation.
    const own = level > 0 ? this.#subtests[level] : undefined
    const names = own && own !== point.name && outer.length === 0 ? [own, point.name] : [...outer, point.name]
    return names.filter(name => name).join(' > ') || `test ${point.id ?? this.#document.count + 1}`
  }

  /** Nothing more can be said about the last point. */
  #settle(): void {
    const pending = this.#pending
    this.#pending = undefined
    this.#yamlIndent = undefined
    if (pending?.leaves) this.#judge(pending)
  }

  #judge({ point, level, name, diagnostics, leaves = [] }: Pending): void {
    const failed = !point.ok && !point.skip && !point.todo
    const { seconds = point.seconds, ...why } = diagnostics.explain()
    const base = { tool: this.#tool, test: name, ...(seconds === undefined ? {} : { seconds }) }
    if (!failed) {
      if (level === 0) this.#context.emit({ ...base, status: point.skip || !point.ok ? 'skipped' : 'passed' })
      return
    }
    const failures = leaves.length ? leaves.map(leaf => leaf.failure) : [{ ...base, status: 'failed', message: `${name} failed`, ...why } satisfies TestCase]
    if (level === 0) for (const failure of failures) this.#context.emit(failure)
    else if (this.#leaves.length < maxLeaves) this.#leaves.push(...failures.map(failure => ({ level, failure })))
  }

  #closeDocument(): void {
    for (const { failure } of this.#leaves) this.#context.emit(failure)
    const document = this.#document
    this.#document = new TapDocument()
    this.#leaves = []
    this.#blocks = []
    this.#subtests = []
    const totals = document.close()
    if (!totals) return
    this.#context.emit({ tool: this.#tool, totals })
    for (const [rule, message] of document.faults) this.#context.emit({ tool: this.#tool, rule: `tap/${rule}`, level: 'error', kind: 'test', message })
  }
}

/** Ordinary output may hold a lone `ok` or `1..3` too: what may begin a document. */
function begins(line: TapLine, level: number): boolean {
  if (line.type === 'point') return level === 0 && (line.id === 1 || (!line.ok && line.id !== undefined))
  return line.type === 'subtest' || (level === 0 && (line.type === 'version' || line.type === 'plan' || line.type === 'bail'))
}

/** The outermost level's bookkeeping. */
class TapDocument {
  begun = false
  versioned = false
  strict = false
  /** Nothing but comments may follow. */
  over = false
  count = 0
  #passed = 0
  #failed = 0
  #skipped = 0
  #faults = 0
  #bailed = false
  #start: number | undefined
  #end = 0
  /** The number of points that each id was given to. */
  readonly #ids = new Set<number>()
  readonly #outside = new Set<number>()
  /** Rule → message: one each, however often it happened. */
  readonly faults = new Map<string, string>()

  get planned(): boolean { return this.#start !== undefined }

  point({ ok, id, skip, todo }: Point): void {
    this.begun = true
    this.count++
    if (skip || (todo && !ok)) this.#skipped++
    else if (ok) this.#passed++
    else this.#failed++
    if (id === undefined) return
    if (this.#ids.has(id)) this.fault(`test ${id} appears more than once`)
    else if (this.#ids.size < 1_000_000) this.#ids.add(id)
    if (skip || todo) return
    if (this.#start === undefined) this.#outside.add(id)
    else if (id < this.#start || id > this.#end) this.fault(this.#notKept())
  }

  plan(start: number, end: number): void {
    if (this.#start !== undefined || (end < start && end !== 0 && start !== 1)) return
    this.begun = true
    this.#start = start
    this.#end = end
    this.over = this.count > 0 || end === 0
    for (const id of this.#outside) if (id < start || id > end) this.fault(`planned ${start}..${end}, but there is a test ${id}`)
  }

  fault(message: string): void {
    this.#faults++
    if (!this.faults.has('plan')) this.faults.set('plan', message)
  }

  bail(reason: string): void {
    if (this.over && this.#bailed) return
    this.begun = this.over = this.#bailed = true
    this.faults.set('bail-out', reason === '' ? 'the tests gave up (bail-out)' : `the tests gave up: ${reason}`)
  }

  /** The counts; undefined when there was nothing that could be told from ordinary output. */
  close(): { total: number; passed: number; failed: number; skipped: number } | undefined {
    if (!this.begun || (this.count === 0 && !this.versioned && !this.#bailed)) return undefined
    this.#judgePlan()
    const failed = this.#failed + this.#faults
    return { total: this.count, passed: this.#passed, failed: failed === 0 && this.#bailed ? 1 : failed, skipped: this.#skipped }
  }

  #judgePlan(): void {
    if (this.#bailed) return
    if (this.#start === undefined) {
      if (this.count > 0) this.fault('there is no plan: the tests ended before they said how many they are')
      return
    }
    if (this.#start === 1 && this.#end === 0) {
      if (this.count > 0) this.fault('planned no test, but there are some')
      return
    }
    if (this.#failed + this.#faults === 0 && this.count !== this.#end - this.#start + 1) this.fault(this.#notKept())
  }

  #notKept(): string {
    const planned = this.#end - this.#start! + 1
    return this.count > planned ? `planned ${planned} tests, but there are more` : `planned ${planned} tests, but ran ${this.count}`
  }
}
