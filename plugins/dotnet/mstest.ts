import type { LineParser, TestCase } from '../../core/contract.ts'
import { untimed } from './grammar/prefix.ts'

const opening = /^Results\s{4,60}Top Level Tests$/
const row = /^(?<word>Passed|Failed|Error|Timeout|Aborted|Inconclusive|Not Executed|Not Runnable|Warning)\s{2,40}(?<name>[A-Za-z_]\S{0,1000})$/
const detail = /^\[errormessage\] = (?<message>.{1,4000})$/
const total = /^\s{1,4}Total\s{1,8}(?<total>\d{1,9})$/
const words: Readonly<Record<string, TestCase['status']>> = { Passed: 'passed', Warning: 'passed', Inconclusive: 'skipped', 'Not Executed': 'skipped' }

/** MSTest.exe, the runner before vstest.console: a table of results, with details where they were asked for, and a summary. */
export const mstest: LineParser = {
  lines({ emit }) {
    let open = false
    let pending: TestCase | undefined
    const flush = () => {
      if (pending) emit(pending)
      pending = undefined
    }
    return {
      line(raw) {
        const text = untimed(raw)
        if (opening.test(text)) {
          open = true
          return true
        }
        if (!open) return false
        const groups = row.exec(text)?.groups
        if (groups) {
          flush()
          pending = { tool: 'mstest', test: groups['name']!, status: words[groups['word']!] ?? 'failed' }
          return true
        }
        const message = detail.exec(text)?.groups?.['message']
        if (message && pending && pending.status === 'failed') pending = { ...pending, message }
        if (!total.test(text)) return message !== undefined
        flush()
        open = false
        return true
      },
      end: flush,
    }
  },
}
