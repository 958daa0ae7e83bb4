import { frame, headline, place } from './frames.ts'
import { perPackage } from './monorepo.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const result = /^ {2}(?:(?<pass>✔) |(?<fail>✘) \[fail\]: |- \[(?<skip>skip|todo)\] )(?<name>\S.*)$/
const closing = /^ {2}(?:\d+ (?:tests? (?:passed|failed|skipped|todo)|known failures?|uncaught exceptions?|unhandled rejections?)|No tests found)/
const ruler = /^ {2}─$/
const uncaught = /^ {2}(?:Uncaught exception|Unhandled rejection) in (?<file>\S.*)$/
const empty = /^ {2}✘ (?<message>No tests found in (?<file>\S+?),? .*)$/
const outcome = /^ {2}(?:[✔✘] |- \[)/
const inspected = /^ *(?<name>[A-Z]\w*) \{$/
const said = /^ *message: (?<quote>['"`])(?<message>.*?)(?:␊|\k<quote>,?)$/
const inWorkspace = /^The command failed in workspace \S+@workspace:(?<directory>\S+) with exit code \d+$/
const position = /^ {2}(?<place>\S+:\d+)$/

interface Failure {
  name: string
  lines: string[]
}

/** AVA's text: a line per test, then (after a rule) a block per failure. It never counts the passed ones of a failed run. */
export const ava: LineParser = perPackage({
  lines(context) {
    const failures = new Map<string, Failure>()
    let pending: { name: string; status: 'passed' | 'skipped' }[] = []
    let block: Failure | undefined
    let blocks = false
    let confirmed = false
    let crashes: Failure[] = []
    let crash: Failure | undefined
    let before = ''
    const end = (directory?: string) => {
      if (confirmed) {
        for (const { name, status } of pending) context.emit({ tool: 'ava', test: name, status })
        for (const failure of failures.values()) report(failure, directory, context)
        for (const one of crashes) reportCrash(one, directory, context)
      }
      pending = []
      crashes = []
      failures.clear()
    }
    /** The heading of a block has the name alone, without the reason that its line gave. */
    const headed = (text: string): Failure | undefined => {
      const name = text.trim()
      const exact = failures.get(name)
      if (exact || name === '' || before !== '') return exact
      const next = [...failures.values()].find(one => one.lines.length === 0)
      if (!next?.name.startsWith(`${name} `)) return undefined
      next.name = name
      return next
    }
    return {
      line(text) {
        const directory = inWorkspace.exec(text)?.groups?.directory
        if (directory !== undefined) {
          end(directory)
          return false
        }
        if (!blocks && !crash && text.charCodeAt(0) !== 32) return false
        const file = blocks ? undefined : uncaught.exec(text)?.groups?.file
        if (file !== undefined) {
          crash = { name: file, lines: [] }
          crashes.push(crash)
          return confirmed
        }
        const none = blocks ? undefined : empty.exec(text)?.groups
        if (none?.file) crashes.push({ name: none.file, lines: [none.message ?? ''] })
        if (crash && (outcome.test(text) || ruler.test(text) || closing.test(text))) crash = undefined
        if (crash) {
          if (crash.lines.length < 300) crash.lines.push(text)
          return confirmed
        }
        const groups = blocks ? undefined : result.exec(text)?.groups
        if (groups?.name) {
          const name = groups.name.replace(/ \([\d.]+m?s\)$/, '')
          if (groups.fail) failures.set(withoutReason(name), { name: withoutReason(name), lines: [] })
          else pending.push({ name: name.replace(/^\[expected fail\] /, ''), status: groups.pass ? 'passed' : 'skipped' })
          return confirmed
        }
        if (ruler.test(text)) {
          blocks = !blocks
          block = undefined
          before = ''
          return true
        }
        if (closing.test(text)) return (confirmed = true)
        const next = blocks ? headed(text) : undefined
        before = text
        if (next) block = next
        else if (block && block.lines.length < 300) block.lines.push(text)
        return block !== undefined
      },
      end: () => end(),
    }
  },
})

function withoutReason(name: string): string {
  return name.replace(/ (?:Error thrown in test|Rejected promise returned by test|Test finished without running any assertions|Assertion failed)$/, '')
}

function report(failure: Failure, directory: string | undefined, context: ParseContext): void {
  context.emit({ tool: 'ava', test: failure.name, status: 'failed', ...explained(failure.lines, directory) })
}

/** A file that could not be loaded, or an error that no test waited for. */
function reportCrash({ name, lines }: Failure, directory: string | undefined, context: ParseContext): void {
  const file = below(directory, name)
  context.emit({ tool: 'ava', rule: 'uncaught', level: 'error', kind: 'test', file, ...explained(lines, directory) })
}

function explained(lines: readonly string[], directory: string | undefined): { message: string; trace: string; file?: string; line?: number } {
  const at = lines.map(line => position.exec(line)?.groups?.place).find(Boolean)
  const where = at === undefined ? frame(lines) : place(`${at}:1`)
  const own = lines.filter(line => !/^ +\d+: /.test(line) && !position.test(line))
  return {
    message: (thrown(own) ?? headline(own)) || 'failed', trace: lines.join('\n').trim(),
    ...(where ? { file: below(directory, where.file), line: where.line } : {}),
  }
}

/** An error by itself, as AVA inspects it: `TypeError {`, `  message: 'x',`, `}`. */
function thrown(lines: readonly string[]): string | undefined {
  const start = lines.findIndex(line => line.trim() !== '')
  const name = inspected.exec(lines[start] ?? '')?.groups?.name
  const message = name === undefined ? undefined : lines.slice(start, start + 20).map(line => said.exec(line)?.groups?.message).find(Boolean)
  return message === undefined ? undefined : `${name}: ${message}`
}

function below(directory: string | undefined, file: string): string {
  return directory === undefined || file.startsWith('/') ? file : `${directory}/${file}`
}
