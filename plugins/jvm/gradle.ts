import type { Finding, LineParser } from '../../core/contract.ts'
import { unwrap } from './grammar/wrapping.ts'

const where = /^(?:Build|Settings|Initialization|Script) file '(?<file>[^']{1,1000})'(?: line: (?<line>\d{1,9}))?$/
const section = /^\* (?<name>Where|What went wrong|Try|Exception is|Get more help)\b/
const task = /^Execution failed for task '(?<task>[^']{1,300})'/
/** The tools' own lines say why. */
const explained = /^>? ?(?:Compilation (?:failed|error)|There were failing tests|(?:Checkstyle|PMD|SpotBugs|CodeNarc|FindBugs|detekt) (?:rule )?(?:violations|ended)|\d+ (?:PMD|Checkstyle|CodeNarc|SpotBugs) (?:rule )?violations?|.*violations were found|Analysis failed with|A failure occurred while executing .*(?:Kotlin|SpotBugs|Checkstyle|Pmd|ktlint|Lint)|Javadoc generation failed|KtLint found|Lint found|startup failed|Kotlin(?:Compile)? ?.*(?:Compilation error|compile)|The following files had format violations|The following \d+ files? had format violations|.*Compilation failed; see the compiler|Could not resolve all .* for configuration)/
const maxLines = 40

/**
 * Gradle's own failures: the blocks `* Where:` and `* What went wrong:`. A task that failed because of a compiler, of tests, or of a
 * linter is not told, since these have spoken for themselves.
 */
export const gradle: LineParser = {
  lines({ emit }) {
    let at: { file: string; line?: number } | undefined
    let mode: 'where' | 'wrong' | undefined
    let lines: string[] = []
    const flush = () => {
      if (mode === 'wrong' && lines.length) {
        const finding = failure(lines, at)
        if (finding) emit(finding)
        at = undefined
      }
      lines = []
      mode = undefined
    }
    return {
      line(line) {
        const { text } = unwrap(line)
        const c = text.charCodeAt(0)
        const name = c === 42 ? section.exec(text)?.groups?.name : undefined
        if (name !== undefined) {
          flush()
          mode = name === 'Where' ? 'where' : name === 'What went wrong' ? 'wrong' : undefined
          return true
        }
        if (mode === undefined) return false
        if (mode === 'where') {
          const groups = where.exec(text)?.groups
          if (groups) at = { file: groups.file!, ...groups.line && { line: Number(groups.line) } }
          else if (text.trim() !== '') mode = undefined
          return groups !== undefined
        }
        if (/^(?:BUILD FAILED|={10,}|-{10,})/.test(text)) return flush(), false
        if (lines.length < maxLines && text.trim() !== '') lines.push(text)
        // Newer versions repeat what the compiler said here; its parser reads it too.
        return false
      },
      end: flush,
    }
  },
}

function failure(lines: readonly string[], at: { file: string; line?: number } | undefined): Finding | undefined {
  const [first = '', ...rest] = lines
  const name = task.exec(first)?.groups?.task
  const reasons = rest.filter(line => /^\s*> /.test(line))
  const cause = reasons[0]?.trim()
  if (/^startup failed|^Compilation (?:failed|error)/.test(first) || cause !== undefined && name !== undefined && explained.test(cause) && !/Could not resolve/.test(cause)) return undefined
  const why = [...reasons].map(line => line.trim().replace(/^> /, ''))
  const message = [first, ...why.slice(0, 3)].join(' ')
  const script = at ?? {}
  return { tool: 'gradle', kind: 'build', level: 'error', rule: name ?? 'configuration', message, ...script, ...rest.length && { trace: lines.join('\n') } }
}
