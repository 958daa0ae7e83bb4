import type { Finding, LineParser, LineReader, Location, ParseContext } from '../../core/contract.ts'
import { mark, marks, marksPlace } from '../../core/parse/index.ts'
import { readHeadline, splitRule, type Headline } from './grammar/headline.ts'
import { isPseudo, isSource, unwrapped } from './grammar/sources.ts'

/**
 * gcc, clang and what speaks their tongue: clang-tidy, clang-format, the clang static analyzer, assemblers, sparse, doxygen, kernel-doc.
 * They share one grammar, so one parser reads them and names the tool by the evidence.
 *
 * Notes, inclusion chains and instantiation traces become `related` of the diagnostic they explain.
 * gcc 2 and 3 printed errors, and their preprocessor printed everything, without a severity word;
 * such lines count only until the log shows a compiler that prints columns, since those always say the word.
 */
export const gcc: LineParser = { lines: context => new Diagnostics(context) }

const driver = /^(?:\S{0,400}[-\\/])?(?<tool>cc1|cc1plus|cc1obj|cc1objplus|lto1|f951|gcc|g\+\+|c\+\+|cc|cpp|gfortran|nvcc|clang|clang\+\+|clang-cl|clang-tidy|as|lto-wrapper)(?:-\d{1,3}(?:\.\d{1,3})?)?(?:\.exe)?: (?<word>fatal error|error|warning): (?<message>.*)$/
const leveled = /(?:error|warning): /
const summary = /being treated as errors|linker command failed|ld returned \d|unable to execute command|Unrecognized option passed on/
const chain = /^(?:In file included from|\s{10,30}from) (?<file>.{1,1000}?):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?[,:]?$/
const trace = /^(?<file>\S.{0,1000}?):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)?\s{2,4}(?<message>(?:recursively )?(?:required|instantiated) (?:from|by).*|in .*constexpr.* expansion of .*|(?:\[ ?skipping \d+ instantiation contexts.*))$/
const silent = /^(?<file>[^\s<>|'"][^|'"]{0,1000}?):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)? (?<message>\S.*)$/
/** Phrases of gcc 2 and 3. Without a severity word only these tell a diagnostic from any other `file:line: text`, such as grep's. */
const oldPhrase = /^(?:#error|#warning|parse error|syntax error|fatal:|too (?:few|many)|(?:invalid|missing|conflicting|redeclaration|redefinition|unterminated|incompatible|dereferencing|undefined|unknown|unrecognized|no (?:matching|member|such|class)|implicit declaration|previous declaration|expected|stray|called object|cannot|can't|request for|subscripted|structure has no|unbalanced|empty|ANSI C|ISO C))\b|(?:: No such file or directory|undeclared(?: \(first use.*\))?|not declared.*|is not a member of.*|has no member .*|does not match.*|before .*|must be .*|non-?lvalue.*|defined but not used|might be used uninitialized.*|redefined|is ambiguous)$/
/** GNAT says a severity word only for warnings. */
const ada = /\.ad[abs]$/i
const adaPlace = /\.ad[abs]:\d/i
const placeless = /^(?<word>error|warning): (?<message>.*\[clang-diagnostic-[\w-]{1,100}(?:,-warnings-as-errors)?\])$/
const linking = /undefined reference|multiple definition|first defined here/
const gccEvidence = /^-- The C(?:XX)? compiler identification is GNU|^(?:[^:]{1,1000}: (?:In (?:member |static member |lambda |copy |instantiation|substitution)*(?:function|constructor|destructor)\b|At (?:global|top)[ -](?:scope|level)|In instantiation of)|\S*(?:gcc|g\+\+)(?:-\d+)? )|^cc1(?:plus)?: |^compilation terminated\.$/
/** What only clang says, or only gcc: its quotes are curly in any UTF-8 locale. */
const clangWords = /\[(?:-Werror,)?-W(?:#|shorten-|tautological|self-assign|unused-private|unused-lambda|inconsistent-missing|everything)|\[-Werror,-W|use of undeclared identifier|non-void function does not|format specifies type|expected '.{1,20}' after|no member named|using the result of an assignment|unknown type name '|is invalid in C99|no matching (?:constructor|member function) for|call to undeclared/
const absolute = /^(?:\/|[A-Za-z]:[\\/])/
const clangEvidence = /^-- The C(?:XX)? compiler identification is (?:Apple)?Clang|^\d{1,6} (?:warnings?|errors?)(?: and \d{1,6} errors?)? generated\.$|^(?:\S{0,400}\/)?clang(?:\+\+)?(?:-\d{1,3})?(?::| .*-c\b)/
/** Evidence is a command whose first word ends like a compiler's, one of few sentences, or `file: In function …`, `file: At top level`. */
function mayWeigh(text: string): boolean {
  const c = text.charCodeAt(0)
  if (c === 45) return text.startsWith('-- The C')
  const colon = text.indexOf(': ')
  const behind = colon < 0 ? 0 : text.charCodeAt(colon + 2)
  if (behind === 73 || behind === 65) return true
  if (c >= 48 && c <= 57) return text.endsWith('generated.')
  if (c === 99 && (text.startsWith('clang') || text.startsWith('cc1') || text === 'compilation terminated.')) return true
  const end = text.charCodeAt(text.indexOf(' ') - 1)
  return end === 99 || end === 43 || end === 103 || end >= 48 && end <= 57 || text.includes('/clang')
}

const tidyCheck = /^(?:abseil|altera|android|boost|bugprone|cert|clang-analyzer|clang-diagnostic|concurrency|cppcoreguidelines|darwin|fuchsia|google|hicpp|linuxkernel|llvm|llvmlibc|misc|modernize|mpi|objc|openmp|performance|portability|readability|zircon|custom)-/
const analyzerCheck = /^(?:alpha|core|cplusplus|deadcode|debug|fuchsia|nullability|optin|osx|security|unix|valist|webkit|apiModeling)\.[A-Za-z]/
/** cppcheck and cpplint print the same headline, but with one bare word or a digit last: their own parsers take those. */
const bareWord = /^(?!-)(?:[A-Za-z]\w*|[1-5])$/

class Diagnostics implements LineReader {
  #context: ParseContext
  #compiler: 'gcc' | 'clang' | undefined
  /** Compiler findings that wait to learn which compiler it is. */
  #waiting: Finding[] = []
  #current: (Finding & { related: Location[] }) | undefined
  #before: Location[] = []
  #modern = false
  /** The line after a headline may be source code, and begin with anything. Any other line that is not indented ends the diagnostic. */
  #excerpt = false

  constructor(context: ParseContext) { this.#context = context }

  line(raw: string): boolean {
    const text = unwrapped(raw)
    const found = marks(text)
    const said = (found & mark.colonBlank) !== 0
    if (said && text.includes('ing directory ')) this.#flush()
    if (mayWeigh(text)) this.#weigh(text)
    const excerpt = this.#excerpt
    this.#excerpt = false
    if ((found & mark.colonDigit) !== 0 && this.#place(text)) return true
    if (said && (this.#headline(text) || this.#driver(text) || this.#old(text))) return true
    if (!excerpt && (this.#current || this.#before.length) && /^\S/.test(text)) this.#flush()
    return false
  }

  end(): void {
    this.#flush()
    this.#decide(this.#compiler ?? 'gcc')
  }

  #headline(text: string): boolean {
    const head = readHeadline(text)
    if (!head || !(isSource(head.file) || isPseudo(head.file) || head.rule?.startsWith('-W'))) return false
    if (head.rule !== undefined && bareWord.test(head.rule) || head.word === 'runtime error') return this.#flush(), false
    if (head.line === undefined && head.word === 'note' || head.column === undefined && linking.test(head.message)) return false
    if (head.column !== undefined) this.#modern = true
    if (clangWords.test(text)) this.#decide('clang')
    else if (head.message.includes('‘')) this.#decide('gcc')
    this.#excerpt = true
    if (head.level === 'note' && !head.message.includes('#pragma message')) this.#note(head)
    else this.#open({ ...whose(head), level: head.level, message: head.message, ...at(head) })
    return true
  }

  #driver(text: string): boolean {
    if (!leveled.test(text)) return false
    const groups = (driver.exec(text) ?? placeless.exec(text))?.groups
    if (!groups) return false
    const { message, rule } = splitRule(groups['message']!)
    if (!summary.test(message)) {
      const tool = groups['tool'] ?? 'clang-tidy'
      this.#open({ tool: tool.startsWith('clang') ? tool.replace(/^clang(?:\+\+|-cl)$/, 'clang') : 'gcc', kind: tool === 'clang-tidy' ? 'lint' : 'build', level: groups['word'] === 'warning' ? 'warning' : 'error', message, ...rule && { rule } })
    }
    return true
  }

  #place(text: string): boolean {
    const c = text.charCodeAt(0)
    const groups = (c <= 32 || c === 73 ? chain.exec(text) : null)?.groups ?? (/:\s\s/.test(text) ? trace.exec(text)?.groups : undefined)
    if (!groups || !isSource(groups['file']!)) return false
    this.#flush()
    if (this.#before.length < 50) this.#before.push({ ...spot(groups), message: groups['message']?.trim() ?? 'included from here' })
    return true
  }

  #old(text: string): boolean {
    if (!marksPlace(text) || this.#modern && !adaPlace.test(text)) return false
    const groups = silent.exec(text)?.groups
    const message = groups?.['message']
    if (!groups || !message || !isSource(groups['file']!) || linking.test(message)) return false
    const known = ada.test(groups['file']!) ? groups['column'] !== undefined : !this.#modern && oldPhrase.test(message)
    if (!known) return false
    this.#open({ tool: 'gcc', kind: 'build', level: message.startsWith('#warning') ? 'warning' : 'error', message, ...spot(groups) })
    return true
  }

  #note(head: Headline): void {
    if (this.#current && this.#current.related.length < 200) this.#current.related.push({ ...spotOf(head), message: head.message })
  }

  #open(finding: Finding): void {
    const before = this.#before
    this.#flush()
    this.#current = { ...finding, related: before }
  }

  #flush(): void {
    this.#before = []
    if (!this.#current) return
    const { related, ...finding } = this.#current
    this.#current = undefined
    const done: Finding = related.length ? { ...finding, related } : finding
    if (done.tool !== 'gcc') return this.#context.emit(done)
    // A relative path means the directory that make is in now, so such a finding cannot wait.
    if (this.#compiler || this.#waiting.length >= 1000 || ![done, ...related].every(one => absolute.test(one.file ?? '/'))) this.#context.emit({ ...done, tool: this.#compiler ?? 'gcc' })
    else this.#waiting.push(done)
  }

  #weigh(text: string): void {
    const evidence = clangEvidence.test(text) ? 'clang' : gccEvidence.test(text) ? 'gcc' : undefined
    if (!evidence || evidence === this.#compiler) return
    this.#flush()
    this.#decide(evidence)
  }

  #decide(compiler: 'gcc' | 'clang'): void {
    this.#compiler = compiler
    for (const finding of this.#waiting.splice(0)) this.#context.emit({ ...finding, tool: compiler })
  }
}

const doxygen = /^(?:[Tt]he following parameters? of|argument '.*' of command @|[Mm]ember .* is not documented|Compound .* is not documented|parameters of member .* are not|[Rr]eturn type of member|explicit link request to|unable to resolve (?:link|reference)|no (?:uniquely )?matching (?:class|file) member|documented symbol '.*' was not declared|Found unknown command|Unsupported xml\/html tag|expected whitespace after|unexpected (?:token|command)|End of (?:file|comment block)|include file .* not found, perhaps|multiple use of section label|[Ii]llegal command|reached end of (?:file|comment))|(?:has @param documentation sections but no arguments|is not documented\.|while parsing a comment block)/
const kernelDoc = /^(?:Function parameter or (?:struct )?member |Excess (?:function|struct|enum|union) |No description found for |expecting prototype for |cannot understand |This comment starts with '\/\*\*'|missing initial short description|Incorrect use of kernel-doc|wrong kernel-doc identifier|bad line:)|not described in '/
const sparse = /Should it be static\?|different (?:address spaces|base types|modifiers|signedness)|^context imbalance in|^Using plain integer as NULL|^dereference of noderef|^incorrect type in |^cast (?:removes address space|to restricted|from restricted)|^restricted \w+ degrades/

/** Tool, kind and rule by the shape of what stands in the brackets. */
function whose({ rule, word, message, column }: Headline): Pick<Finding, 'tool' | 'kind' | 'rule'> {
  if (rule === '-Wclang-format-violations') return { tool: 'clang-format', kind: 'format', rule }
  if (rule !== undefined && analyzerCheck.test(rule)) return { tool: 'clang-analyzer', kind: 'lint', rule }
  if (rule !== undefined && (tidyCheck.test(rule) || /^[a-z][\w.]*-[\w.-]+$/.test(rule))) return { tool: 'clang-tidy', kind: 'lint', rule }
  if (rule === undefined && column === undefined && kernelDoc.test(message)) return { tool: 'kernel-doc', kind: 'lint' }
  if (rule === undefined && column === undefined && doxygen.test(message)) return { tool: 'doxygen', kind: 'lint' }
  if (rule === undefined && sparse.test(message)) return { tool: 'sparse', kind: 'lint' }
  return { tool: 'gcc', kind: 'build', ...rule !== undefined ? { rule } : word === 'internal compiler error' ? { rule: 'internal-compiler-error' } : {} }
}

const at = (head: Headline) => isPseudo(head.file) ? {} : spotOf(head)

function spotOf({ file, line, column }: Pick<Headline, 'file' | 'line' | 'column'>): Location {
  return { file, ...line && { line }, ...column && { column } }
}

function spot(groups: Record<string, string | undefined>): Location {
  return spotOf({ file: groups['file'] ?? '', line: Number(groups['line']) || undefined, column: Number(groups['column']) || undefined })
}
