import type { Finding, Level, LineParser, LineReader, Location, ParseContext } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { unwrapped } from './grammar/sources.ts'

/**
 * GNU ld, gold, lld, mold, Apple's ld, and collect2 above them.
 *
 * Old binutils print their messages without a name in front. In a log whose compiler is a modern one such a line
 * waits until collect2 (or clang) confirms that linking failed, since it could come from anywhere.
 */
export const linker: LineParser = { lines: context => new Linker(context) }

const named = /^(?:\S{0,400}[-\\/])?(?<tool>ld|ld\.bfd|ld\.gold|ld\.lld|ld64\.lld|gold|lld|lld-link|wasm-ld|mold|dsymutil)(?:-\d{1,3})?(?:\.exe)?: (?<rest>.*)$/
const word = /^(?:(?:fatal )?(?<word>error|warning|note): ?)(?<rest>.*)$/
const place = String.raw`(?<file>[^\s:][^:]{0,1000}|[A-Za-z]:[^:]{1,1000})`
const section = new RegExp(String.raw`^${place}:\(\.[^)]{1,400}\): (?:(?<word>error|warning): )?(?<message>.*)$`)
const located = new RegExp(String.raw`^${place}:(?<line>\d{1,9}): (?:(?<word>error|warning): )?(?<message>(?:undefined reference|multiple definition|first defined|more undefined|the use of|relocation|duplicate).*)$`)
const object = new RegExp(String.raw`^${place}: (?:(?<word>error|warning): )?(?<message>(?:undefined reference to|multiple definition of|undefined symbol|relocation|could not read symbols|file not recognized|symbol lookup error|unresolvable).*)$`)
/** What all three have behind the place. */
const said = /:\(\.|: (?:error: |warning: )?(?:undefined|multiple|first|more|the use|relocation|duplicate|could not read|file not|symbol lookup|unresolvable)/
const inFunction = /^[^\s:][^:]{0,1000}: [iI]n function [`'‘]/
const failed = /^(?:collect2: (?:error: )?ld (?:returned|terminated)|clang(?:\+\+)?(?:-\d+)?: error: linker command failed)/
const referenced = /^>>>\s+(?:referenced by|defined at|defined in) (?:(?<file>[^\s:]{1,1000}):(?<line>\d{1,9})|(?<object>\S.*))/
const apple = /^ {2}"(?<symbol>[^"]{1,2000})", referenced from:$/
const noise = /^(?:final link failed|skipping incompatible|DWARF error|symbol\(s\) not found for architecture|(?:too many errors emitted)|error adding symbols: )/
const modern = /^[^\s:][^:]{0,1000}:\d{1,9}:\d{1,9}: (?:fatal error|error|warning):/

class Linker implements LineReader {
  #context: ParseContext
  #waiting: Finding[] = []
  #current: (Finding & { related: Location[] }) | undefined
  #modern = false
  #objectFile = false
  #reported = false

  constructor(context: ParseContext) { this.#context = context }

  line(raw: string): boolean {
    const text = unwrapped(raw)
    if (!(marks(text) & mark.colonBlank) && !text.startsWith('  "') && !(this.#current && text.startsWith('>>>'))) return false
    if (failed.test(text)) return this.#confirm(text)
    if (!this.#modern && modern.test(text)) this.#modern = true
    if (this.#current && text.startsWith('>>>')) return this.#refer(text)
    const symbol = apple.exec(text)?.groups?.['symbol']
    if (symbol !== undefined) return this.#open({ tool: 'ld', kind: 'build', level: 'error', rule: 'undefined-reference', message: `undefined symbol: ${symbol}` }, true)
    if (inFunction.test(text) && /\.(?:o|a|so|obj)\b/.test(text.slice(0, 1000))) return this.#objectFile = true
    const groups = named.exec(text)?.groups
    if (groups) return this.#named(groups['tool']!, groups['rest']!)
    const finding = read(text, 'ld')
    return finding !== undefined && this.#open(finding, !this.#modern || this.#objectFile || section.test(text))
  }

  end(): void { this.#flush() }

  #named(tool: string, text: string): boolean {
    if (inFunction.test(text) || noise.test(text)) return true
    const groups = word.exec(text)?.groups
    const rest = groups?.['rest'] ?? text
    if (noise.test(rest) || groups?.['word'] === 'note') return true
    const level = groups?.['word'] === 'warning' ? 'warning' : undefined
    const finding = read(rest, tool, level) ?? plain(rest, tool, level, groups !== undefined)
    return finding !== undefined && this.#open(finding, true)
  }

  #open(finding: Finding, sure: boolean): boolean {
    this.#flush()
    if (/^(?:more undefined references|first defined here)/.test(finding.message)) return true
    if (finding.level === 'error' && sure) this.#reported = true
    if (sure) this.#current = { ...finding, related: [] }
    else if (this.#waiting.length < 1000) this.#waiting.push(finding)
    return true
  }

  /** lld says on following lines where the symbol is used or defined. */
  #refer(text: string): boolean {
    const groups = referenced.exec(text)?.groups
    const current = this.#current
    if (!groups || !current) return true
    const line = Number(groups['line']) || undefined
    const file = groups['file'] ?? groups['object'] ?? ''
    if (current.file === undefined) this.#current = { ...current, file, ...line && { line } }
    else if (current.related.length < 50) current.related.push({ file, ...line && { line }, message: text.replace(/^>>>\s+/, '') })
    return true
  }

  #confirm(text: string): boolean {
    this.#flush()
    for (const finding of this.#waiting.splice(0)) { this.#context.emit(finding); this.#reported = true }
    if (!this.#reported) this.#context.emit({ tool: 'ld', kind: 'build', level: 'error', rule: 'link-failed', message: text.replace(/^\S+: (?:error: )?/, '') })
    this.#reported = this.#objectFile = false
    return true
  }

  #flush(): void {
    if (!this.#current) return
    const { related, ...finding } = this.#current
    this.#current = undefined
    this.#context.emit(related.length ? { ...finding, related } : finding)
  }
}

/** A message that says where: an object's section, a source line, or just the object. */
function read(text: string, tool: string, level?: Level): Finding | undefined {
  if (!said.test(text)) return undefined
  const groups = (section.exec(text) ?? located.exec(text) ?? object.exec(text))?.groups
  const message = groups?.['message']
  if (!groups || message === undefined) return undefined
  const line = Number(groups['line']) || undefined
  return {
    tool, kind: 'build', message: message.replace(/^warning: /, ''), ...ruleOf(message),
    level: level ?? (groups['word'] === 'warning' || /^(?:warning:|the use of|.{1,200} is dangerous)/.test(message) ? 'warning' : 'error'),
    file: groups['file']!, ...line && { line },
  }
}

function plain(text: string, tool: string, level: Level | undefined, said: boolean): Finding | undefined {
  const known = /^(?:cannot|can't|could not|unable|undefined|unrecognized|unknown|duplicate|symbol|library|framework|no such|-l|relocation|file not|unresolvable|hidden|dynamic|section|region|.{1,1000}: (?:file|undefined|multiple|relocation|error adding|No such|plugin|unsupported|version node|cannot|undefined symbol|In function)|.{1,1000} (?:overlaps|will not fit|overflowed))/i
  if (!said && level === undefined && !known.test(text)) return undefined
  return { tool, kind: 'build', level: level ?? 'error', message: text, ...ruleOf(text) }
}

function ruleOf(message: string): { rule?: string } {
  if (/^(?:undefined reference|undefined symbol|undefined:)/i.test(message)) return { rule: 'undefined-reference' }
  if (/^(?:multiple definition|duplicate symbol)/.test(message)) return { rule: 'multiple-definition' }
  if (/^(?:cannot find |unable to find library|library not found|library '.*' not found)/.test(message)) return { rule: 'library-not-found' }
  return {}
}
