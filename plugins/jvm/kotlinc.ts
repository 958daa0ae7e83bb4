import type { Finding, Level, LineParser } from '../../core/contract.ts'
import { levelOf, mark, marks } from '../../core/parse/index.ts'
import { caretOf, closed, spot, type Open } from './grammar/source.ts'
import { unwrap } from './grammar/wrapping.ts'

const file = String.raw`(?<file>(?:file:\/{1,3})?(?:[A-Za-z]:(?=[\\/]))?[^\s:"<>|*?[][^:"<>|*?]{0,1000}\.(?:kts?|java|kotlin_module))`
/** Gradle and Maven: `/a/B.kt: (3, 5): message`, `file:///a/B.kt:3:5 message`; Maven has no colon behind the place. */
const told = new RegExp(String.raw`^(?:(?<letter>[ew]): )?${file}:(?: ?\((?<l>-1|\d{1,9}), (?<c>-1|\d{1,9})\):?|(?<line>\d{1,9}):(?<column>\d{1,9}):?) (?<message>\S.*)$`)
const plain = new RegExp(String.raw`^${file}:(?<line>\d{1,9}):(?<column>\d{1,9}): (?<level>error|warning|info|exception|strong warning): (?<message>\S.*)$`)
/** Maven's plugin since Kotlin 1.3 has brackets too, as javac has. */
const bracketed = new RegExp(String.raw`^${file}:\s?\[(?<line>\d{1,9}),\s?(?<column>\d{1,9})\] (?<message>\S.*)$`)
const whole = new RegExp(String.raw`^(?<letter>[ew]): (?:${file}: )?(?<message>\S.*)$`)
const coded = /^\[(?<rule>[A-Z][A-Z0-9_]{2,80})\] ?(?<message>.*)$/
/** A processor's message begins with the place of what it is about. */
const processed = new RegExp(String.raw`^\[(?<who>ksp|kapt)\] ${file}:(?<line>\d{1,9}): (?<message>\S.*)$`)
const codedAtEnd = /^(?<message>.*\S) \[(?<rule>[A-Z][A-Z0-9_]{2,80})\]$/
const summary = /^warnings found and -Werror specified|^Compilation failed|^There were errors|^Daemon compilation failed/
/** ktlint's Maven plugin prints the same place, and its rule last. */
const ktlintRule = / \((?:[a-z][a-z-]{0,40}:)?[a-z][a-z0-9]*(?:-[a-z0-9]+)+\)$/
/** What the compiler says on a command line, of no file. */
const alone = /^(?<level>error|warning): (?<message>(?:(?:language|API) version |unable to find kotlin-|classpath entry points to |source file or directory not found: |ATTENTION!|argument -|invalid argument: |unknown JVM target version|no source files|duplicate source root: |this is a pre-release|.* is an experimental|-X?[a-z][\w-]* is deprecated|advanced option value is passed).*)$/
/** What the compiler says of itself, at level `w`, and what the plugins announce. */
const kotlinWords = /kotlin|Kotlin|JVM target|language version|API version|classpath|runtime JAR|\[(?:ksp|kapt|kapt3)\]|opt-in|argument|Unresolved|Error occurred|Some JAR files|flag|option|java\.lang\.|internal error|Could not|Cannot|source|incompatible|metadata/

/** kotlinc, plain and through Gradle, Maven, Ant, kapt and KSP, before and after version 1.8. */
export const kotlinc: LineParser = {
  lines({ emit }) {
    let open: Open | undefined
    const flush = () => {
      if (open) emit(closed(open))
      open = undefined
    }
    const said = new Set<string>()
    let again = false
    return {
      line(line) {
        const { text, by, level } = unwrap(line)
        if (text.startsWith('Failed to execute goal ')) again = true
        const found = marks(text)
        const c = text.charCodeAt(0)
        const might = (found & mark.colonDigit) !== 0 && /\.(?:kts?|java):\d/.test(text) || /\.(?:kts?|kotlin_module): ?[([]/.test(text) || text.includes('.java: (')
        const groups = might ? (plain.exec(text) ?? told.exec(text) ?? bracketed.exec(text))?.groups : undefined
        if (groups) {
          const isKotlin = !groups.file!.endsWith('.java')
          const word = groups.level ?? groups.letter
          const grade: Level | undefined = word ? word === 'e' || word === 'exception' ? 'error' : word === 'w' || word === 'strong warning' ? 'warning' : levelOf(word) : by === 'maven' ? level : undefined
          // A Java file with the grammar of javac is javac's.
          if (grade === undefined || word === undefined && groups.l === undefined && ktlintRule.test(groups.message!) || !isKotlin && groups.letter === undefined && groups.l === undefined) return false
          flush()
          if (grade === 'note') return true
          const finding = findingOf(grade, groups.message!, spot({ file: groups.file!.replace(/^file:\/*(?=\/|[A-Za-z]:)/, ''), line: groups.l ?? groups.line, column: groups.c ?? groups.column }))
          const key = JSON.stringify([finding.file, finding.line, finding.column, finding.message])
          if (again && said.has(key)) return true
          if (said.size < 50_000) said.add(key)
          open = { finding, lines: [], seenCaret: groups.level === undefined }
          return true
        }
        if ((c === 101 || c === 119) && text.charCodeAt(1) === 58) {
          const bare = whole.exec(text)?.groups
          if (bare && !summary.test(bare.message!) && (bare.file !== undefined || by === undefined && kotlinWords.test(bare.message!))) {
            flush()
            const of = processed.exec(bare.message!)?.groups
            const where = of ? spot(of) : bare.file === undefined ? {} : { file: bare.file }
            emit(findingOf(bare.letter === 'e' ? 'error' : 'warning', of ? `[${of.who}] ${of.message}` : bare.message!, where))
            return true
          }
        }
        const own = by === undefined && (c === 101 || c === 119) && found & mark.colonBlank ? alone.exec(text)?.groups : undefined
        if (own) {
          flush()
          emit(findingOf(levelOf(own.level), own.message!, {}))
          return true
        }
        if (!open) return false
        if (open.seenCaret || open.lines.length >= 3) return flush(), false
        if (caretOf(text) !== undefined) open.seenCaret = true
        open.lines.push(text)
        return false
      },
      end: flush,
    }
  },
}

function findingOf(level: Level, said: string, where: Partial<Finding>): Finding {
  const code = (coded.exec(said) ?? codedAtEnd.exec(said))?.groups
  return { tool: 'kotlinc', kind: 'build', level, message: code?.message?.trim() || said.trim(), ...code?.rule && { rule: code.rule }, ...where }
}
