import type { Finding, Kind } from '../contract.ts'

/** A hunk of a unified diff while it is read. */
export interface Hunk {
  /** The old file's line that comes next, and how many of both files are still to come. */
  line: number
  old: number
  new: number
  first: number | undefined
  /** The line after the last one changed, and what replaces all from `first` to it. */
  end: number
  text: string[]
  /** Unchanged lines since the last change: they belong to the fix only if another change follows. */
  unchanged: string[]
}

const head = /^@@ -(?<line>\d{1,9})(?:,(?<old>\d{1,9}))? \+\d{1,9}(?:,(?<new>\d{1,9}))? @@/
/** No one reads a longer fix. */
const most = 2000

/** The hunk that the line `@@ -1,2 +1,3 @@` begins. An empty side starts before its first line: `-0,0`. */
export function hunkAt(text: string): Hunk | undefined {
  const groups = head.exec(text)?.groups
  if (!groups) return undefined
  const old = Number(groups.old ?? 1)
  return { line: Number(groups.line) + (old === 0 ? 1 : 0), old, new: Number(groups.new ?? 1), first: undefined, end: 0, text: [], unchanged: [] }
}

/** False when the line cannot belong to the hunk, which is then broken off. */
export function takesLine(hunk: Hunk, text: string): boolean {
  const sign = text === '' ? ' ' : text[0]
  if (sign === '\\') return true
  if (sign !== ' ' && sign !== '-' && sign !== '+') return false
  if (sign !== ' ') {
    hunk.first ??= hunk.line
    if (hunk.text.length < most) hunk.text.push(...hunk.unchanged)
    hunk.unchanged = []
  }
  if (sign === ' ' && hunk.first !== undefined) hunk.unchanged.push(text.slice(1))
  if (sign === '+' && hunk.text.length < most) hunk.text.push(text.slice(1))
  if (sign !== '+') {
    hunk.line++
    hunk.old--
  }
  if (sign !== '-') hunk.new--
  if (sign !== ' ') hunk.end = hunk.line
  return true
}

/** A warning at the lines that the hunk changes, with the hunk as its fix; undefined for one that changes nothing. */
export function hunkFinding(of: { tool: string; kind: Kind; message: string }, file: string, { first, end, text }: Hunk): Finding | undefined {
  if (first === undefined) return undefined
  const replacement = { line: first, column: 1, endLine: end, endColumn: 1, text: text.map(line => `${line}\n`).join('') }
  return {
    ...of, level: 'warning', file, line: first, ...(end - 1 > first ? { endLine: end - 1 } : {}),
    ...(text.length < most ? { fixes: [{ changes: [{ file, replacements: [replacement] }] }] } : {}),
  }
}
