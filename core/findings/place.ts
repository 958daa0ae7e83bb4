import type { Changes, Hunk } from '../run/diff.ts'

/** Where a line of the old commit is in the new one. */
export interface Expected {
  file: string
  /** Of a line that was deleted or rewritten: where it would be. */
  line: number
  /** How many lines in a row, this one among them, did not change; 0 where it did. Infinity in a file without any change. */
  run: number
  /** The hunk that took it away, '' where it is unchanged. */
  hunk: string
}

/** The other way: whether a line of the new commit was in the old one, and in how long a run. */
export interface Origin { run: number; hunk: string }

export interface Places {
  /** Undefined where the file is gone. */
  expected(file: string, line: number): Expected | undefined
  origin(file: string, line: number): Origin
}

/** Without changes nothing is known to be where it was: every line counts as rewritten in place. */
export function placesOf(changes: Changes | undefined): Places {
  if (!changes) return { expected: (file, line) => ({ file, line, run: 0, hunk: '' }), origin: () => ({ run: 0, hunk: '' }) }
  const sources = new Map([...changes.files].flatMap(([from, { to, hunks }]) => to === undefined ? [] : [[to, { from, hunks: hunks.map(turned) }] as const]))
  return {
    expected(file, line) {
      const change = changes.files.get(file)
      if (!change) return { file, line, run: Infinity, hunk: '' }
      if (change.to === undefined) return undefined
      const { hunk, ...place } = across(change.hunks, line)
      return { file: change.to, ...place, hunk: hunk < 0 ? '' : `${hunk}\0${change.to}` }
    },
    origin(file, line) {
      if (changes.added.has(file)) return { run: 0, hunk: '' }
      const source = sources.get(file)
      if (!source) return { run: changes.files.has(file) ? 0 : Infinity, hunk: '' }
      const { run, hunk } = across(source.hunks, line)
      return { run, hunk: hunk < 0 ? '' : `${hunk}\0${file}` }
    },
  }
}

function turned({ oldStart, oldCount, newStart, newCount }: Hunk): Hunk {
  return { oldStart: newStart, oldCount: newCount, newStart: oldStart, newCount: oldCount }
}

/** The first line behind a side of a hunk. An empty side names the line before it. */
const behind = (start: number, count: number) => count === 0 ? start + 1 : start + count
const first = (start: number, count: number) => count === 0 ? start + 1 : start

function across(hunks: readonly Hunk[], line: number): { line: number; run: number; hunk: number } {
  const at = lastBefore(hunks, line)
  const hunk = hunks[at]
  if (hunk && line < behind(hunk.oldStart, hunk.oldCount)) {
    const into = Math.min(line - hunk.oldStart, Math.max(0, hunk.newCount - 1))
    return { line: first(hunk.newStart, hunk.newCount) + into, run: 0, hunk: at }
  }
  const next = hunks[at + 1]
  const from = hunk ? behind(hunk.oldStart, hunk.oldCount) : 1
  const until = next ? first(next.oldStart, next.oldCount) : Infinity
  return { line: hunk ? line - from + behind(hunk.newStart, hunk.newCount) : line, run: until - from, hunk: -1 }
}

/** The index of the last hunk that begins at or before the line, -1 where there is none. */
function lastBefore(hunks: readonly Hunk[], line: number): number {
  let low = 0
  let high = hunks.length
  while (low < high) {
    const middle = (low + high) >> 1
    const hunk = hunks[middle]
    if (hunk && first(hunk.oldStart, hunk.oldCount) <= line) low = middle + 1
    else high = middle
  }
  return low - 1
}
