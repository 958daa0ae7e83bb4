import type { Finding, LineParser, ParseContext } from '../../core/contract.ts'
import { marks, mark, position } from '../../core/parse/index.ts'
import { frameOf, isRuby, placeOf, type Frame } from './frames.ts'
import { SyntaxFrame } from './syntax-frame.ts'

const warning = /^(?:ruby: )?(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d{1,9}): warning: (?<message>.+)$/
const previous = /^(?:previous definition of .* was here|other .* is here)$/
/** What the parser before Ruby 3.4 says besides `syntax error`: its messages have no word in common. */
const complaint = /^(?:syntax error, |Invalid (?:break|next|redo|retry|yield|return|char|escape)|Can't (?:escape|assign|change|set)|can't find string|unterminated |dynamic constant assignment|class definition in method body|module definition in method body|formal argument cannot|duplicated argument name|embedded document meets end of file|numeric literal without digits|unknown regexp option|both block arg and actual block given|void value expression|circular argument reference|else without rescue|identifier .+ is not valid|unmatched close parenthesis|premature end of|invalid multibyte char|numbered parameter)/
const located = /^(?:ruby: )?(?:\S+: (?=\S))?(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d{1,9}): (?<message>\S.*)$/
const found = /^syntax errors? found(?: \(SyntaxError\))?:?$/
const thrown = /^(?<file>(?:[A-Za-z]:)?(?:<internal:)?[^:\s][^:]*):(?<line>\d{1,9}):in [`'](?<where>[^']*)': (?<message>.*?) ?\((?<rule>[A-Z][\w:]*)\)$/
const unplaced = /^(?<program>j?ruby|truffleruby): (?<message>.+) \((?<rule>LoadError|RuntimeError|OptionParser::\w+)\)$/
const reversed = /^Traceback \(most recent call last\):$/
const mostLines = 200

/**
 * Ruby itself: `ruby -wc`, warnings at run time, uncaught exceptions (innermost first, as all versions print them into a pipe;
 * last, as 2.5 to 2.7 do on a terminal), and the syntax errors of both parsers: `yacc` with a line each, Prism (since 3.4) with one code frame for all.
 */
export const ruby: LineParser = {
  lines(context) {
    const state = new State(context)
    return { line: text => state.line(text), end: () => state.flush() }
  },
}

class State {
  readonly #context: ParseContext
  #pending: Finding | undefined
  #frames: Frame[] = []
  #trace: string[] = []
  /** Frames that came before what they belong to. */
  #before: Frame[] | undefined
  #syntax: SyntaxFrame | undefined

  constructor(context: ParseContext) { this.#context = context }

  flush(): void {
    this.#syntax?.end(finding => this.#context.emit(finding))
    this.#syntax = undefined
    const finding = this.#pending
    this.#pending = undefined
    if (!finding) return
    const place = finding.level === 'error' ? placeOf(this.#frames) : undefined
    this.#context.emit({ ...finding, ...place, ...(this.#trace.length ? { trace: this.#trace.join('\n').trimEnd() } : {}) })
    this.#frames = []
    this.#trace = []
  }

  line(text: string): boolean {
    if (this.#syntax) {
      if (this.#syntax.line(text)) return true
      this.flush()
    }
    const c = text.charCodeAt(0)
    if (c === 9 || c === 32) return this.#indented(text)
    if (text === '' && this.#pending?.level === 'error') return this.#add(text)
    if (!(marks(text) & mark.colonDigit) && c !== 84 && c !== 114 && c !== 106 && c !== 116) {
      this.flush()
      return false
    }
    return this.#begin(text)
  }

  /** `\tfrom a.rb:3:in 'x'`, or the code that error_highlight shows. */
  #indented(text: string): boolean {
    const frame = text.charCodeAt(0) === 9 && text.includes('from ') ? frameOf(text) : undefined
    if (frame && this.#before) {
      this.#before.unshift(frame)
      return true
    }
    if (this.#pending?.level !== 'error') return false
    if (frame && this.#frames.length < mostLines) this.#frames.push(frame)
    return this.#add(text)
  }

  #add(text: string): boolean {
    if (this.#trace.length < mostLines) this.#trace.push(text)
    return true
  }

  #begin(text: string): boolean {
    if (reversed.test(text)) {
      this.flush()
      this.#before = []
      return true
    }
    const said = warning.exec(text)?.groups
    if (said) return this.#warn(said)
    this.flush()
    const before = this.#before ?? []
    this.#before = undefined
    const crash = text.includes(':in ') && text.endsWith(')') ? thrown.exec(text)?.groups : undefined
    if (crash) return this.#crash(crash, before)
    const program = unplaced.exec(text)?.groups
    if (program) {
      this.#context.emit({ tool: 'ruby', kind: 'build', level: 'error', rule: program.rule, message: program.message ?? '' })
      return true
    }
    return this.#refused(text)
  }

  #warn({ file = '', line, message = '' }: Groups): boolean {
    if (!isRuby(file)) return false
    const at = position(line)
    if (this.#pending?.level === 'warning' && previous.test(message)) {
      this.#pending = { ...this.#pending, related: [{ file, message, ...(at ? { line: at } : {}) }] }
      return true
    }
    this.flush()
    this.#pending = { tool: 'ruby', kind: 'build', level: 'warning', file, line: at, message }
    return true
  }

  #crash({ file = '', line, message = '', rule }: Groups, before: readonly Frame[]): boolean {
    // A file that cannot be read is named by the message; the frames tell only who wanted it.
    const inner = located.exec(message)?.groups
    const frames = inner?.file !== undefined && rule === 'SyntaxError' ? [inner] : [{ file, line }, ...before]
    this.#frames = frames.map(one => ({ file: one.file ?? '', line: Number(one.line) }))
    this.#pending = { tool: 'ruby', kind: 'build', level: 'error', rule, message: inner && rule === 'SyntaxError' ? inner.message ?? message : message || rule || '' }
    return true
  }

  #refused(text: string): boolean {
    const { file = '', line, message = '' } = located.exec(text)?.groups ?? {}
    const at = Number(line)
    if (found.test(message)) {
      this.#syntax = new SyntaxFrame({ file, line: at })
      return true
    }
    if (!isRuby(file) && !message.startsWith('syntax error, ') || !complaint.test(message)) return false
    this.#context.emit({ tool: 'ruby', kind: 'build', level: 'error', rule: 'SyntaxError', file, line: at, message: message.replace(/ \(SyntaxError\)$/, '') })
    return true
  }
}

type Groups = Readonly<Record<string, string | undefined>>
