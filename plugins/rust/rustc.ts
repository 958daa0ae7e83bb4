import type { Finding, LineParser, LineReader, Location, ParseContext } from '../../core/contract.ts'
import { isBlank, position } from '../../core/parse/index.ts'
import { helpUrl, isForeign, isIce, ice, isSummary, levelOfWord, whose } from './diagnostic.ts'
import { Excerpt } from './excerpt.ts'
import { isGroup, lintIn, LintNames } from './lints.ts'
import { isLone } from './lone.ts'

/**
 * What rustc, clippy, rustdoc, miri and rustfmt print for people: a headline, ` --> file:line:column`, the code, notes, a blank line.
 * A headline alone could be anybody's; it counts once the arrow, the margin or a known code tells whose it is.
 */
export const rustc: LineParser = { lines: context => new Diagnostics(context) }

const headline = /^(?<word>error: internal compiler error|error|warning|note|help|failure-note)(?:\[(?<code>[A-Za-z][\w:]{0,60})\])?: (?<message>\S.*)$/
/** ESLint's codeframe has the place in the headline. */
const placed = / at \S.{0,1000}:\d{1,9}:\d{1,9}:$/
const arrow = /^ *(?:-->|:::) (?<file>\S.*?):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?(?::\d{1,9})?$/
const margin = /^ *(?:\d{1,7} *)?(?:[|]|[-+~] )|^ *= (?:note|help|warning|error): |^\.{3}$|^ *\d{1,7} [-+~] |^ {4,}\S/
/** What no other tool prints under a headline. */
const telling = /^ *(?:\d{1,7} +)?\|(?: |$)|^ *= (?:note|help|warning|error): /
const aside = /^ *= (?<word>note|help): (?<message>\S.*)$/
/** Miri's backtrace. */
const inside = /^inside .{1,2000} at (?<file>[^\s:][^:]{0,1000}|[A-Za-z]:[^:]{1,1000}):(?<line>\d{1,9}):(?<column>\d{1,9})(?:: \d{1,9}:\d{1,9})?$/
const levelSet = /^(?:the )?lint level (?:is )?defined here/
const testOutput = /^---- \S.* (?:stdout|stderr) ----$/
const testOver = /^(?:failures|successes):$|^test result: |^ {4,8}(?:Running|Doc-tests) /

const maxMessageLines = 12
const maxTraceLines = 120
const maxRelated = 100

interface Pending {
  word: string
  code: string | undefined
  message: string[]
  place: Location | undefined
  lint: string | undefined
  /** The lint, as the code says it where the level is set. */
  defined: string | undefined
  related: Location[]
  /** What the note or help below says. */
  child: string | undefined
  excerpt: Excerpt | undefined
  trace: string[]
  /** Whether it is known to be the compiler's. */
  sure: boolean
}

class Diagnostics implements LineReader {
  readonly #context: ParseContext
  readonly #names = new LintNames()
  #pending: Pending | undefined
  /** What a failed test printed belongs to the test. */
  #inTest = false

  constructor(context: ParseContext) { this.#context = context }

  line(text: string): boolean {
    const c = text.charCodeAt(0)
    if (this.#inTest) {
      if (testOver.test(text)) this.#inTest = false
      return false
    }
    if (c === 45 && testOutput.test(text)) return this.#flush(), this.#inTest = true, false
    const isHeadline = c === 101 || c === 119 || c === 110 || c === 104 || c === 102
    if (isHeadline) {
      const groups = headline.exec(text)?.groups
      if (groups && !(text.endsWith(':') && text.length < 4000 && placed.test(text))) return this.#headline(groups, text)
    }
    if (!this.#pending) return false
    if (isBlank(text)) return this.#flush(), false
    return this.#body(this.#pending, text)
  }

  end(): void { this.#flush() }

  #headline(groups: Record<string, string | undefined>, text: string): boolean {
    const { word = '', code, message = '' } = groups
    const pending = this.#pending
    if (word === 'note' || word === 'help' || word === 'failure-note') {
      if (!pending?.sure) return false
      pending.child = message
      this.#note(pending, message)
      keep(pending, text)
      return true
    }
    this.#flush()
    if (isSummary(message)) return true
    const known = code !== undefined && /^(?:E\d{4}|internal)$/.test(code)
    this.#pending = {
      word, code, message: [message], place: undefined, lint: undefined, defined: undefined, related: [], child: undefined, excerpt: undefined, trace: [text],
      sure: known || word.length > 7 || isLone(message),
    }
    return this.#pending.sure
  }

  #body(pending: Pending, text: string): boolean {
    const found = text.includes('-->') || text.includes(':::') ? arrow.exec(text)?.groups : undefined
    if (found) {
      pending.sure = true
      this.#arrow(pending, found)
    } else if (margin.test(text)) {
      pending.sure ||= telling.test(text)
      const note = text.includes('= ') ? aside.exec(text)?.groups : undefined
      if (note) {
        this.#note(pending, note.message ?? '')
        const frame = pending.place && isForeign(pending.place.file) ? inside.exec(note.message ?? '')?.groups : undefined
        if (frame?.file !== undefined && !isForeign(frame.file)) this.#calledFrom(pending, { file: frame.file, line: Number(frame.line), column: Number(frame.column) })
      }
      this.#marked(pending, pending.excerpt?.line(text))
    } else if (!pending.place && !pending.child && pending.message.length < maxMessageLines) {
      // A message may have many lines; the arrow comes after the last.
      pending.message.push(text)
    } else if (pending.sure) return this.#flush(), false
    keep(pending, text)
    return pending.sure
  }

  #arrow(pending: Pending, groups: Record<string, string | undefined>): void {
    const line = position(groups.line)
    const column = position(groups.column)
    const place: Location = { file: groups.file ?? '', ...line && { line }, ...line && column && { column } }
    const { child } = pending
    if (!pending.place && !child) pending.place = place
    else if (pending.place && isForeign(pending.place.file) && !isForeign(place.file) && (!child || child.startsWith('inside '))) this.#calledFrom(pending, place)
    else if (!child) this.#relate(pending, place)
    else if (pending.related.at(-1)?.message !== child) this.#relate(pending, { ...place, message: child })
    pending.excerpt = line && column ? new Excerpt(line, column) : undefined
  }

  /** Code of a macro or a function from elsewhere: the fault is where the project calls it. */
  #calledFrom(pending: Pending, place: Location): void {
    if (pending.place) this.#relate(pending, pending.place)
    pending.place = place
  }

  #relate(pending: Pending, place: Location): void {
    if (pending.related.length < maxRelated) pending.related.push(place)
  }

  #note(pending: Pending, message: string): void {
    const lint = lintIn(message)
    if (lint === undefined) return
    // `-D unused-variables` implied by `-D warnings`; a page of clippy's says more than any note.
    if (pending.lint === undefined || !pending.lint.startsWith('clippy::') && lint.startsWith('clippy::')) pending.lint = lint
  }

  #marked(pending: Pending, mark: { text: string; endColumn: number } | undefined): void {
    if (!mark) return
    if (!pending.child && pending.place?.column !== undefined && pending.place.endColumn === undefined) {
      Object.assign(pending.place, { endLine: pending.place.line, endColumn: mark.endColumn })
    } else if (levelSet.test(pending.child ?? '') && /^[\w:]+$/.test(mark.text)) pending.defined ??= mark.text
  }

  #flush(): void {
    const pending = this.#pending
    this.#pending = undefined
    if (!pending?.sure) return
    const { word, code, place, related, trace } = pending
    const message = pending.message.join('\n')
    const first = pending.message[0] ?? ''
    const named = code ?? pending.lint ?? (pending.defined !== undefined && !isGroup(pending.defined) ? pending.defined : undefined)
    if (named !== undefined && code === undefined) this.#names.learn(first, named)
    const rule = named ?? (word.length > 7 || isIce(first) ? ice : this.#names.guess(first))
    const url = helpUrl(rule)
    const finding: Finding = {
      ...whose({ rule, message: first, file: place?.file }), level: levelOfWord(word), message, ...place,
      ...url && { help: { url } },
      ...related.length > 0 && { related },
      ...trace.length > 1 && { trace: trace.join('\n') },
    }
    this.#context.emit(finding)
  }
}

function keep(pending: Pending, text: string): void {
  if (pending.trace.length < maxTraceLines) pending.trace.push(text)
}
