import type { LineParser, ParseContext } from '../../core/contract.ts'
import { dedent } from './frames.ts'

const heading = /^\s*(?:\d{3} )?(?:Scenario(?: Outline)?|Example): (?<test>\S.*?) +# (?<file>\S.*?\.feature):(?<line>\d+)$/
const section = /^--- (?<name>Failed (?:scenarios|steps|hooks)|Skipped scenarios|Undefined .*|Pending .*):$/
const failed = /^ {4}(?<file>\S.*?\.feature):(?<line>\d+)(?: \(on line (?<step>\d+)\))?$/
const step = /^\s+(?:\S+ )?\S.* # (?:(?<file>\S+\.feature):(?<line>\d+)|\S+::\w+\(\))$/
const closing = /^(?<total>\d+) scenarios?(?: \((?<counts>\d+ [a-z]+(?:, \d+ [a-z]+)*)\))?$/
const mostLines = 100

interface Scenario { test: string; file: string; line: number; at: number | undefined; lines: string[] }

/** Behat's pretty and progress text: scenarios with their places, reasons below the failed step, a list of the failed ones, counts. Source: Behat's documentation. */
export const behat: LineParser = {
  lines(context) {
    const known = new Map<string, Scenario>()
    let current: Scenario | undefined
    let within = ''
    let failures: { file: string; line: number; step: string | undefined }[] = []
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c === 45) {
          within = section.exec(text)?.groups?.name ?? within
          current = undefined
          return false
        }
        const totals = c >= 48 && c <= 57 ? closing.exec(text)?.groups : undefined
        if (totals) {
          report(known, failures, context)
          failures = []
          within = ''
          context.emit({ tool: 'behat', totals: totalsOf(Number(totals.total), totals.counts ?? '') })
          return true
        }
        if (text.length > 4000) return false
        const named = text.includes('.feature:') && text.includes(' # ') ? heading.exec(text)?.groups : undefined
        if (named) {
          current = { test: named.test ?? '', file: named.file ?? '', line: Number(named.line), at: undefined, lines: [] }
          if (known.size < 20_000) known.set(`${current.file}:${current.line}`, known.get(`${current.file}:${current.line}`) ?? current)
          current = known.get(`${current.file}:${current.line}`) ?? current
          if (within === 'Failed steps' && failures.length < 20_000) failures.push({ file: current.file, line: current.line, step: undefined })
          return false
        }
        const one = c === 32 && within.startsWith('Failed sc') ? failed.exec(text)?.groups : undefined
        if (one) {
          if (failures.length < 20_000) failures.push({ file: one.file ?? '', line: Number(one.line), step: one.step })
          return true
        }
        if (!current) return false
        const at = text.includes(' # ') ? step.exec(text)?.groups : undefined
        if (at) {
          if (at.line !== undefined && current.lines.length === 0) current.at = Number(at.line)
        } else if (text.trim() === '') current = undefined
        else if (c === 32 && !/^\s*\|/.test(text) && current.lines.length < mostLines) current.lines.push(text)
        return false
      },
      end: () => report(known, failures, context),
    }
  },
}

function report(known: Map<string, Scenario>, failures: readonly { file: string; line: number; step: string | undefined }[], { emit }: ParseContext): void {
  for (const { file, line, step: at } of failures) {
    const one = known.get(`${file}:${line}`)
    const message = dedent(one?.lines ?? [])
    emit({ tool: 'behat', test: one?.test ?? `${file}:${line}`, status: 'failed', file, line: Number(at ?? one?.at ?? line), ...(message ? { message, trace: message } : {}) })
  }
  known.clear()
}

function totalsOf(total: number, text: string): { total: number; passed: number; failed: number; skipped: number } {
  const of = (name: string) => text.split(', ').reduce((sum, part) => (part.endsWith(` ${name}`) ? sum + parseInt(part, 10) : sum), 0)
  const failed = of('failed')
  const passed = of('passed')
  return { total, failed, passed, skipped: Math.max(0, total - failed - passed) }
}
