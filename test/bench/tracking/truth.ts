import { execFileSync } from 'node:child_process'
import type { Finding } from '../../../core/contract.ts'
import { grouped } from '../../../core/findings/pairing.ts'
import type { Snapshot } from './snapshot.ts'

/** What is known for certain of a present finding: the old ones it may be (of one rule on one line), or that it is new. */
export interface Certain {
  /** Indices of old findings; empty: it is new. */
  olds: readonly number[]
  /** Its line, or the line's text, is another one than before. */
  moved: boolean
}

/** By the present finding's index; undefined where nothing is certain. */
export type Truth = readonly (Certain | undefined)[]

/** Where a line of the present text comes from; undefined for one that was not there. */
export type Origins = ReadonlyMap<string, readonly (Origin | undefined)[]>
export interface Origin { file: string; line: number; edited?: boolean }

const rule = (one: Finding) => `${one.tool}\0${one.rule ?? ''}`

/** From known origins, line by line. More findings of a rule on a line than before: which is the new one, nobody knows. */
export function truthOf(old: Snapshot, now: Snapshot, origins: Origins): Truth {
  const key = (one: Finding, file: string, line: number) => `${rule(one)}\0${file}\0${line}`
  const olds = grouped(old.findings.keys(), index => key(old.findings[index]!, old.findings[index]!.file ?? '', old.findings[index]!.line ?? 0))
  const sources = now.findings.map(one => origins.get(one.file ?? '')?.[(one.line ?? 0) - 1])
  const nows = grouped(now.findings.keys(), index => {
    const from = sources[index]
    return from && key(now.findings[index]!, from.file, from.line)
  })
  return now.findings.map((one, index) => {
    const from = sources[index]
    if (!from) return { olds: [], moved: false }
    const group = key(one, from.file, from.line)
    const candidates = olds.get(group) ?? []
    if (candidates.length === 0) return { olds: [], moved: false }
    if ((nows.get(group)?.length ?? 0) > candidates.length) return undefined
    // Several of one rule on an unedited line are told apart by what they say.
    const alike = from.edited ? candidates : candidates.filter(each => old.findings[each]!.message === one.message)
    return { olds: alike.length > 0 ? alike : candidates, moved: from.file !== one.file || from.line !== one.line || from.edited === true }
  })
}

/**
 * Origins by git: a line that the commit did not touch is the line it was. A finding on an added line is new for certain where
 * no finding of its rule was on a line deleted from the file, nor on a deleted line of that text anywhere.
 */
export function truthOfDiff(repository: string, old: Snapshot, now: Snapshot): Truth {
  const { origins, hunks, pairs } = originsByDiff(repository, old, now)
  const gone = new Set<string>()
  for (const one of old.findings) {
    const { file = '', line = 1 } = one
    const to = pairs.get(file)
    const deleted = to === null || hunks.get(file)?.some(hunk => line >= hunk.oldStart && line < hunk.oldStart + hunk.oldCount)
    if (!deleted) continue
    gone.add(`${rule(one)}\0${(old.files.get(file)?.[line - 1] ?? '').trim()}`)
    gone.add(`${rule(one)}\0in ${to ?? file}`)
  }
  return truthOf(old, now, origins).map((certain, index) => {
    const one = now.findings[index]!
    const { file = '', line = 1 } = one
    const text = (now.files.get(file)?.[line - 1] ?? '').trim()
    const added = !origins.get(file)?.[line - 1]
    return added && (gone.has(`${rule(one)}\0${text}`) || gone.has(`${rule(one)}\0in ${file}`)) ? undefined : certain
  })
}

interface Hunk { oldStart: number; oldCount: number; newStart: number; newCount: number }

/** Read from git's text for people, not from what the tracker reads. `pairs`: old path → new one, null where it is gone. */
function originsByDiff(repository: string, old: Snapshot, now: Snapshot): { origins: Origins; hunks: Map<string, Hunk[]>; pairs: Map<string, string | null> } {
  const text = execFileSync('git', ['-C', repository, '-c', 'core.quotePath=false', 'diff', '-M', '-U0', '--no-color', '--no-ext-diff', old.sha, now.sha], { encoding: 'utf8', maxBuffer: 2 ** 30 })
  const pairs = new Map<string, string | null>()
  const hunks = new Map<string, Hunk[]>()
  for (const section of text.split(/^(?=diff --git )/m)) {
    const from = /^(?:--- a\/|rename from )(.+)$/m.exec(section)?.[1]
    const to = /^(?:\+\+\+ b\/|rename to )(.+)$/m.exec(section)?.[1]
    if (from === undefined) continue
    pairs.set(from, to ?? null)
    hunks.set(from, [...section.matchAll(/^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/gm)].map(found => ({
      oldStart: Number(found[1]), oldCount: Number(found[2] ?? 1), newStart: Number(found[3]), newCount: Number(found[4] ?? 1),
    })))
  }
  const sources = new Map([...pairs].flatMap(([from, to]) => to === null ? [] : [[to, from] as const]))
  const origins = new Map([...now.files].map(([path, lines]) => {
    const from = sources.get(path) ?? (old.files.has(path) && !pairs.has(path) ? path : undefined)
    return [path, from === undefined ? [] : unchanged(from, lines.length, hunks.get(from) ?? [])] as const
  }))
  return { origins, hunks, pairs }
}

function unchanged(file: string, count: number, hunks: readonly Hunk[]): (Origin | undefined)[] {
  const lines: (Origin | undefined)[] = []
  let line = 1
  let shift = 0
  for (const hunk of [...hunks, { oldStart: Infinity, oldCount: 1, newStart: Infinity, newCount: 1 }]) {
    const first = hunk.newCount === 0 ? hunk.newStart + 1 : hunk.newStart
    for (; line < first && line <= count; line++) lines[line - 1] = { file, line: line + shift }
    line += hunk.newCount
    shift += hunk.oldCount - hunk.newCount
  }
  return lines
}
