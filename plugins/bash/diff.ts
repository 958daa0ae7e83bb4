import type { Finding, Kind, LineParser } from '../../core/contract.ts'

interface Hunk {
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

const hunkHead = /^@@ -(?<line>\d+)(?:,(?<old>\d+))? \+\d+(?:,(?<new>\d+))? @@/
/** No one reads a longer fix. */
const MOST = 2000

/**
 * Unified diffs that a tool prints instead of findings: one finding per hunk, with the hunk as its fix.
 * `header` names the file by the group `file`, on the line `--- …` or `+++ …`; the other of the two is skipped.
 */
export function diffParser(options: { tool: string; kind: Kind; message: string; header: RegExp; foreign?: RegExp }): LineParser {
  return {
    lines({ emit }) {
      let file: string | undefined
      let hunk: Hunk | undefined
      let foreign = false
      const close = () => {
        if (hunk?.first !== undefined && file !== undefined) emit(findingOf(options, file, hunk))
        hunk = undefined
      }
      return {
        line(text) {
          if (hunk && take(hunk, text)) {
            if (hunk.old <= 0 && hunk.new <= 0) close()
            return true
          }
          close()
          const c = text.charCodeAt(0)
          if (file === undefined && c !== 45 && c !== 92) {
            foreign = options.foreign?.test(text) ?? false
            return false
          }
          const head = file === undefined ? undefined : hunkHead.exec(text)?.groups
          if (head) {
            // An empty side starts before its first line: `-0,0`.
            const old = Number(head['old'] ?? 1)
            hunk = { line: Number(head['line']) + (old === 0 ? 1 : 0), old, new: Number(head['new'] ?? 1), first: undefined, end: 0, text: [], unchanged: [] }
            return true
          }
          const named = foreign ? undefined : options.header.exec(text)?.groups?.['file']
          if (named !== undefined) {
            file = named
            return true
          }
          if (file !== undefined && /^(?:---|\+\+\+) /.test(text)) return true
          if (text.startsWith('\\ No newline')) return file !== undefined
          foreign = options.foreign?.test(text) ?? false
          file = undefined
          return false
        },
        end: close,
      }
    },
  }
}

/** False when the line cannot belong to the hunk, which is then broken off. */
function take(hunk: Hunk, text: string): boolean {
  const sign = text === '' ? ' ' : text[0]
  if (sign === '\\') return true
  if (sign !== ' ' && sign !== '-' && sign !== '+') return false
  if (sign !== ' ') {
    hunk.first ??= hunk.line
    if (hunk.text.length < MOST) hunk.text.push(...hunk.unchanged)
    hunk.unchanged = []
  }
  if (sign === ' ' && hunk.first !== undefined) hunk.unchanged.push(text.slice(1))
  if (sign === '+' && hunk.text.length < MOST) hunk.text.push(text.slice(1))
  if (sign !== '+') {
    hunk.line++
    hunk.old--
  }
  if (sign !== '-') hunk.new--
  if (sign !== ' ') hunk.end = hunk.line
  return true
}

function findingOf({ tool, kind, message }: { tool: string; kind: Kind; message: string }, file: string, { first = 1, end, text }: Hunk): Finding {
  const replacement = { line: first, column: 1, endLine: end, endColumn: 1, text: text.map(line => `${line}\n`).join('') }
  return {
    tool, kind, level: 'warning', message, file, line: first, ...(end - 1 > first ? { endLine: end - 1 } : {}),
    ...(text.length < MOST ? { fixes: [{ changes: [{ file, replacements: [replacement] }] }] } : {}),
  }
}
