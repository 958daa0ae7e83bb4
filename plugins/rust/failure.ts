import { isForeign } from './diagnostic.ts'

/** A panic, as the standard library prints it, and what else ends a test. */
export interface Failure { message: string; file?: string; line?: number }

/** Since 1.73: the place, then the message from the next line on. Since 1.91 with the thread's number. */
const modern = /^\s*thread '(?<thread>[^']{0,1000})' (?:\(\d{1,20}\) )?panicked at (?<file>(?:[A-Za-z]:)?[^\s'":][^:]{0,1000}):(?<line>\d{1,9}):\d{1,9}:$/
/** Before 1.73 the message stood in quotes, the place behind it; a message of many lines ends with `', file:1:2`. */
const old = /^\s*thread '(?<thread>[^']{0,1000})' panicked at '(?<message>.*)$/
const oldEnd = /^(?<message>.*)', (?<file>(?:[A-Za-z]:)?[^\s':][^':]{0,1000}):(?<line>\d{1,9})(?::\d{1,9})?$/
/** Before 1.0. */
const ancient = /^\s*(?:thread|task) '(?<thread>[^']*)' (?:panicked|failed) at '(?<message>.*)$/
const noise = /^\s*(?:note: (?:[Rr]un with|Some details|in Rust)|stack backtrace:|\d+:\s|at \/)/

/** The name of the thread that a line says has panicked: a test's thread bears the test's name. */
export function panicking(line: string): string | undefined {
  if (!line.includes("' panicked at ") && !line.includes("' failed at ") && !line.includes(') panicked at ')) return undefined
  return (modern.exec(line) ?? old.exec(line) ?? ancient.exec(line))?.groups?.thread
}

/** What went wrong, in what a failed test has printed. */
export function failureIn(lines: readonly string[]): Failure | undefined {
  const panicked = firstPanic(lines)
  // Before 1.63 a test that answered with an error panicked in the harness as well.
  if (panicked?.message.includes('the test returned a termination value')) return lastWords(lines)
  const expected = lines.findIndex(line => /^\s*note: panic did not contain expected string/.test(line))
  if (expected < 0) return panicked ?? lastWords(lines)
  return { ...panicked, message: paragraph(lines.slice(expected).map(line => line.replace(/^\s*note: (?=panic)/, ''))) }
}

function firstPanic(lines: readonly string[]): Failure | undefined {
  for (const [at, line] of lines.entries()) {
    if (line.includes('panicked at ') || line.includes("' failed at '")) {
      const found = panicOf(lines, at)
      if (found) return found
    }
  }
  return undefined
}

/** A test that answered with an error, did not panic although it should have, or whose documentation did not compile. */
function lastWords(lines: readonly string[]): Failure | undefined {
  const said = lines.find(line => /^\s*(?:Error: |note: test did not panic|Couldn't compile the test|Test (?:executable|compiled|binary)|error(?:\[E\d+\])?: )/.test(line)) ?? lines.find(line => line.trim() !== '' && !noise.test(line))
  if (said === undefined) return undefined
  const place = / at (?<file>[^\s:]+\.rs):(?<line>\d{1,9}):\d{1,9}$/.exec(said)?.groups
  return { message: said.trim().replace(/^(?:note|error): /, ''), ...place?.file && { file: place.file, line: Number(place.line) } }
}

function panicOf(lines: readonly string[], at: number): Failure | undefined {
  const line = lines[at] ?? ''
  const now = modern.exec(line)?.groups
  if (now) return { message: paragraph(lines.slice(at + 1)), ...own(now.file, now.line) }
  const then = (old.exec(line) ?? ancient.exec(line))?.groups
  if (!then) return undefined
  const parts: string[] = []
  for (const text of [then.message ?? '', ...lines.slice(at + 1, at + 40)]) {
    const end = oldEnd.exec(text)?.groups
    parts.push(end?.message ?? text)
    if (end) return { message: parts.join('\n'), ...own(end.file, end.line) }
  }
  return { message: then.message?.replace(/'$/, '') ?? '' }
}

/** A message goes on until a note, a backtrace or a blank line. */
function paragraph(lines: readonly string[]): string {
  const end = lines.findIndex(line => line.trim() === '' || /^\s*(?:note: |stack backtrace:)/.test(line))
  return lines.slice(0, end < 0 ? 40 : Math.min(end, 40)).map(line => line.trimEnd()).join('\n').trim() || 'panicked'
}

const standardFrame = /^\s+at src\/lib(?:std|core|alloc|test|panic_unwind|backtrace)\/|^\s+at .*<::\w/
const standardPlace = /', src\/lib(?:std|core|alloc|test)\/[\w/.]{1,200}:\d{1,9}(?::\d{1,9})?$/

/** What a test printed. Before 1.48 places of the standard library looked like the project's own; these are left out. */
export function traceOf(lines: readonly string[]): string {
  return lines.filter(line => !standardFrame.test(line)).map(line => line.includes("', src/lib") ? line.replace(standardPlace, "'") : line).join('\n').trim()
}

/** A place in the standard library or a dependency says nothing: the first frame of the backtrace that is the project's does. */
function own(file: string | undefined, line: string | undefined): { file?: string; line?: number } {
  if (file === undefined || isForeign(file)) return {}
  return { file, line: Number(line) }
}
