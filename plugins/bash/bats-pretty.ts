import type { LineParser, TestCase } from '../../core/contract.ts'
import { explained, timed } from './bats-failure.ts'

/** On a terminal the running test's name and number come first, and are overwritten there: `   adds 1/3 ✓ adds`. */
const result = /^(?: {3}.*\d{1,6}\/\d{1,6}(?: in \d+ sec)?)? (?<mark>[✓✗]) (?<name>.+)$/
const skipped = /^(?: {3}.*\d{1,6}\/\d{1,6}(?: in \d+ sec)?)? - (?<name>.{1,1000}?) \(skipped(?:: (?<reason>.*))?\)(?: \[\d+\])?$/
const summary = /^(?<total>\d+) tests?, (?<failed>\d+) failures?(?:, (?<skipped>\d+) skipped)?(?:, \d+ not run)?(?: in \d+ seconds?)?$/

/** `bats --pretty`. */
export const batsPretty: LineParser = {
  lines({ emit }) {
    let failed: TestCase | undefined
    let notes: string[] = []
    const flush = () => {
      if (failed) emit(explained(failed, notes))
      failed = undefined
      notes = []
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c !== 32 && !(c >= 48 && c <= 57)) return false
        const one = result.exec(text)?.groups
        if (one) {
          flush()
          const test: TestCase = { tool: 'bats', status: one['mark'] === '✓' ? 'passed' : 'failed', ...timed(one['name']!) }
          if (test.status === 'passed') emit(test)
          else failed = test
          return true
        }
        const skip = skipped.exec(text)?.groups
        if (skip) {
          flush()
          emit({ tool: 'bats', status: 'skipped', test: skip['name']!, ...(skip['reason'] ? { message: skip['reason'] } : {}) })
          return true
        }
        const total = summary.exec(text)?.groups
        if (total) {
          flush()
          const [all, bad, left] = [Number(total['total']), Number(total['failed']), Number(total['skipped'] ?? 0)]
          emit({ tool: 'bats', totals: { total: all, failed: bad, skipped: left, passed: Math.max(0, all - bad - left) } })
          return true
        }
        if (failed && text.startsWith('   ') && notes.length < 200) {
          notes.push(text.slice(3))
          return true
        }
        return false
      },
      end: flush,
    }
  },
}
