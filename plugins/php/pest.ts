import type { LineReader, ParseContext } from '../../core/contract.ts'
import { failureOf, frameOf } from './frames.ts'

const closing = /^ {2}Tests: {2,}(?<counts>\d+ [a-z]+(?:, \d+ [a-z]+)*)(?: \(\d+ assertions?\))?$/
/** Since 2 under a rule, with the exception's class at the right; before it behind a bullet. */
const title = /^ {2,3}(?:FAILED {2}|• )(?<test>\S.*? [>›] \S.*?)(?: {2,}\S+)?$/
const ruler = /^ {2}─{10,}/
const ends = /^ {2}(?:Tests: |Time: |Duration: )/
const mostLines = 400

/**
 * Pest's text, and that of `artisan test`, since both print with Collision: `FAILED  Class > test`, the message, `at file:8`, a code frame. Pest's
 * `--compact` and `--parallel` end alike. Source: Pest's documentation and nunomaduro/collision's README.
 */
export function pestReader(context: ParseContext): LineReader & { end(): void } {
  let open: { test: string; lines: string[] } | undefined
  const close = () => {
    if (open) report(open, context)
    open = undefined
  }
  return {
    line(text) {
      if (text.charCodeAt(0) !== 32 || text.charCodeAt(1) !== 32) {
        if (open && text !== '') close()
        return false
      }
      const counts = closing.exec(text)?.groups?.counts
      if (counts !== undefined && !counts.includes('total')) {
        close()
        context.emit({ tool: 'pest', totals: totalsOf(counts) })
        return true
      }
      const name = title.exec(text.slice(0, 4000))?.groups?.test
      if (name !== undefined || ruler.test(text) || ends.test(text)) {
        close()
        if (name !== undefined) open = { test: name, lines: [] }
        return name !== undefined
      }
      if (!open) return false
      if (open.lines.length < mostLines) open.lines.push(text)
      return true
    },
    end: close,
  }
}

function report({ test, lines }: { test: string; lines: readonly string[] }, { emit }: ParseContext): void {
  const { message, trace, ...place } = failureOf(lines.map(line => line.trimEnd()))
  const at = lines.map(line => frameOf(line.trimEnd())).find(frame => frame !== undefined)
  emit({ tool: 'pest', test: test.replace(' › ', ' > '), status: 'failed', message, trace, ...(Object.keys(place).length > 0 ? place : at) })
}

/** Warnings, deprecations, notices and risky tests have passed. */
function totalsOf(text: string): { total: number; passed: number; failed: number; skipped: number } {
  const of = (names: RegExp) => text.split(', ').reduce((sum, part) => (names.test(part) ? sum + parseInt(part, 10) : sum), 0)
  const failed = of(/ (?:failed|errors?)$/)
  const skipped = of(/ (?:skipped|incomplete|todos?|pending)$/)
  const passed = of(/ (?:passed|warnings?|deprecat(?:ed|ions?)|notices?|risky)$/)
  return { total: failed + skipped + passed, failed, skipped, passed }
}
