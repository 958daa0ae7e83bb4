import type { Level } from '../../../core/contract.ts'
import { remembering } from '../../../core/parse/index.ts'

/** A line without what build tools and CI servers put before it. */
export interface Wrapped {
  text: string
  /** Whose prefix it was: `[ERROR]` is Maven's, `[error]` sbt's, `    [javac]` Ant's. */
  by: 'maven' | 'sbt' | 'ant' | undefined
  /** The level that the prefix says; undefined for Ant, which says none. */
  level: Level | undefined
  /** Ant's task. */
  task: string | undefined
}

/** Jenkins hides annotations of its own between escape codes, at the beginning of a line. */
const consoleNote = /^ha:[A-Za-z0-9+/=]{20,10000}/
const time = /^(?:\[?\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d{1,9})?(?:Z|[+-]\d\d:?\d\d)?\]?|\[?\d\d:\d\d:\d\d(?:[.,]\d{1,9})?\]?|#\d{1,4} \d{1,6}\.\d{1,3}|##\[(?:error|warning|debug)\](?=\S))(?: {1,2}|\t|$|(?<=\]))/
/** A level or a task in brackets; colours may have lost their escape character on the way. */
const bracket = /^(?<indent>[ \t]{0,40})\[(?:\[[\d;]{0,10}m)?(?<word>[A-Za-z][\w:.-]{0,60})(?:\[[\d;]{0,10}m)?\](?: |$)/
/** A branch of a pipeline, or a Maven thread, before Maven's own prefix. */
const branch = /^\[[^\][]{1,80}\] (?=\[(?:INFO|WARNING|ERROR)\])/
const levels = new Map<string, Level>([
  ['INFO', 'note'], ['DEBUG', 'note'], ['WARNING', 'warning'], ['WARN', 'warning'], ['ERROR', 'error'], ['FATAL', 'error'],
  ['info', 'note'], ['debug', 'note'], ['success', 'note'], ['warn', 'warning'], ['error', 'error'],
  ['Info', 'note'], ['Warn', 'warning'], ['Error', 'error'],
])
/** Ant aligns its tasks to the right in twelve columns, so that only long names stand at the very beginning, or those that somebody trimmed. */
const tasks = new Set(['javac', 'javadoc', 'junit', 'junitlauncher', 'testng', 'groovyc', 'scalac', 'checkstyle', 'pmd', 'cpd', 'findbugs', 'spotbugs', 'apt', 'aspectj', 'iajc', 'subant', 'antcall'])
const javaPlace = /\.java:\d/

export const unwrap: (line: string) => Wrapped = remembering(line => {
  const wrapped: Wrapped = { text: line, by: undefined, level: undefined, task: undefined }
  for (let layers = 0; layers < 5; layers++) {
    const inner = peel(wrapped)
    if (inner === undefined) break
    wrapped.text = inner
  }
  return wrapped
})

/** What is inside the outermost layer, which is noted; undefined where there is none. */
function peel(wrapped: Wrapped): string | undefined {
  const { text } = wrapped
  const c = text.charCodeAt(0)
  if (c === 104) {
    const note = consoleNote.exec(text)
    return note ? text.slice(note[0].length) : undefined
  }
  // A blank, a tab, a bracket, a hash or a digit.
  if (c !== 32 && c !== 9 && c !== 91 && c !== 35 && !(c >= 48 && c <= 57)) return undefined
  const stamp = time.exec(text) ?? branch.exec(text)
  if (stamp) return text.slice(stamp[0].length)
  const found = bracket.exec(text)
  const word = found?.groups?.word
  if (!found || word === undefined) return undefined
  const rest = text.slice(found[0].length)
  const level = levels.get(word)
  if (level !== undefined) {
    wrapped.level = level
    wrapped.by ??= word === word.toLowerCase() ? 'sbt' : 'maven'
    return rest
  }
  if (wrapped.by !== undefined || !found.groups?.indent && !tasks.has(word) && !javaPlace.test(rest)) return undefined
  wrapped.by = 'ant'
  wrapped.task = word
  return rest
}
