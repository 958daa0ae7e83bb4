import type { LineParser } from '../../core/contract.ts'
import { unwrap } from './grammar/wrapping.ts'

const task = /^\((?<task>[^()]{1,200})\) (?<message>\S.*)$/
/** The tools' own lines say why. */
const explained = /^(?:Compilation failed|javac returned non-zero|sbt\.TestsFailedException|.*TestsFailedException|Compilation of .* failed|Failed tests|Tests unsuccessful|.*compilation failed|scalafix|.*ScalafixFailed|\d+ files? must be formatted|.*must be formatted)/i
const unresolved = /^(?:Error downloading|not found: https?:|unresolved dependency: |No protocol handler)/
const unknown = /^(?<message>Not a valid (?:command|key|project ID): .*)$/

/** sbt's own failures: tasks that failed for no reason of a compiler's or a test's, dependencies that cannot be had. */
export const sbt: LineParser = {
  lines({ emit }) {
    return {
      line(line) {
        const { text, by, level } = unwrap(line)
        if (by !== 'sbt' || level !== 'error') return false
        const c = text.charCodeAt(0)
        if (c === 40) {
          const groups = task.exec(text)?.groups
          if (!groups || explained.test(groups.message!)) return groups !== undefined
          emit({ tool: 'sbt', kind: 'build', level: 'error', rule: groups.task!.replace(/\s+/g, ' '), message: groups.message! })
          return true
        }
        const wrong = c === 78 ? unknown.exec(text)?.groups?.message : undefined
        if (wrong !== undefined) emit({ tool: 'sbt', kind: 'build', level: 'error', rule: 'command', message: wrong })
        else if (text.includes('unresolved dependency: ') && unresolved.test(text.trim().replace(/^:: /, ''))) emit({ tool: 'sbt', kind: 'build', level: 'error', rule: 'update', message: text.trim().replace(/^:: /, '') })
        else return false
        return true
      },
    }
  },
}
