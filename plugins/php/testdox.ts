import type { LineReader, ParseContext } from '../../core/contract.ts'
import { failureOf } from './frames.ts'

const header = /^(?:PHPUnit|ParaTest|Codeception PHP Testing Framework) v?\d+\.\d+/
const group = /^(?<title>\S.*?)(?: \((?<name>[\w\\]+)\)| \[(?<name2>[\w\\]+)\])?$/
const verdict = /^ (?<mark>[✔✘↩∅☢⚠]) (?<test>\S.*?)(?: \[[\d.]+ m?s\])?$/
/** Before 7 there were only these two, and no reasons. */
const box = /^ \[(?<mark>[x ])\] (?<test>\S.*)$/
const below = /^ {2,3}[│├┐┊┴╵] ?(?<text>.*)$/
const mostLines = 400

/**
 * PHPUnit's `--testdox`: a class as heading, a mark for each test, reasons below it behind a line. From 10 on a summary says the failed ones
 * once more. Without a closing line (before 7) the marks are counted.
 */
export function testdoxReader({ emit }: ParseContext): LineReader & { end(): void } {
  let running = false
  let owner = ''
  let open: { test: string; lines: string[] } | undefined
  const close = () => {
    if (open) emit({ tool: 'phpunit', test: open.test, status: 'failed', ...failureOf(open.lines) })
    open = undefined
  }
  return {
    line(text) {
      const c = text.charCodeAt(0)
      if (c === 80 || c === 67) running ||= header.test(text)
      if (!running || text.length > 4000) return false
      if (c !== 32) {
        if (text !== '') {
          close()
          const groups = group.exec(text)?.groups
          owner = groups?.name ?? groups?.name2 ?? groups?.title ?? ''
        }
        return false
      }
      const reason = open ? below.exec(text)?.groups?.text : undefined
      if (open && reason !== undefined) {
        if (open.lines.length < mostLines) open.lines.push(reason)
        return true
      }
      const groups = verdict.exec(text)?.groups ?? box.exec(text)?.groups
      if (!groups) return false
      close()
      const test = `${owner}::${groups.test}`
      if (groups.mark === '✘') open = { test, lines: [] }
      else if (groups.mark === 'x') emit({ tool: 'phpunit', test, status: 'passed' })
      else if (groups.mark === ' ') emit({ tool: 'phpunit', test, status: 'failed' })
      return true
    },
    end: close,
  }
}
