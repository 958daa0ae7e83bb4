import { blanked } from './likeness.ts'
import { grouped, type Pair } from './pairing.ts'
import type { Expected } from './place.ts'
import { isCode, open, ruleOf, type Scene } from './scene.ts'

/**
 * Unchanged lines in a row, from which on git's word alone is taken. Fewer, between changes, are often lines like `}` that stand
 * everywhere: what lies there is looked at again with the moved ones.
 */
const enough = 3

/** What git's word did not settle. */
export interface Leftover {
  olds: number[]
  nows: number[]
  expected: ReadonlyMap<number, Expected>
}

/** Joins findings of one rule whose line git followed; the rest of those lines is fixed, or new, for good. */
export function trackPlaced(scene: Scene): Leftover {
  const { old, now, places, pairing } = scene
  const expected = new Map<number, Expected>()
  const leftover: Leftover = { olds: [], nows: [], expected }
  const settled = grouped(open(old, () => true, isCode), index => {
    const { file = '', line = 1 } = old.findings[index]!
    const place = places.expected(file, line)
    if (place && place.run >= enough) return `${ruleOf(old.findings[index]!)}\0${place.file}\0${place.line}`
    if (place) expected.set(index, place)
    leftover.olds.push(index)
    return undefined
  })
  const present = grouped(open(now, () => true, isCode), index => {
    const { file = '', line = 1 } = now.findings[index]!
    if (places.origin(file, line).run >= enough) return `${ruleOf(now.findings[index]!)}\0${file}\0${line}`
    leftover.nows.push(index)
    return undefined
  })
  for (const [key, olds] of settled) {
    const nows = present.get(key)
    if (nows) pairing.joinBest(onOneLine(scene, olds, nows))
  }
  return leftover
}

/** Of one rule on one line, message and column tell them apart. Both others is another finding: a line's second unused name. */
function onOneLine(scene: Scene, olds: readonly number[], nows: readonly number[]): Pair[] {
  const pairs: Pair[] = []
  for (const [a, old] of olds.entries()) {
    for (const [b, now] of nows.entries()) {
      const score = messageScore(scene, old, now) + columnScore(scene, old, now)
      if (score > 0) pairs.push({ old, now, score: score - Math.abs(a - b) / 1000 })
    }
  }
  return pairs
}

export function messageScore({ old, now }: Scene, a: number, b: number): number {
  const [before, after] = [old.findings[a]!.message, now.findings[b]!.message]
  return before === after ? 4 : blanked(before) === blanked(after) ? 2 : 0
}

/** Columns count from the line's first word: indenting moves them all. Where one is not known, anything goes. */
function columnScore({ old, now, oldLines, nowLines }: Scene, a: number, b: number): number {
  const [before, after] = [old.findings[a]!, now.findings[b]!]
  if (before.column === undefined || after.column === undefined) return 1
  if (before.column === after.column) return 3
  const [left, right] = [oldLines(a), nowLines(b)]
  if (!left || !right || before.line === undefined || after.line === undefined) return 0
  return left.inner(before.line, before.column) === right.inner(after.line, after.column) ? 3 : 0
}
