import type { Finding, Level, LineParser, LineReader, ParseContext } from '../../core/contract.ts'
import { unwrap, type Wrapped } from './grammar/wrapping.ts'

/**
 * What Maven itself says: faulty POMs, dependencies that cannot be had, enforcer's rules, unused dependencies, the goal that failed.
 * A goal whose tool has said why (a compiler, a test runner, a linter that prints) is not told a second time.
 */
export const maven: LineParser = { lines: context => new Maven(context) }

const failed = /^Failed to execute goal (?:on project (?<only>[^\s:]{1,200}): |(?<goal>\S{1,300})(?: \((?<execution>[^()]{0,200})\))? on project (?<project>[^\s:]{1,200}): ?)(?<message>.*)$/
const helped = / ?-> \[Help \d{1,2}\]$/
/** Of these goals the tools' own lines are read. */
const explained = /Compilation failure|There (?:are|were) (?:test failures|\d+ (?:test )?failures?|errors? and)|There was a timeout|You have \d+ (?:Checkstyle|PMD|CPD) violation|failed with \d+ bugs? and|violations found|MojoFailureException: compilation|You have \d+ .*violation|(?:PMD|CPD) \S{1,20} has found \d+|ktlint|The following files had format violations|Failed during checkstyle (?:execution|configuration): There (?:is|are) \d+ error|wrap: org\.apache\.commons\.exec|Exit code: \d+ - |Process exited with an error|Detected \d{1,6} vulnerable component|One or more dependencies were identified with/
/** `[ERROR] 'dependencies.dependency.version' for a:b:jar is missing. @ com.example:a:1.0, /path/pom.xml, line 12, column 15`. */
const modelPlace = /^(?<message>\S.*?) ?@ (?:(?<project>[^\s,@]{1,300}), )?(?:(?<file>[^@,]{1,500}), )?line (?<line>\d{1,9}), column (?<column>\d{1,9})$/
const projectOf = /^\s{0,10}The project \S{1,300} \((?<file>[^()]{1,1000})\) has \d+ errors?$/
const effective = /^Some problems were encountered while building the effective (?:model|settings)/
const modelEnd = /^For this reason, future Maven versions|^To see the full stack trace/
const unparseable = /^(?:\[FATAL\] )?(?:Non-parseable|Malformed) POM (?<file>.{1,1000}?): (?<message>.*)$/
const atColon = /@(?<line>\d{1,9}):(?<column>\d{1,9})\)?/
const rule = /^Rule \d{1,3}: (?:[\w$.]{1,300}\.)?(?<rule>[\w$]{1,200})(?:\([\w-]{1,100}\))? (?:failed|warned)(?: with message:)?(?<message>.*)$/
const families: readonly (readonly [RegExp, string])[] = [
  [/^The POM for \S+ is (?:missing|invalid)/, 'missing-pom'],
  [/^Failed to retrieve plugin descriptor for /, 'plugin-descriptor'],
  [/^The artifact \S+ has been relocated to /, 'relocated'],
  [/^(?:Could not (?:transfer|validate integrity|find artifact|resolve)|Failure to (?:transfer|find)|Error resolving|Plugin \S+ or one of its dependencies could not be resolved)/, 'resolution'],
  [/^Parameter '.*' (?:\(user property '.*'\) )?is (?:deprecated|unknown)|^Parameter '.*' is read-only|^(?:The )?parameter \S+ is deprecated/, 'parameter'],
  [/^Goal '.*' is deprecated|^Plugin '?\S+'? is deprecated|is deprecated: /, 'deprecated'],
  [/^(?:The requested profile .* could not be activated)/, 'profile'],
  [/^Duplicate (?:class|declaration)|^Found duplicate/, 'duplicate'],
  [/^Checksum validation failed/, 'checksum'],
  [/^JAR will be empty/, 'empty-jar'],
  [/^The following plugins are not marked (?:as )?(?:@?threadSafe|thread-safe)/i, 'thread-safety'],
  [/^.* (?:uses an unsafe|does not support) /, 'unsafe'],
]
const analysed = /^(?<what>Used undeclared dependencies|Unused declared dependencies|Non-test scoped test only dependencies)(?: found)?:?$/
const dependency = /^\s{1,8}(?<message>[\w.-]{1,200}(?::[\w.-]{1,200}){2,5})$/
const fatal = /^(?:Error building POM|Unknown lifecycle phase|The goal you specified requires a project|Could not find the selected project|No plugin found for prefix|Unrecognized option|Unable to parse command line|Child module .* does not exist|The projects in the reactor contain a cyclic|Error executing Maven|Missing required|Toolchain|Cannot find matching toolchain|No toolchain found|The JAVA_HOME environment variable is not defined)/

class Maven implements LineReader {
  readonly #context: ParseContext
  #pending: { finding: Finding; lines: string[]; level: Level; until: 'help' | 'prefix' } | undefined
  #pom: string | undefined
  #analysis: string | undefined
  #inModel = false
  /** Between the headline of all faulty POMs and the first project's own. */
  #processing = false
  /** Enforcer has named its rules already. */
  #ruled = false

  constructor(context: ParseContext) { this.#context = context }

  line(line: string): boolean {
    const wrapped = unwrap(line)
    if (wrapped.by !== 'maven' || wrapped.level === undefined) {
      if (this.#pending) this.#continue(line)
      return false
    }
    if (this.#pending && this.#belongs(wrapped)) return true
    this.#flush()
    if (wrapped.level === 'note') {
      this.#inModel = false
      this.#analysis = undefined
      return false
    }
    return this.#read(wrapped.text, wrapped.level)
  }

  end(): void { this.#flush() }

  #read(text: string, level: Level): boolean {
    const goal = text.startsWith('Failed to execute goal ') ? failed.exec(text)?.groups : undefined
    if (goal) return this.#goal(goal), true
    if (/^Rule \d/.test(text)) {
      const groups = rule.exec(text)?.groups
      if (groups) return this.#rule(groups, level), true
    }
    if (text.startsWith('Some problems were encountered while processing the POMs')) return this.#inModel = this.#processing = true
    if (effective.test(text)) return this.#inModel = true
    const project = text.includes(' has ') ? projectOf.exec(text)?.groups?.file : undefined
    if (project !== undefined) {
      this.#pom = project
      this.#processing = false
      return this.#inModel = true
    }
    const broken = unparseable.exec(text.trimStart())?.groups
    if (broken) return this.#unparseable(broken), true
    if (text.includes(', column ') && this.#model(text.trimStart(), level)) return true
    if (this.#inModel) {
      this.#inModel = !modelEnd.test(text)
      return false
    }
    return this.#family(text, level)
  }

  #model(text: string, level: Level): boolean {
    const groups = modelPlace.exec(text)?.groups
    if (!groups || /\.(?:java|kt|scala)\b/.test(groups.file ?? '')) return false
    // Errors come again beneath the name of their project, which names the file.
    if (this.#processing && level === 'error' && groups.file === undefined) return true
    const { message, line, column } = groups
    const key = /^'(?<rule>[\w.\-[\]]{1,200})'/.exec(message!)?.groups?.rule
    this.#emit({ level, message: message!.replace(/^\[FATAL\] /, ''), file: groups.file ?? this.#pom ?? 'pom.xml', line: Number(line), column: Number(column), ...key && { rule: key } })
    return true
  }

  #unparseable({ file, message }: Record<string, string | undefined>): void {
    const at = atColon.exec(message!)?.groups
    this.#emit({ level: 'error', rule: 'non-parseable-pom', message: message!.replace(/ \(position: .*$| +@ .*$/, ''), file: file!, ...at && { line: Number(at.line), column: Number(at.column) } })
  }

  #family(text: string, level: Level): boolean {
    const what = analysed.exec(text)?.groups?.what
    if (what !== undefined) {
      this.#analysis = what
      return true
    }
    const unused = this.#analysis === undefined ? undefined : dependency.exec(text)?.groups?.message
    if (unused !== undefined) return this.#emit({ level, rule: this.#analysis!.replaceAll(' ', '-').toLowerCase(), message: `${this.#analysis}: ${unused}`, file: 'pom.xml' }), true
    this.#analysis = undefined
    const family = families.find(([pattern]) => pattern.test(text))?.[1] ?? (level === 'error' && fatal.test(text) ? 'build' : undefined)
    if (family === undefined) return false
    this.#emit({ level, rule: family, message: text.replace(helped, '') })
    return true
  }

  #rule({ rule: name, message }: Record<string, string | undefined>, level: Level): void {
    this.#ruled = true
    this.#pending = { finding: { tool: 'maven-enforcer', kind: 'build', level, rule: name!, message: (message ?? '').trim() }, lines: [], level, until: 'prefix' }
  }

  #goal({ goal, only, message }: Record<string, string | undefined>): void {
    const plugin = goal?.split(':') ?? []
    const name = plugin.length >= 3 ? `${plugin[1]}:${plugin.at(-1)}` : goal
    const text = (message ?? '').replace(helped, '').trim()
    const known = explained.test(text) || /enforcer/.test(name ?? '') && this.#ruled && /Some Enforcer rules have failed|^$/.test(text)
    this.#pending = {
      finding: { tool: known ? 'explained' : 'maven', kind: 'build', level: 'error', message: text, rule: name ?? 'dependency-resolution', ...only !== undefined && { file: 'pom.xml' } },
      lines: [], level: 'error', until: 'help',
    }
    if (helped.test(message ?? '')) this.#flush()
  }

  /** A line with a prefix, while something is pending. */
  #belongs({ text, level }: Wrapped): boolean {
    const pending = this.#pending!
    if (level !== pending.level) return false
    if (pending.until === 'help') {
      if (text === '' || /^(?:-> )?\[Help \d|^To see the full stack trace/.test(text)) return this.#flush(), true
      const inner = /enforcer/.test(pending.finding.rule ?? '') && /^Rule \d/.test(text) ? rule.exec(text)?.groups : undefined
      if (inner) return this.#flush('explained'), this.#rule(inner, level!), true
      this.#add(text.replace(helped, ''))
      if (helped.test(text)) this.#flush()
      return true
    }
    if (text === '' || /^Rule \d|^Failed to execute goal /.test(text) || helped.test(text)) return false
    this.#add(text)
    return true
  }

  /** A line without any prefix belongs to what Maven has begun. */
  #continue(line: string): void {
    if (line.trim() === '' && this.#pending!.finding.message !== '') this.#flush()
    else if (line.trim() !== '') {
      this.#add(line.replace(helped, ''))
      if (helped.test(line)) this.#flush()
    }
  }

  #add(text: string): void {
    const { finding, lines } = this.#pending!
    if (finding.message === '') finding.message = text.trim()
    else if (lines.length < 60) lines.push(text)
    if (explained.test(text) && finding.tool === 'maven' && lines.length < 3) finding.tool = 'explained'
  }

  #emit(finding: Omit<Finding, 'tool' | 'kind'>): void {
    this.#context.emit({ tool: 'maven', kind: 'build', ...finding })
  }

  #flush(as?: 'explained'): void {
    const pending = this.#pending
    this.#pending = undefined
    if (!pending || (as ?? pending.finding.tool) === 'explained' || pending.finding.message === '') return
    const trace = pending.lines.join('\n')
    this.#context.emit({ ...pending.finding, ...trace && { trace } })
  }
}
