import type { LineParser, TestCase } from '../../core/contract.ts'
import { explain } from './ctest.ts'

const statuses: Readonly<Record<string, TestCase['status']>> = {
  OK: 'passed', EXPECTEDFAIL: 'passed', FAIL: 'failed', ERROR: 'failed', TIMEOUT: 'failed', UNEXPECTEDPASS: 'failed', INTERRUPT: 'failed', SKIP: 'skipped', IGNORED: 'skipped',
}

/** `meson test --print-errorlogs`: one line per test, the failed ones' output afterwards between `=== 2/3 ===` and `===`. */
export const mesonTest: LineParser = {
  lines({ emit }) {
    const failed = new Map<string, { test: TestCase; output: string[] }>()
    let open: string | undefined
    let latest: string | undefined
    const flush = () => {
      for (const { test, output } of failed.values()) emit(explain(test, output))
      failed.clear()
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const groups = c <= 32 || c >= 48 && c <= 57 ? result.exec(text)?.groups : undefined
        const number = groups?.['number'] ?? ''
        if (groups) {
          open = undefined
          latest = number
          const status = statuses[groups['status']!] ?? 'failed'
          const detail = groups['detail']?.trim()
          const test: TestCase = { tool: 'meson', test: groups['name']!, status, seconds: Number(groups['seconds']), ...status !== 'passed' && { message: detail ? `${groups['status']} ${detail}` : groups['status']! } }
          if (status !== 'failed') emit(test)
          else if (!failed.has(number)) failed.set(number, { test, output: [] })
          return true
        }
        const header = c !== 61 ? undefined : /^={10,} (?<number>\d{1,6}\/\d{1,6}) ={10,}$/.exec(text)?.groups?.['number']
        if (header !== undefined) { open = header; return true }
        // Since 0.57 the output follows the test's own line, between rules drawn with dashes and scissors.
        if (text.startsWith('――――――――――')) { open = open === undefined ? latest : undefined; return true }
        if (c === 61 && /^={20,}$/.test(text)) open = undefined
        const output = open === undefined ? undefined : failed.get(open)?.output
        if (output && output.length < 500) output.push(text)
        if (text.startsWith('Full log written to ')) flush()
        return false
      },
      end: flush,
    }
  },
}

const result = /^\s{0,6}(?<number>\d{1,6}\/\d{1,6}) (?<name>\S(?:.{0,300}?\S)?)\s{1,300}(?<status>OK|EXPECTEDFAIL|FAIL|ERROR|TIMEOUT|UNEXPECTEDPASS|INTERRUPT|SKIP|IGNORED)\s{1,60}(?<seconds>\d{1,9}(?:\.\d{1,6})?) ?s\b(?<detail>.*)$/
