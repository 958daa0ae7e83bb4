import type { Finding, Level, LineParser, LineReader, ParseContext } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { caretOf, closed, maxLines, spot, type Open } from './grammar/source.ts'
import { unwrap, type Wrapped } from './grammar/wrapping.ts'

/**
 * scalac of Scala 2 and 3, plain and through sbt, Maven, Gradle, Mill and Scala CLI, and what lives inside it:
 * WartRemover, scapegoat, scalafix, unused-import checks.
 */
export const scalac: LineParser = { lines: context => new Scalac(context) }

const file = String.raw`(?<file>(?:file:\/{1,3})?(?:[A-Za-z]:(?=[\\/]))?[^\s:"<>|*?[][^:"<>|*?]{0,1000}\.(?:scala|sc|sbt))`
const worded = new RegExp(String.raw`^${file}:(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)? ?(?<level>error|warning|info): ?(?<message>.*)$`)
const prefixed = new RegExp(String.raw`^${file}:(?<line>\d{1,9}):(?:(?<column>\d{1,9}):?)?(?: (?<message>.*))?$`)
/** Scala 3: `-- [E007] Type Mismatch Error: a/B.scala:3:17 -----`; its columns count from 0. */
const boxed = new RegExp(String.raw`^-- (?:\[(?<rule>E\d{1,4})\] )?(?<kind>[A-Z][A-Za-z -]{0,80}): ${file}:(?<line>\d{1,9}):(?<column>\d{1,9}) ?-*$`)
const boxedNowhere = /^-- (?:\[(?<rule>E\d{1,4})\] )?(?<kind>[A-Z][A-Za-z -]{0,80}(?:Error|Warning)|Error|Warning): ?-*$/
/** Of a box: ` 3 |  source`, `   |  ^^^`, `   |  message`. */
const framed = /^\s{0,20}(?:\d{1,9} ?)?\|(?<rest>.*)$/
const tag = /^\[(?<rule>(?:wartremover:|scapegoat\] ?\[?)?[A-Za-z][\w:.-]{1,80})\]:? (?<message>\S.*)$/
/** How 2.13 with -Wconf:any:wv names the category of a warning. */
const category = / \[(?<rule>[a-z][\w-]{2,40})(?: @ [^\]]{0,400}| \|[^\]]{0,400})?\]$/
/** The two lines beneath `type mismatch;`. */
const typed = /^\s{0,8}(?<what>found|required) {0,3}: (?<type>\S.{0,300})$/
const placeless = /^(?<level>error|warning): (?<message>(?:there (?:was|were) |bad option|Class .* not found|missing or invalid dependency|object \S+ is not a member|error while loading|scalac: |-target is deprecated|Unable to locate|IO error|fatal error|Could not find)[^]*)$/

class Scalac implements LineReader {
  readonly #context: ParseContext
  #open: (Open & { by: Wrapped['by']; level: Level | undefined; isBox: boolean; message: string[] }) | undefined
  readonly #said = new Set<string>()

  constructor(context: ParseContext) { this.#context = context }

  line(line: string): boolean {
    const wrapped = unwrap(line)
    const { text } = wrapped
    const c = text.charCodeAt(0)
    if (c === 45 && text.startsWith('-- ') && this.#box(wrapped)) return true
    if ((marks(text) & mark.colonDigit) !== 0 && /\.(?:scala|sc|sbt):\d/.test(text) && this.#headline(wrapped)) return true
    if ((c === 101 || c === 119) && wrapped.by === undefined) {
      const groups = placeless.exec(text)?.groups
      // `there were 3 deprecation warnings; re-run with -deprecation` counts what is not shown.
      if (groups && !groups.message!.startsWith('there w')) {
        this.#flush()
        this.#context.emit({ tool: 'scalac', kind: 'build', level: groups.level === 'error' ? 'error' : 'warning', message: groups.message! })
        return true
      }
    }
    return this.#open !== undefined && this.#more(wrapped)
  }

  end(): void { this.#flush() }

  #box({ text, by, level }: Wrapped): boolean {
    const groups = (boxed.exec(text) ?? boxedNowhere.exec(text))?.groups
    if (!groups) return false
    this.#flush()
    const kind = groups.kind!
    const grade: Level = /error$/i.test(kind) ? 'error' : /warning$/i.test(kind) ? 'warning' : 'note'
    const where = groups.file === undefined ? {} : spot({ ...groups, column: String(Number(groups.column) + 1) })
    this.#open = {
      finding: { tool: 'scalac', kind: 'build', level: grade, message: kind.replace(/ ?(?:Error|Warning)$/, '') || kind, ...groups.rule && { rule: groups.rule }, ...where },
      lines: [], seenCaret: false, by, level, isBox: true, message: [],
    }
    return true
  }

  #headline(wrapped: Wrapped): boolean {
    const { text, by, level: prefix } = wrapped
    const said = worded.exec(text)?.groups
    const groups = said ?? (by === 'sbt' || by === 'maven' ? prefixed.exec(text)?.groups : undefined)
    if (!groups) return false
    this.#flush()
    const level: Level | undefined = said ? said.level === 'error' ? 'error' : said.level === 'warning' ? 'warning' : 'note' : prefix
    if (level === undefined || level === 'note') return said !== undefined
    const message = (groups.message ?? '').trim()
    const code = tag.exec(message)?.groups
    const end = code ? undefined : category.exec(message)
    const rule = code?.rule?.replace(/^scapegoat\] ?\[?/, '') ?? end?.groups?.rule
    const [tool, kind] = toolOf(code?.rule, said !== undefined && groups.column !== undefined)
    this.#open = {
      finding: { tool, kind, level, message: code?.message ?? (end ? message.slice(0, end.index) : message), ...rule && { rule }, ...spot({ ...groups, file: groups.file!.replace(/^file:\/*(?=\/|[A-Za-z]:)/, '') }) },
      lines: [], seenCaret: false, by, level: prefix, isBox: false, message: [],
    }
    return true
  }

  #more({ text, by, level }: Wrapped): boolean {
    const open = this.#open!
    if (by !== open.by || level !== open.level) return this.#flush(), false
    if (open.isBox) return this.#boxLine(text)
    if (open.seenCaret || open.lines.length >= maxLines || by === undefined && text === '') return this.#flush(), false
    const column = caretOf(text)
    if (column !== undefined) {
      open.seenCaret = true
      // sbt says the column itself, and indents what it shows.
      open.finding.column ??= column
    }
    open.lines.push(text)
    const wanted = typed.exec(text)?.groups
    if (wanted) open.finding.message = `${open.finding.message.replace(/;$/, '')}; ${wanted.what}: ${wanted.type!.trim()}`
    if (open.finding.message === '' && column === undefined) open.finding.message = text.trim()
    return by !== undefined
  }

  #boxLine(text: string): boolean {
    const open = this.#open!
    const rest = framed.exec(text)?.groups?.rest
    if (rest === undefined || open.lines.length >= maxLines) return this.#flush(), false
    if (caretOf(rest) !== undefined) open.seenCaret = true
    else if (/^-{10,}/.test(rest)) open.lines.push(rest)
    else if (!/^\s{0,20}\d/.test(text) && rest.trim() !== '' && !rest.includes('longer explanation available when')) open.message.push(rest.trim())
    else open.lines.push(text)
    return true
  }

  #flush(): void {
    const open = this.#open
    this.#open = undefined
    if (!open) return
    if (open.message.length) open.finding.message = open.message.slice(0, 8).join(' ')
    const { file, line, column, message } = open.finding
    const key = JSON.stringify([file, line, column, message])
    if (this.#said.has(key)) return
    if (this.#said.size < 50_000) this.#said.add(key)
    this.#context.emit(closed(open))
  }
}

function toolOf(rule: string | undefined, isFix: boolean): [string, Finding['kind']] {
  if (rule?.startsWith('wartremover:')) return ['wartremover', 'lint']
  if (rule?.startsWith('scapegoat')) return ['scapegoat', 'lint']
  return rule !== undefined && isFix ? ['scalafix', 'lint'] : ['scalac', 'build']
}
