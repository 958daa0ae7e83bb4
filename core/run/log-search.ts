import { RE2JS } from 're2js'
import { FarmError, messageOf } from '../errors.ts'
import { logLines, logSize, type LogLine } from './log-read.ts'

/** What somebody wants to see of a log. Lines count from 1. */
export interface LogQuery {
  /** Which end to begin at; `tail` answers the last lines, in their order. */
  from: 'head' | 'tail'
  /** Around this line, instead of from an end. */
  line?: number | undefined
  /** Only lines that match this RE2 expression, and `context` lines around each. */
  grep?: string | undefined
  context: number
  /** The most lines in the answer, context included. */
  limit: number
  /** Goes on after (`head`) or before (`tail`) this line. */
  beyond?: number | undefined
}

export interface LogExcerpt {
  lines: readonly (Pick<LogLine, 'number' | 'stream' | 'text'> & { match: boolean })[]
  totalLines: number
  /** Lines that match, among those looked at; null without grep. */
  matches: number | null
  /** To be handed over as `beyond` for what follows; null at the end. */
  next: number | null
}

/** Of a longer line its beginning is looked at. */
const lineChars = 4096
/** The longest that one question may take; what is not looked at by then is answered by the next one. */
const searchMs = 3000

/** Reads or searches a log, as far as it is written. Throws `invalid` (field `grep`) for an expression that is none. Linear in the log, whatever the expression. */
export async function searchLog(path: string, query: LogQuery): Promise<LogExcerpt> {
  const { lines: totalLines } = await logSize(path)
  if (query.grep !== undefined && query.grep !== '') return found(path, query, matcher(query.grep), totalLines)
  const { first, last } = windowOf(query, totalLines)
  const lines = await between(path, first, last)
  const next = query.from === 'tail' && query.line === undefined ? (first > 1 ? first : null) : (last < totalLines ? last : null)
  return { lines: lines.map(line => ({ ...shown(line), match: false })), totalLines, matches: null, next }
}

function windowOf({ from, line, context, limit, beyond }: LogQuery, total: number): { first: number; last: number } {
  if (beyond === undefined && line !== undefined) {
    const first = Math.max(1, Math.min(line, total) - context)
    return { first, last: Math.min(total, first + Math.min(limit, 2 * context + 1) - 1) }
  }
  if (from === 'tail' && line === undefined) {
    const last = Math.min(total, (beyond ?? total + 1) - 1)
    return { first: Math.max(1, last - limit + 1), last }
  }
  const first = (beyond ?? 0) + 1
  return { first, last: Math.min(total, first + limit - 1) }
}

async function between(path: string, first: number, last: number): Promise<LogLine[]> {
  const all: LogLine[] = []
  if (last < first) return all
  for await (const batch of logLines(path, { fromLine: first - 1 })) {
    for (const line of batch) {
      if (line.number > last) return all
      all.push(line)
    }
  }
  return all
}

function shown({ number, stream, text }: LogLine): Pick<LogLine, 'number' | 'stream' | 'text'> {
  return { number, stream, text: text.length > lineChars ? `${text.slice(0, lineChars)}… (${text.length - lineChars} more characters)` : text }
}

/** Plain words, the usual case, need no machine. */
function matcher(expression: string): (text: string) => boolean {
  if (expression.length > 1000) throw new FarmError('invalid', 'The expression is longer than 1,000 characters', { field: 'grep' })
  if (!/[\\^$.*+?()[\]{}|]/.test(expression)) return text => text.includes(expression)
  try {
    const machine = RE2JS.compile(expression)
    return text => machine.matcher(text).find()
  } catch (error) {
    throw new FarmError('invalid', `${JSON.stringify(expression.slice(0, 200))} is not an RE2 expression: ${messageOf(error)}`, { field: 'grep', hint: 'RE2 knows no look-around and no back references; (?i) at its beginning ignores case.' })
  }
}

/** From the head: until the answer is full. From the tail: all of it, of which the last lines are kept. */
async function found(path: string, query: LogQuery, matches: (text: string) => boolean, totalLines: number): Promise<LogExcerpt> {
  const { from, context, limit, beyond } = query
  const start = from === 'head' ? Math.max(0, (beyond ?? 0) - context) : 0
  const stop = from === 'tail' && beyond !== undefined ? beyond : Infinity
  const kept: { line: LogLine; match: boolean }[] = []
  const before: LogLine[] = []
  let after = 0
  let count = 0
  let cut = false
  let seen = start
  const deadline = performance.now() + searchMs
  search: for await (const batch of logLines(path, { fromLine: start })) {
    for (const line of batch) {
      if (line.number >= stop) break search
      seen = line.number
      const isMatch = line.number > (from === 'head' ? beyond ?? 0 : 0) && matches(line.text.slice(0, lineChars))
      if (isMatch) {
        count++
        for (const one of before.splice(0)) kept.push({ line: one, match: false })
        kept.push({ line, match: true })
        after = context
      } else if (after > 0) {
        after--
        kept.push({ line, match: false })
      } else if (context > 0) {
        before.push(line)
        if (before.length > context) before.shift()
      }
      if (from === 'tail' && kept.length > limit) {
        kept.splice(0, kept.length - limit)
        cut = true
      }
      if (from === 'head' && kept.length >= limit) break search
    }
    if (performance.now() > deadline) break
  }
  const lines = kept.slice(0, limit).map(({ line, match }) => ({ ...shown(line), match }))
  const next = from === 'head' ? (seen < totalLines ? seen : null) : (cut ? lines[0]?.number ?? null : null)
  return { lines, totalLines, matches: count, next }
}
