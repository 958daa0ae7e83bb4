import type { LineParser, LineReader, ParseContext, TestCase } from '../contract.ts'
import { Diagnostics } from './tap-diagnostics.ts'
import { TapDocument } from './tap-document.ts'
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
const maxSaid = 400
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
  /** Comments since the last point and its diagnostics. */
  #said: string[] = []
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
      const said = text.slice(indent + 1).replace(/^ /, '')
      if (!this.#pending?.diagnostics.comment(said) && this.#said.length < maxSaid) this.#said.push(said)
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
    // node:test gives a file that failed as a whole the file's own number among those of all tests.
    const isFile = !point.ok && point.name === this.#subtests[0] && /\.[cm]?[jt]sx?$/.test(point.name)
    if (level === 0) this.#document.point(isFile ? { ...point, id: undefined } : point)
    const pending: Pending = { point, level, name, diagnostics: new Diagnostics(), leaves: undefined }
    pending.diagnostics.before(this.#said)
    this.#said = []
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
    const inner = leaves.map(leaf => leaf.failure)
    const failures = inner.length && !diagnostics.ofHook ? inner : [{ ...base, status: 'failed', message: `${name} failed`, ...why } satisfies TestCase, ...inner]
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
