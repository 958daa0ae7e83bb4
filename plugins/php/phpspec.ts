import type { LineParser } from '../../core/contract.ts'
import { dedent } from './frames.ts'

const section = /^-{4} {2}(?<kind>failed|broken|pending|skipped) examples?$/
const owner = /^ {6,10}(?<name>[A-Z][\w\\/]*)$/
const example = /^ {0,4}(?<line>\d{1,6}) +(?<mark>[✘!?↩-]) (?<test>\S.*)$/
const closing = /^(?<total>\d+) examples?(?: \((?<counts>\d+ [a-z]+(?:, \d+ [a-z]+)*)\))?$/
const specs = /^\d+ specs?$/
const mostLines = 100

/** phpspec's progress, pretty and dot text: what failed or broke is listed at the end with the line of its example; the file is not told. Source: phpspec's documentation. */
export const phpspec: LineParser = {
  lines({ emit }) {
    let within: string | undefined
    let name = ''
    let counted = false
    let open: { test: string; lines: string[] } | undefined
    const close = () => {
      if (open) {
        const message = dedent(open.lines)
        emit({ tool: 'phpspec', test: open.test, status: 'failed', ...(message ? { message, trace: message } : {}) })
      }
      open = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const kind = c === 45 ? section.exec(text)?.groups?.kind : undefined
        if (kind !== undefined) {
          close()
          within = kind
          return true
        }
        if (c >= 48 && c <= 57) {
          const totals = counted ? closing.exec(text)?.groups : undefined
          counted = specs.test(text)
          if (counted || totals) {
            close()
            within = undefined
          }
          if (totals) emit({ tool: 'phpspec', totals: totalsOf(Number(totals.total), totals.counts ?? '') })
          if (counted || totals) return true
        }
        if (within === undefined) return false
        const groups = example.exec(text.slice(0, 4000))?.groups
        if (groups) {
          close()
          if (within === 'failed' || within === 'broken') open = { test: `${name}: ${groups.test}`, lines: [] }
          return true
        }
        const heading = owner.exec(text)?.groups?.name
        if (heading !== undefined) {
          close()
          name = heading
        } else if (open && open.lines.length < mostLines) open.lines.push(text)
        return true
      },
      end: close,
    }
  },
}

function totalsOf(total: number, text: string): { total: number; passed: number; failed: number; skipped: number } {
  const of = (names: RegExp) => text.split(', ').reduce((sum, part) => (names.test(part) ? sum + parseInt(part, 10) : sum), 0)
  const failed = of(/ (?:failed|broken)$/)
  const passed = of(/ passed$/)
  return { total, failed, passed, skipped: Math.max(0, total - failed - passed) }
}
