import { headline, place } from './frames.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const result = /^ {2}(?:(?<pass>✔) |(?<fail>✘) \[fail\]: |- \[(?<skip>skip|todo)\] )(?<name>\S.*)$/
const closing = /^ {2}(?:\d+ (?:tests? (?:passed|failed|skipped|todo)|known failures?|uncaught exceptions?)|No tests found)/
const ruler = /^ {2}─$/
const position = /^ {2}(?<place>\S+:\d+)$/

interface Failure {
  name: string
  lines: string[]
}

/** AVA's text: a line per test, then (after a rule) a block per failure. It never counts the passed ones of a failed run. */
export const ava: LineParser = {
  lines(context) {
    const failures = new Map<string, Failure>()
    let pending: { name: string; status: 'passed' | 'skipped' }[] = []
    let block: Failure | undefined
    let blocks = false
    let confirmed = false
    const end = () => {
      if (confirmed) {
        for (const { name, status } of pending) context.emit({ tool: 'ava', test: name, status })
        for (const failure of failures.values()) report(failure, context)
      }
      pending = []
      failures.clear()
    }
    return {
      line(text) {
        if (!blocks && text.charCodeAt(0) !== 32) return false
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
          return true
        }
        if (closing.test(text)) return (confirmed = true)
        const next = blocks ? failures.get(text.trim()) : undefined
        if (next) block = next
        else if (block && block.lines.length < 300) block.lines.push(text)
        return block !== undefined
      },
      end,
    }
  },
}

function withoutReason(name: string): string {
  return name.replace(/ (?:Error thrown in test|Rejected promise returned by test|Test finished without running any assertions|Assertion failed)$/, '')
}

function report(failure: Failure, context: ParseContext): void {
  const at = failure.lines.map(line => position.exec(line)?.groups?.place).find(Boolean)
  const where = at === undefined ? undefined : place(`${at}:1`)
  const own = failure.lines.filter(line => !/^ +\d+: /.test(line) && !position.test(line))
  context.emit({
    tool: 'ava', test: failure.name, status: 'failed', message: headline(own) || 'failed', trace: failure.lines.join('\n').trim(),
    ...(where ? { file: where.file, line: where.line } : {}),
  })
}
