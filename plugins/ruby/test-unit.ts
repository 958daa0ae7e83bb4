import type { LineParser, ParseContext } from '../../core/contract.ts'
import { failureOf } from './failure.ts'
import { frameOf } from './frames.ts'

const ruler = /^={79}$/
const begin = /^(?<kind>Failure|Error): (?<test>\S.*?)\((?<owner>[\w:]+)\)(?::(?: (?<said>\S.*))?)?$/
/** The code around the failing line. */
const code = /^ {2}(?:=>| {2}) +\d+: /
const closing = /^(?<total>\d+) tests, \d+ assertions, (?<failures>\d+) failures, (?<errors>\d+) errors, (?<pendings>\d+) pendings, (?<omissions>\d+) omissions, \d+ notifications$/
const mostLines = 400

interface Block { test: string; lines: string[] }

/** test-unit's console runner. Pendings and omissions are skipped tests. Source: test-unit's `lib/test/unit/ui/console/testrunner.rb`. */
export const testUnit: LineParser = {
  lines(context) {
    let block: Block | undefined
    let ruled = false
    const close = () => {
      if (block) report(block, context)
      block = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c === 61 && ruler.test(text)) {
          close()
          ruled = true
          return true
        }
        const groups = ruled && (c === 69 || c === 70) ? begin.exec(text.slice(0, 4000))?.groups : undefined
        ruled = false
        if (groups) {
          block = { test: `${groups.owner}#${groups.test}`, lines: groups.said === undefined ? [] : [groups.said] }
          return true
        }
        const totals = c >= 48 && c <= 57 ? closing.exec(text)?.groups : undefined
        if (totals) {
          close()
          context.emit({ tool: 'test-unit', totals: totalsOf(totals) })
          return true
        }
        if (!block) return false
        if (block.lines.length < mostLines) block.lines.push(text)
        return true
      },
      end: close,
    }
  },
}

/** The frames of a failure stand above what it says, those of an error below. */
function report({ test, lines }: Block, { emit }: ParseContext): void {
  const own = lines.filter(line => !code.test(line))
  const below = own.slice(own.findLastIndex(line => frameOf(line) !== undefined) + 1).filter(line => line.trim() !== '')
  const { message, trace, ...place } = failureOf(own)
  emit({ tool: 'test-unit', test, status: 'failed', message: message ?? below.join('\n'), trace, ...place })
}

function totalsOf(groups: Readonly<Record<string, string | undefined>>): { total: number; passed: number; failed: number; skipped: number } {
  const total = Number(groups.total)
  const failed = Number(groups.failures) + Number(groups.errors)
  const skipped = Number(groups.pendings) + Number(groups.omissions)
  return { total, failed, skipped, passed: Math.max(0, total - failed - skipped) }
}
