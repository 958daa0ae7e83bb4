import type { Finding, LineParser, LineReader, ParseContext } from '../../core/contract.ts'
import { isBlank, position } from '../../core/parse/index.ts'
import { failureIn } from './failure.ts'

/**
 * What cargo and rustup themselves say: manifests, the lock file, dependencies, build scripts. Many programs begin a line with `error: `,
 * so that only sentences of these two count. A headline with an arrow below it is the compiler's form, and is read with that.
 */
export const cargo: LineParser = { lines: context => new Complaints(context) }

const said = /^(?<word>error|warning): (?<message>\S.*)$/
const errors = new RegExp(`^(?:${[
  'failed to (?:parse (?:manifest|lock file) at|load (?:manifest for|source for dep|pkg lockfile)|read `[^`]*Cargo\\.|get `[^`]*` as a dependency|select a version for)',
  'failed to (?:run custom build command for|download (?:from|`|any|replaced)|fetch (?:`|into)|resolve (?:patches for|feature)|verify the checksum|query replaced|update (?:submodule|replaced)|find a workspace root|sync|authenticate when|determine package fingerprint)',
  'no matching packages? ', 'no (?:bin|example|test|bench|library|default-run) targets? ', 'no such (?:sub)?command: ', 'no library targets found', 'a bin target must be available',
  'could not find `(?:Cargo\\.toml|[^`]*` in registry)', 'could not execute process `', 'unable to (?:update|get packages from source)', 'cannot (?:update the lock file|create the lock file)',
  'the lock file ', 'package ID specification `', 'package `[^`]*` (?:cannot be built because|is (?:not a member|specified twice)|depends on)', 'package collision in the lockfile', 'Package `[^`]*` does not',
  'multiple packages link to native', 'cyclic (?:package|feature) dependency', 'two packages named `', 'current package believes it\'s in a workspace', 'manifest path `', 'the manifest-path must be',
  'rustc \\d[^ ]* is not supported by the following', 'checksum (?:for|of) `', 'attempting to make an HTTP request, but', 'toolchain \'', '\'?cargo-?\\w*(?:\\.exe)?\' is not installed for the toolchain',
  'component \'', 'override toolchain \'', 'no override and no default toolchain set', 'rustup could not choose a version', 'the `[^`]*` (?:binary|requires)', 'none of the selected packages contains', '--features is not allowed', 'the package \'',
  'Unable to update registry', '`cargo \\w+` (?:failed|is not)', 'invalid character `', 'virtual manifests (?:must|do not)', 'this virtual manifest specifies',
].join('|')})`)
const warnings = new RegExp(`^(?:${[
  '(?:\\S*Cargo\\.toml: )?(?:unused (?:manifest|workspace) key|file `|dependency \\(|`?[\\w-]+`? is ignored because|An explicit \\[\\[)', 'unused config key', 'some crates are on edition', 'profiles for the non root package', 'virtual workspace defaulting',
  'output filename collision', 'the following packages contain code that will be rejected', 'no edition set: ', '(?:The|the) (?:package|lib target|dependency) `', '[Pp]atch `[^`]*` was not used', 'spurious network error',
  'package `[^`]*` in Cargo\\.lock is yanked', '`[^`]*\\.cargo/config` is deprecated', '`panic` setting is ignored', 'ignoring (?:invalid dependency|-C)',
].join('|')})`)
/** `cargo::warning=` of a build script; the compilers that it calls speak this way. */
const script = /^(?<package>[A-Za-z][\w-]{0,100}@\d[\w.+-]{0,60}): (?<message>\S.*|\s+\S.*)$/
const inner = /^(?<file>[^\s:][^:]{0,1000}):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)? (?<word>fatal error|error|warning|note): (?<message>.*?)(?: \[(?<rule>-W[\w=+-]+)\])?$/
const aside = /^(?:\s|In file included from |\S+: (?:In function|At top level)|\d+ warnings? generated)/
const manifest = /(?:manifest at|lock file at|Cargo\.lock at|manifest for[^`]*`[^`]*` in) `(?<file>[^`]+)`|^(?<path>\S*Cargo\.toml): |^the lock file (?<lock>\S+)/
const toml = /(?:TOML parse error )?at line (?<line>\d{1,9}),? column (?<column>\d{1,9})/
const goesOn = /^(?:Caused by:|help: |note: |location searched: | {2})/
const arrow = /^ *(?:-->|\|$)/
const progress = /^ {2,12}(?:Adding|Blocking|Checking|Compiling|Dirty|Documenting|Downloaded|Downloading|Executable|Fetching|Finished|Fresh|Installing|Locking|Removing|Running|Updating) /

const maxLines = 300

interface Pending { word: string; message: string; lines: string[]; blank: boolean }

class Complaints implements LineReader {
  readonly #context: ParseContext
  #pending: Pending | undefined
  #script: Finding | undefined

  constructor(context: ParseContext) { this.#context = context }

  line(text: string): boolean {
    const c = text.charCodeAt(0)
    const groups = c === 101 || c === 119 ? said.exec(text)?.groups : undefined
    if (groups) return this.#headline(groups.word ?? '', groups.message ?? '')
    if (this.#script) this.#flushScript()
    const pending = this.#pending
    if (!pending) return false
    if (isBlank(text)) return pending.blank = true, false
    if (pending.lines.length === 0 && !pending.blank && arrow.test(text)) return this.#pending = undefined, false
    if (pending.blank && !goesOn.test(text) || progress.test(text)) return this.#flush(), false
    pending.blank = false
    if (pending.lines.length < maxLines) pending.lines.push(text)
    return true
  }

  end(): void { this.#flush() }

  #headline(word: string, message: string): boolean {
    if (word === 'warning' && this.#ofScript(message)) return true
    this.#flush()
    if (!(word === 'error' ? errors : warnings).test(message)) return false
    this.#pending = { word, message, lines: [], blank: false }
    return true
  }

  #ofScript(said: string): boolean {
    const { package: name, message = '' } = script.exec(said)?.groups ?? {}
    if (name === undefined) return false
    const found = inner.exec(message)?.groups
    if (this.#script && !found && aside.test(message)) {
      this.#script.trace = [...this.#script.trace === undefined ? [] : [this.#script.trace], message].join('\n').slice(0, 20_000)
      return true
    }
    if (found?.word === 'note') return true
    if (!found && aside.test(message)) return true
    this.#flush()
    const line = position(found?.line)
    const column = position(found?.column)
    this.#script = {
      tool: 'build-script', kind: 'build', level: found?.word?.endsWith('error') ? 'error' : 'warning', message: found?.message ?? message,
      rule: found?.rule ?? name.slice(0, name.indexOf('@')), ...found?.file !== undefined && { file: found.file, ...line && { line }, ...line && column && { column } },
    }
    return true
  }

  #flush(): void {
    this.#flushScript()
    if (this.#pending) this.#context.emit(findingOf(this.#pending))
    this.#pending = undefined
  }

  #flushScript(): void {
    if (this.#script) this.#context.emit(this.#script)
    this.#script = undefined
  }
}

function findingOf({ word, message, lines }: Pending): Finding {
  const at = lines.indexOf('Caused by:')
  const causes = at < 0 ? [] : lines.slice(at).filter(line => line !== 'Caused by:')
  const builds = message.startsWith('failed to run custom build command')
  const panic = builds && lines.some(line => line.includes('panicked at')) ? failureIn(lines) : undefined
  const why = panic?.message ?? firstOf(message.endsWith(':') ? lines : causes)
  const place = panic?.file !== undefined ? { file: panic.file, ...panic.line && { line: panic.line } } : placeOf(message, lines)
  return {
    tool: message.includes('toolchain') || message.startsWith('component ') ? 'rustup' : 'cargo', kind: 'build', level: word === 'error' ? 'error' : 'warning',
    message: why === undefined ? message : `${message.replace(/:$/, '')}: ${why}`, ...place, ...lines.length > 0 && { trace: lines.join('\n') },
  }
}

/** The outermost cause that says more than where: `TOML parse error` is told by the line that follows its excerpt. */
function firstOf(causes: readonly string[]): string | undefined {
  const plain = causes.map(line => line.trim().replace(/^\d{1,2}: /, '')).filter(line => line !== '')
  const last = plain[0]?.startsWith('TOML parse error') || plain[0]?.startsWith('could not parse input as TOML') ? plain.findLast(line => !/^(?:\d+ )?\|/.test(line)) : plain[0]
  return last
}

function placeOf(message: string, lines: readonly string[]): Pick<Finding, 'file' | 'line' | 'column'> {
  const found = manifest.exec(message)?.groups
  const file = found?.file ?? found?.path ?? (found?.lock === undefined ? undefined : `${found.lock}`)
  const required = lines.map(line => /^(?:required by package|\s*\.\.\. required by package) `[^`(]*\((?<path>\/[^`)]*|[A-Za-z]:[^`)]*)\)`/.exec(line)?.groups?.path).find(path => path !== undefined)
  if (file === undefined) return required === undefined ? {} : { file: `${required}/Cargo.toml` }
  const at = lines.map(line => toml.exec(line)?.groups).find(groups => groups !== undefined)
  const [line, column] = [position(at?.line), position(at?.column)]
  return { file, ...line && { line }, ...line && column && { column } }
}
