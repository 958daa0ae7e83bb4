import type { LineParser, ParseContext } from '../../core/contract.ts'
import { dedent } from './failure.ts'

const failing = /^(?:(?<command>cucumber(?: -p \S+)*|rake cucumber) )(?<file>\S.*?):(?<line>\d+)(?::\d+)* # (?<test>\S.*)$/
const closing = /^(?<total>\d+) scenarios?(?: \((?<counts>\d+ [a-z]+(?:, \d+ [a-z]+)*)\))?$/
/** The last line of a failure: the step, in the feature. */
const step = /^\s*(?:\.[\\/])?(?<file>(?:[A-Za-z]:)?[^:\s][^:]*\.feature(?:\.md)?):(?<line>\d+):in [`'“](?<step>.*)['”]$/
/** Blank lines, steps with their places, and tables of examples part the reason from what stands above it. */
const notReason = /^\s*$| # \S+:\d+$|^\s*\||^\s*Examples:\s*$/
const mostLines = 100

/**
 * Cucumber's pretty and progress text: `Failing Scenarios:` names what failed, the closing line counts; why stands where it happened, above the step's place.
 * Undefined and pending scenarios are skipped ones. Source: Cucumber's documentation, "Reporting".
 */
export const cucumber: LineParser = {
  lines(context) {
    let above: string[] = []
    const reasons: { file: string; line: number; text: string }[] = []
    const failed: { file: string; line: number; test: string }[] = []
    const finish = () => {
      report(failed, reasons, context)
      reasons.length = 0
      failed.length = 0
    }
    return {
      line(text) {
        const at = text.includes('.feature:') ? step.exec(text.slice(0, 4000))?.groups : undefined
        if (at) {
          if (above.length > 0 && reasons.length < 20_000) reasons.push({ file: at.file ?? '', line: Number(at.line), text: dedent([...above, text]) })
          above = []
          return true
        }
        const named = text.includes(' # ') ? failing.exec(text)?.groups : undefined
        if (named) {
          if (failed.length < 20_000) failed.push({ file: named.file ?? '', line: Number(named.line), test: named.test ?? '' })
          return true
        }
        const c = text.charCodeAt(0)
        const totals = c >= 48 && c <= 57 ? closing.exec(text)?.groups : undefined
        if (totals) {
          finish()
          context.emit({ tool: 'cucumber', totals: totalsOf(Number(totals.total), totals.counts ?? '') })
          return true
        }
        if (notReason.test(text)) above = []
        else if (above.length < mostLines) above.push(text)
        return false
      },
      end: finish,
    }
  },
}

type Named = { file: string; line: number; test: string }

/** A step belongs to the last scenario that begins above it. */
function report(failed: readonly Named[], reasons: readonly { file: string; line: number; text: string }[], { emit }: ParseContext): void {
  const starts = failed.map(one => one.line).toSorted((a, b) => a - b)
  for (const { file, line, test } of failed) {
    const next = starts.find(start => start > line) ?? Infinity
    const reason = reasons.find(one => one.file.replace(/^\.\//, '') === file && one.line >= line && one.line < next)
    const lines = reason?.text.split('\n') ?? []
    const message = lines.filter(text => !/^\s*\S+:\d+:in /.test(text)).join('\n').trim()
    emit({ tool: 'cucumber', test: test.replace(/^(?:Scenario(?: Outline)?|Example): /, ''), status: 'failed', file, line: reason?.line ?? line, message: message || undefined, trace: reason?.text })
  }
}

function totalsOf(total: number, text: string): { total: number; passed: number; failed: number; skipped: number } {
  const of = (names: RegExp) => text.split(', ').reduce((sum, part) => sum + (names.test(part) ? parseInt(part, 10) : 0), 0)
  const failed = of(/ (?:failed|ambiguous)$/)
  const passed = of(/ (?:passed|flaky)$/)
  return { total, failed, passed, skipped: Math.max(0, total - failed - passed) }
}
