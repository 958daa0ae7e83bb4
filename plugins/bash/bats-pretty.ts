import type { LineParser, TestCase } from '../../core/contract.ts'
import { explained, timed } from './bats-failure.ts'

/** On a terminal the running test's name and number come first, and are overwritten there: `   adds 1/3 ✓ adds`. */
const result = /^(?: {3}.*\d{1,6}\/\d{1,6}(?: in \d+ sec)?)? (?<mark>[✓✗]) (?<name>.+)$/
const skipped = /^(?: {3}.*\d{1,6}\/\d{1,6}(?: in \d+ sec)?)? - (?<name>.{1,1000}?) \(skipped(?:: (?<reason>.*))?\)(?: \[\d+\])?$/
const summary = /^(?<total>\d+) tests?, (?<failed>\d+) failures?(?:, (?<skipped>\d+) skipped)?(?:, \d+ not run)?(?: in \d+ seconds?)?$/

const maxHeld = 50_000

/** `bats --pretty`. Vitest ticks its files just so: tests count once a line is seen that only bats writes, a suite's name, a failure's place or the summary. */
export const batsPretty: LineParser = {
  lines({ emit }) {
    const held: TestCase[] = []
    let sure = false
    let failed: TestCase | undefined
    let notes: string[] = []
    const keep = (test: TestCase) => { if (held.length < maxHeld) held.push(test) }
    const flush = () => {
      const test = failed && explained(failed, notes)
      if (test) keep(test)
      sure ||= test?.file !== undefined
      failed = undefined
      notes = []
      if (sure) for (const one of held.splice(0)) emit(one)
    }
    return {
      line(text) {
        if (text.endsWith('.bats')) sure = true
        const c = text.charCodeAt(0)
        // No name of a test is that long, and the patterns below would look at every part of it several times.
        if (c !== 32 && !(c >= 48 && c <= 57) || text.length > 4000) return false
        const one = result.exec(text)?.groups
        if (one) {
          flush()
          const test: TestCase = { tool: 'bats', status: one['mark'] === '✓' ? 'passed' : 'failed', ...timed(one['name']!) }
          if (test.status === 'passed') keep(test)
          else failed = test
          return true
        }
        const skip = skipped.exec(text)?.groups
        if (skip) {
          flush()
          keep({ tool: 'bats', status: 'skipped', test: skip['name']!, ...(skip['reason'] ? { message: skip['reason'] } : {}) })
          return true
        }
        const total = summary.exec(text)?.groups
        if (total) {
          sure ||= failed !== undefined || held.length > 0
          flush()
          if (!sure) return false
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
