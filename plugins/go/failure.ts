import { position } from '../../core/parse/index.ts'
import { firstOwnFrame } from './goroutines.ts'

export interface Failure {
  message: string
  place: { file: string; line?: number } | undefined
  trace: string | undefined
  /** Whether it says something that a mere log line does not. */
  telling: boolean
}

const fatal = /^(?:panic: |fatal error: |SIG[A-Z]+: |unexpected fault address |runtime: goroutine stack exceeds |\[signal SIG|signal: |fatal: morestack|==\d+==ERROR: \w+Sanitizer)/
const logged = /^\s*(?<file>(?:[A-Za-z]:[\\/])?[^\s:]+\.go):(?<line>\d{1,9})(?::\d+)?: ?(?<message>.*)$/
const errorTrace = /^\s*Error Trace:\s*(?:(?<file>(?:[A-Za-z]:)?[^\s:]+):(?<line>\d+))?/
const failedSpec = /^\s*\[(?:FAIL|Fail|PANICKED!|Panic!|TIMEDOUT|INTERRUPTED)\] (?<message>\S.*)$/
const telling = /\b(?:got|want|wanted|expected|expect|unexpected|error|err|fail(?:ed|ure)?|mismatch|invalid|incorrect|wrong|should|must|cannot|not|missing|diff(?:er(?:s|ent)?)?|panic)\b|!=|[-+]want|==/i
/** Places of the testing package itself, which no one wants to be led to. */
const runners = /(?:^|[\\/])(?:testing|runner|assert(?:ions)?|require|panic)\.go$/

export function isFatal(line: string): boolean { return fatal.test(line) }

/**
 * Why a test failed, from what it printed. In order: a panic or a data race with its stack, testify's and ginkgo's blocks, then the log line
 * (`    file_test.go:12: message`) that sounds like a failure, else the last one.
 */
export function explain(lines: readonly string[]): Failure | undefined {
  const text = trimmed(lines)
  if (text.length === 0) return undefined
  const trace = text.join('\n')
  const found = crashed(text) ?? testify(text) ?? ginkgo(text) ?? goconvey(text) ?? raced(text) ?? bySaying(text)
  if (found) return { ...found, trace: trace === found.message ? undefined : trace }
  // An example prints what it got and what was wanted.
  const message = text.map(line => line.trim()).filter(line => line !== '').slice(0, 8).join(' ')
  return { message: message.slice(0, 500), place: undefined, trace, telling: message.startsWith('got:') }
}

/** The same of what was printed before the test's own lines, where frameworks on top of it have their say; only what is surely theirs. */
export function explainPrinted(lines: readonly string[]): Failure | undefined {
  const found = ginkgo(lines) ?? goconvey(lines) ?? gocheck(lines)
  return found && { ...found, trace: trimmed(lines).join('\n') }
}

type Found = Omit<Failure, 'trace'>

function crashed(lines: readonly string[]): Found | undefined {
  const at = lines.findIndex(isFatal)
  if (at < 0) return undefined
  const said = lines[at] ?? ''
  const more = /^panic: .*$/.test(said) && !/\[recovered/.test(said) ? lines.slice(at + 1, at + 3).filter(line => /^\t?panic: /.test(line)) : []
  return { message: [said.replace(/ \[recovered.*\]$/, ''), ...more].join('\n').trim(), place: firstOwnFrame(lines.slice(at)), telling: true }
}

function raced(lines: readonly string[]): Found | undefined {
  const at = lines.findIndex(line => line.startsWith('WARNING: DATA RACE'))
  return at < 0 ? undefined : { message: 'data race', place: firstOwnFrame(lines.slice(at)), telling: true }
}

/** testify: labels, each with a value that may go on below it. */
function testify(lines: readonly string[]): Found | undefined {
  const at = lines.findIndex(line => errorTrace.test(line))
  if (at < 0) return undefined
  const groups = errorTrace.exec(lines[at] ?? '')?.groups
  const label = (name: string): string | undefined => {
    const from = lines.findIndex((line, index) => index > at && new RegExp(`^\\s*${name}:`).test(line))
    if (from < 0) return undefined
    const first = (lines[from] ?? '').replace(/^\s*[\w ]+:\s*/, '').trim()
    const rest = lines.slice(from + 1)
    const end = rest.findIndex(line => /^\s*(?:Error Trace|Error|Test|Messages):/.test(line) || line.trim() === '' || logged.test(line))
    return [first, ...rest.slice(0, end < 0 ? 12 : Math.min(end, 12)).map(line => line.trim())].join('\n').trim()
  }
  const own = lines.slice(0, at + 1).map(line => logged.exec(line)?.groups).findLast(one => one !== undefined)
  const line = position(groups?.line ?? own?.line)
  const file = groups?.file ?? own?.file
  const message = [label('Error'), label('Messages')].filter(part => part).join('\n')
  return { message: message || 'assertion failed', place: file ? { file, ...(line ? { line } : {}) } : undefined, telling: true }
}

/** Ginkgo's summary: `[FAIL] suite [It] does so`, its place on the next line. */
function ginkgo(lines: readonly string[]): Found | undefined {
  const at = lines.findLastIndex(line => failedSpec.test(line))
  const message = failedSpec.exec(lines[at] ?? '')?.groups?.message
  if (message === undefined) return undefined
  const groups = /^\s*(?<file>\S+\.go):(?<line>\d+)/.exec(lines[at + 1] ?? '')?.groups
  const line = position(groups?.line)
  return { message, place: groups?.file ? { file: groups.file, ...(line ? { line } : {}) } : undefined, telling: true }
}

/** GoConvey: `* /path/a_test.go`, `Line 12:`, then what was expected. */
function goconvey(lines: readonly string[]): Found | undefined {
  const at = lines.findIndex(line => /^\s*\* \S+\.go\s*$/.test(line))
  const line = position(/^\s*Line (?<line>\d+):/.exec(lines[at + 1] ?? '')?.groups?.line)
  if (at < 0 || !line) return undefined
  const rest = lines.slice(at + 2)
  const end = rest.findIndex(text => text.trim() === '')
  const message = rest.slice(0, end < 0 ? 8 : Math.min(end, 8)).map(text => text.trim()).join('\n')
  return { message: message || 'assertion failed', place: { file: (lines[at] ?? '').replace(/^\s*\* /, '').trim(), line }, telling: true }
}

/** gocheck: `FAIL: a_test.go:16: Suite.TestSum`, the place that failed on a line of its own, then `... obtained`. */
function gocheck(lines: readonly string[]): Found | undefined {
  const title = lines.findLastIndex(line => /^(?:FAIL|PANIC): \S+\.go:\d+: \S+$/.test(line))
  if (title < 0) return undefined
  const rest = lines.slice(title + 1)
  const at = rest.findIndex(line => /^\S+\.go:\d+:\s*$/.test(line))
  const groups = logged.exec(rest[at] ?? (lines[title] ?? '').replace(/^\w+: /, ''))?.groups
  const said = rest.filter(line => /^\.\.\. |^ {4}\S/.test(line)).slice(0, 6).map(line => line.trim()).join('\n')
  const line = position(groups?.line)
  return { message: said || (lines[title] ?? ''), place: groups?.file ? { file: groups.file, ...(line ? { line } : {}) } : undefined, telling: true }
}

function bySaying(lines: readonly string[]): Found | undefined {
  const places = lines.flatMap((line, index) => {
    const groups = logged.exec(line)?.groups
    return groups?.file && !runners.test(groups.file) ? [{ index, file: groups.file, line: position(groups.line), message: saidAt(lines, index, groups.message ?? '') }] : []
  })
  const one = places.find(({ message }) => telling.test(message)) ?? places.at(-1)
  if (!one) return undefined
  return { message: one.message, place: { file: one.file, ...(one.line ? { line: one.line } : {}) }, telling: telling.test(one.message) }
}

/** gomega and quicktest begin below the place. */
function saidAt(lines: readonly string[], index: number, said: string): string {
  const rest = lines.slice(index + 1)
  const end = rest.findIndex(line => logged.test(line) || /^\s*(?:===|---) /.test(line))
  const block = rest.slice(0, end < 0 ? 12 : Math.min(end, 12)).map(line => line.trim()).filter(line => line !== '')
  return (said.trim() === '' ? block.join(' ') : said.trim()) || 'failed'
}

function trimmed(lines: readonly string[]): readonly string[] {
  const from = lines.findIndex(line => line.trim() !== '')
  const to = lines.findLastIndex(line => line.trim() !== '' && !/^(?:FAIL|PASS|exit status \d+|coverage: .*)$/.test(line))
  return from < 0 || to < from ? [] : lines.slice(from, to + 1)
}
