import { agreement, blanked, likeness, type Lines } from './likeness.ts'
import { grouped, neighbours, type Pair } from './pairing.ts'
import { ruleOf, type Scene } from './scene.ts'
import { messageScore, type Leftover } from './track-placed.ts'

/** Lines above and below that are compared; of a line that is not the same any more, fewer count, lest good neighbours outweigh it. */
const around = 8
const aroundEdited = 4

/**
 * Finds findings again whose line was moved, indented or rewritten, or whose line git follows only on weak grounds.
 * Candidates share the rule and one thing more: the line's text, the hunk, or the line above or below. All of them
 * compete: a moved function's `return null` with the one that happens to stand where it was.
 */
export function trackMoved(scene: Scene, leftover: Leftover): void {
  const { old, now } = scene
  const text = (lines: Lines | undefined, line: number | undefined) => lines?.at(line ?? 0) || undefined
  const beside = (lines: Lines | undefined, line: number | undefined, step: -1 | 1) => lines?.beside(line ?? 0, step)?.text
  const hunk = (index: number) => leftover.expected.get(index)?.hunk || undefined
  const hunkNow = (index: number) => scene.places.origin(now.findings[index]!.file ?? '', now.findings[index]!.line ?? 0).hunk || undefined
  const seen = new Set<number>()
  const pairs: Pair[] = []
  const gather = (keyOfOld: (index: number) => string | undefined, keyOfNow: (index: number) => string | undefined) => {
    const ruled = (key: string | undefined, rule: string) => key === undefined ? undefined : `${rule}\0${key}`
    const olds = grouped(leftover.olds, index => ruled(keyOfOld(index), ruleOf(old.findings[index]!)))
    const nows = grouped(leftover.nows, index => ruled(keyOfNow(index), ruleOf(now.findings[index]!)))
    for (const [key, group] of olds) {
      for (const [a, b] of neighbours(group, nows.get(key) ?? [])) {
        const id = a * now.findings.length + b
        if (seen.has(id)) continue
        seen.add(id)
        const score = scoreOf(scene, leftover, a, b)
        if (score > 0) pairs.push({ old: a, now: b, score })
      }
    }
  }
  gather(index => text(scene.oldLines(index), old.findings[index]!.line), index => text(scene.nowLines(index), now.findings[index]!.line))
  gather(hunk, hunkNow)
  for (const step of [-1, 1] as const) {
    gather(index => beside(scene.oldLines(index), old.findings[index]!.line, step), index => beside(scene.nowLines(index), now.findings[index]!.line, step))
  }
  scene.pairing.joinBest(pairs)
}

/** How well two findings of one rule agree; 0 or less: not enough to be one. */
function scoreOf(scene: Scene, leftover: Leftover, a: number, b: number): number {
  const [before, after] = [scene.old.findings[a]!, scene.now.findings[b]!]
  const [left, right] = [scene.oldLines(a), scene.nowLines(b)]
  const [lineA, lineB] = [before.line ?? 0, after.line ?? 0]
  const [textA, textB] = [left?.at(lineA), right?.at(lineB)]
  const same = textA !== undefined && textA === textB
  const like = textA === undefined || textB === undefined ? 0 : likeness(textA, textB)
  const most = same ? around : aroundEdited
  const above = left && right ? agreement(left, lineA, right, lineB, -1, most) : 0
  const below = left && right ? agreement(left, lineA, right, lineB, 1, most) : 0
  const message = messageScore(scene, a, b)
  const place = leftover.expected.get(a)
  const here = place?.file === after.file
  const distance = here ? Math.abs((place?.line ?? 0) - lineB) : Infinity
  const stays = here && place !== undefined && place.run > 0 && distance === 0
  const inHunk = here && place !== undefined && place.hunk !== '' && place.hunk === scene.places.origin(after.file ?? '', lineB).hunk
  if (before.rule === undefined && message === 0 && likeness(blanked(before.message), blanked(after.message)) < 0.6) return 0
  if (!isEnough({ same, says: /\w/.test(textB ?? ''), like, context: above + below, both: above > 0 && below > 0, message, here, inHunk, stays })) return 0
  return (same ? 10 : 4 * like) + above + below + message / 2 + (stays ? 3 : 0) + (inHunk ? 2 : here ? 1 : 0)
    + 1 / (2 + distance) - Math.abs((before.column ?? 0) - (after.column ?? 0)) / 1e5
}

interface Evidence { same: boolean; says: boolean; like: number; context: number; both: boolean; message: number; here: boolean; inHunk: boolean; stays: boolean }

function isEnough({ same, says, like, context, both, message, here, inHunk, stays }: Evidence): boolean {
  if (stays) return true
  // A closing bracket has some neighbour in common with closing brackets anywhere.
  if (same) return here || context > (says ? 0 : 2)
  if (inHunk) return like >= 0.5 || both || (message > 2 && like >= 0.2)
  return like >= 0.5 && both || like >= 0.6 && context >= 2
}
