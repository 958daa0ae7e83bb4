import type { LineParser, TestCase } from '../../core/contract.ts'
import { number, totals } from './grammar/counts.ts'
import { placeIn } from './grammar/stack.ts'
import { unwrap } from './grammar/wrapping.ts'

const event = /^(?<status>PASSED|FAILED|SKIPPED)(?: CONFIGURATION)?: (?<name>\S.*)$/
const closing = /^\s{0,8}Total tests run: (?<total>\d{1,9}),(?: Passes: (?<passed>\d{1,9}),)? Failures: (?<failed>\d{1,9}), Skips: (?<skipped>\d{1,9})$/

/** TestNG's own console (verbose 2 and up): `FAILED: testA`, the exception, `Total tests run: …`. */
export const testng: LineParser = {
  lines({ emit }) {
    let current: { test: TestCase; lines: string[] } | undefined
    let waiting: TestCase[] = []
    const flush = () => {
      if (!current) return
      const { test, lines } = current
      const trace = lines.join('\n')
      const message = lines[0]?.trim()
      if (waiting.length < 20_000) waiting.push({ ...test, ...message && { message }, ...trace && { trace }, ...placeIn(trace, undefined) })
      current = undefined
    }
    return {
      line(line) {
        const { text } = unwrap(line)
        const groups = text.includes('ED: ') || text.includes('ED CONFIGURATION: ') ? event.exec(text)?.groups : undefined
        if (groups) {
          flush()
          if (groups.status === 'FAILED') current = { test: { tool: 'testng', test: groups.name!, status: 'failed' }, lines: [] }
          return groups.status === 'FAILED'
        }
        const said = text.includes('Total tests run: ') ? closing.exec(text)?.groups : undefined
        if (said) {
          flush()
          for (const one of waiting) emit(one)
          waiting = []
          emit(totals('testng', { total: number(said.total), failed: number(said.failed), skipped: number(said.skipped) }))
          return true
        }
        if (!current) return false
        if (text.trim() === '' || text.startsWith('====') || current.lines.length >= 300) flush()
        else current.lines.push(text)
        return false
      },
    }
  },
}
