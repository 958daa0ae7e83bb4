import type { Finding, Level, LineParser, LineReader, ParseContext } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { caretOf, closed, levelOfWord, maxLines, severityWord, spot, type Open } from './grammar/source.ts'
import { StageWatch } from './grammar/stage.ts'
import { unwrap, type Wrapped } from './grammar/wrapping.ts'

/**
 * javac and what speaks through it: javadoc, doclint, Error Prone, annotation processors; plain, and through Ant, Maven, Gradle and sbt.
 * Also Tycho's form of Eclipse's compiler, which puts the message behind the source line.
 */
export const javac: LineParser = { lines: context => new Javac(context) }

const place = /^(?:Exit code: \d{1,3} - )?\s{0,20}(?<file>(?:file:\/{1,3})?(?:[A-Za-z]:(?=[\\/]))?[^\s:"<>|*?[][^:"<>|*?]{0,1000}\.(?:java|aj|jsp|groovy|html)):\s?(?:\[(?<l>\d{1,9})(?:[,;:.]\s?(?<c>\d{1,9}))?\]:?|(?<line>\d{1,9})(?::(?<column>\d{1,9}))?:)\s*(?<rest>.*)$/
const bare = /^[A-Za-z0-9./_-]{1,200}\.java$/
const worded = new RegExp(String.raw`^(?<word>${severityWord})\s?(?:[:：]|-(?= ))\s*(?<message>\S.*)$`)
const raw = /^compiler\.(?<word>err|warn|note)\.(?<rule>[\w.]+)(?:: (?<message>.*))?$/
const coded = /^\[(?<rule>[A-Za-z][\w.:-]{1,80})\]:? ?(?<message>.*)$/
const classFile = /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,1000}\.(?:class|jar|zip)\)?): (?<word>warning|error|警告|エラー): (?<message>.*)$/
const placeless = new RegExp(String.raw`^(?:javadoc: )?(?<word>${severityWord})\s?(?:[:：]|-(?= )) ?(?<message>\S.*)$`)
const misuse = /^javac: (?<message>(?:file not found|invalid (?:flag|target release|source release)|directory not found|no source files|option )[^]*)$/
/** Before version 7 errors had no word of their own. */
const oldPhrase = /^(?:cannot (?:find symbol|be |inherit|resolve|access)|'.{1,20}' expected|<identifier> expected|(?:class|interface|enum|record|identifier|illegal|not a statement|reached end of file|package .* does not exist|incompatible types|incomparable types|inconvertible types|duplicate class|unreported exception|missing (?:return|method)|unclosed|unreachable|possible loss of precision|array required|non-static|variable .* (?:is already|might)|generic|modifier|operator|attempting|call to|invalid method|else without|catch without|try without|orphaned|annotation|as of release|unmappable))\b|(?: is (?:already defined|not abstract and does not override|not public in)| has (?:private|protected) access| cannot be (?:applied|dereferenced|referenced|resolved)| might not have been| does not exist| expected| clashes with | is never thrown| must be caught)/
const lintOnly = /^\[[a-z][a-z-]{1,30}\] /
const bareSaying = /^(?:No processor claimed|No SupportedSourceVersion|Supported source version|unknown enum constant|Implicitly compiled|Annotation processor|Bad service configuration|invalid flag|invalid (?:source|target) release|release version|no source files|file not found|module not found|package \S+ does not exist|cannot access |Source option|Target option|option -|class file for|error while writing|Class names, .* are only accepted|directory not found|unmappable|source value|target value|source release|target release|You aren't using a compiler)/
/** What javac says about its own options has no word of its own in Maven's hands. */
const ofOptions = /^(?:\[options\] |(?:Source|Target) option \S+ is |invalid (?:source|target) release: |release version \S+ not supported|(?:source|target) (?:value|release) \S+ (?:is obsolete|requires)|(?:bootstrap class path|system modules path|location of system modules) (?:is )?not set)/
const summary = /^(?:warnings found and -Werror specified|Werror|Some messages have been|Compilation failed)|-Werror (?:が|被)/
const details = /^\s*(?:symbol|location|required|found|reason|シンボル|場所|期待値|検出値|理由|符号|位置|需要|找到|原因|Symbol|Ort|Erforderlich|Ermittelt|Grund)\s*[:：]/
const symbol = /^\s*(?:symbol|シンボル|符号|Symbol)\s*[:：]\s*(?<what>\S.*)$/
const see = /^\s*\(see (?<url>https?:\/\/[^\s)]+)\s*\)?$/
const hint = /^\s*Did you mean /
const unknown = /^\s*$/
/** Checkstyle's Maven plugin has the same form: `(imports) UnusedImports: message`. */
const checkstyleRule = /^\([a-z]{1,40}\) [A-Z]\w{1,80}: |^\([a-z]{1,40}\) [A-Z]\w{1,80}$/
/** What doclint says, whoever runs it. */
const doclint = /^(?:no (?:description|comment|main description|@param|@return|@throws|summary or caption)|unknown tag|bad (?:use of|HTML entity)|malformed HTML|self-closing element|unexpected (?:end )?tag|element not |reference not found|@param |@throws |@return |@see|Tag @|empty <|invalid (?:use of|end tag|HTML)|exception not thrown|heading used|attribute |end tag |tag not |text not allowed|nested tag|use of default constructor|block element|semicolon missing|unterminated inline|incorrect use of inline tag|documentation comment|dangling)|\{@\w+/

class Javac implements LineReader {
  readonly #context: ParseContext
  readonly #stage = new StageWatch()
  #open: (Open & { by: Wrapped['by']; level: Level | undefined; headless: boolean }) | undefined
  /** Headlines so far. Maven says them again under the goal that failed. */
  readonly #said = new Set<string>()
  #again = false
  /** Checkstyle before 6.14 has javac's form, between two lines of its own. */
  #auditing = false

  constructor(context: ParseContext) { this.#context = context }

  line(line: string): boolean {
    const wrapped = unwrap(line)
    const { text } = wrapped
    this.#stage.see(wrapped)
    const found = marks(text)
    if (text.startsWith('Starting audit...') || text.startsWith('Audit done.')) this.#auditing = text.startsWith('S')
    if (this.#auditing) return false
    if (text.startsWith('Failed to execute goal ')) this.#again = true
    else if (this.#again && text.startsWith('--- ')) this.#again = false
    const headline = (found & mark.colonDigit) !== 0 || text.includes(':[') || text.includes(': [') ? this.#place(wrapped) : undefined
    if (headline ?? this.#placeless(wrapped, found)) return true
    return this.#open !== undefined && this.#more(wrapped)
  }

  end(): void { this.#flush() }

  /** True: a headline that opens a finding, or one that is known already. */
  #place(wrapped: Wrapped): true | undefined {
    if (!/\.(?:java|aj|jsp|groovy|html):/.test(wrapped.text)) return undefined
    const groups = place.exec(wrapped.text)?.groups
    if (!groups) return undefined
    const rest = groups.rest ?? ''
    const said = worded.exec(rest)?.groups
    const drawn = said ? undefined : raw.exec(rest)?.groups
    const isHtml = groups.file?.endsWith('.html')
    const bracketed = groups.l !== undefined
    let level: Level
    if (said) level = levelOfWord(said.word!)
    else if (drawn) level = drawn.word === 'err' ? 'error' : drawn.word === 'warn' ? 'warning' : 'note'
    else if (wrapped.level !== undefined && (bracketed || wrapped.by === 'sbt' && groups.line !== undefined && !groups.file?.endsWith('.groovy'))) level = wrapped.level
    else if (wrapped.task !== undefined && /javac|apt$|compile/i.test(wrapped.task) && rest !== '' || bare.test(groups.file ?? '') && oldPhrase.test(rest) || oldPhrase.test(rest) && !bracketed && groups.column === undefined) level = 'error'
    else return undefined
    if (!said && (checkstyleRule.test(rest) || wrapped.by === 'maven' && !bracketed)) return undefined
    const isDashed = said !== undefined && rest.startsWith(`${said.word} - `)
    if (isHtml && this.#stage.now !== 'javadoc' && !isDashed) return undefined
    const saying = said?.message ?? drawn?.message ?? rest
    const message = saying.trim()
    // Maven names files that use deprecated API with level INFO; Error Prone's suggestions are notes with a rule.
    if (level === 'note' && message !== '' && !coded.test(message)) return this.#flush(), true
    const file = groups.file!.replace(/^file:\/{2,3}(?=\/|[A-Za-z]:)/, '')
    const where = spot({ file, line: groups.l ?? groups.line, column: groups.c ?? groups.column })
    this.#start(wrapped, message, level, where, isDashed, drawn?.rule)
    return true
  }

  #placeless(wrapped: Wrapped, found: number): boolean {
    const { text, by } = wrapped
    const isDoc = text.startsWith('javadoc: ')
    if (by === 'maven' && wrapped.level !== undefined && wrapped.level !== 'note' && ofOptions.test(text)) return this.#start(wrapped, text.trim(), wrapped.level, {}, false), true
    if ((found & mark.colonBlank) === 0 && !isDoc || (by === 'maven' || by === 'sbt') && !isDoc) return false
    const c = text.charCodeAt(0)
    if (c <= 32) return false
    const archive = text.includes('.class') || text.includes('.jar') ? classFile.exec(text)?.groups : undefined
    if (archive) return this.#start(wrapped, archive.message!, levelOfWord(archive.word!), { file: archive.file! }, false), true
    const wrong = c === 106 ? misuse.exec(text)?.groups?.message : undefined
    if (wrong !== undefined) return this.#start(wrapped, wrong, 'error', {}, false), true
    const groups = placeless.exec(text)?.groups
    if (!groups || levelOfWord(groups.word!) === 'note') return false
    const message = groups.message!
    const own = wrapped.task !== undefined ? /javac|javadoc|apt$/.test(wrapped.task) : this.#stage.now !== undefined && this.#stage.now !== 'other' || isDoc
    if (summary.test(message) || !(own || lintOnly.test(message) || bareSaying.test(message))) return false
    return this.#start(wrapped, message, levelOfWord(groups.word!), {}, isDoc), true
  }

  #start({ by, level: prefix, task }: Wrapped, message: string, level: Level, where: Partial<Finding>, dashed: boolean, drawn?: string): void {
    this.#flush()
    const key = JSON.stringify([where.file, where.line, where.column, message])
    if (this.#again && this.#said.has(key)) return
    if (this.#said.size < 50_000) this.#said.add(key)
    const code = coded.exec(message)?.groups
    const rule = drawn ?? code?.rule
    const isProne = code !== undefined && /^[A-Z][a-z0-9]+(?:[A-Z]|$)/.test(code.rule!)
    const isDoc = !isProne && (dashed || task === 'javadoc' || task === undefined && this.#stage.now === 'javadoc' || doclint.test(message))
    const tool = isProne ? 'errorprone' : isDoc ? 'javadoc' : 'javac'
    const said = code ? code.message!.trim() || code.rule! : message
    this.#open = {
      finding: { tool, kind: isProne || isDoc ? 'lint' : 'build', level, message: said, ...rule && { rule }, ...where },
      lines: [], seenCaret: false, by, level: prefix, headless: message === '',
    }
  }

  #more({ text, by, level }: Wrapped): boolean {
    const open = this.#open!
    if (by !== undefined && (by !== open.by || level !== open.level)) return this.#flush(), false
    const { finding } = open
    const url = see.exec(text)?.groups?.url
    if (url !== undefined) {
      if (url.includes('errorprone.info')) Object.assign(finding, { tool: 'errorprone', kind: 'lint' })
      finding.help = { url }
      return true
    }
    const column = open.seenCaret ? undefined : caretOf(text)
    if (column !== undefined) {
      open.seenCaret = true
      if (finding.line && !finding.column && !open.headless) finding.column = column
      return open.lines.push(text) > 0
    }
    if (open.headless && open.seenCaret && !unknown.test(text)) return this.#headed(text)
    if (details.test(text)) {
      const what = symbol.exec(text)?.groups?.what
      if (what && !finding.message.includes(what)) finding.message += `: ${what.replace(/\s+/g, ' ')}`
      return open.lines.push(text) > 0
    }
    if (hint.test(text)) return open.lines.push(text) > 0
    // In Maven's and sbt's hands a line that is not indented begins something else.
    const over = unknown.test(text) ? open.by === undefined : open.seenCaret || open.lines.length >= maxLines || (open.by === 'maven' || open.by === 'sbt') && !/^\s/.test(text) && !open.headless
    if (over) return this.#flush(), false
    open.lines.push(text)
    return false
  }

  #headed(message: string): boolean {
    const open = this.#open!
    Object.assign(open.finding, { tool: 'ecj', message: message.trim() })
    this.#flush()
    return true
  }

  #flush(): void {
    const open = this.#open
    this.#open = undefined
    if (open && open.finding.message !== '') this.#context.emit(closed(open))
  }
}
