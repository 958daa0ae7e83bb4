import type { Changes } from '../run/diff.ts'
import { blanked, Lines } from './likeness.ts'
import { Pairing } from './pairing.ts'
import { placesOf } from './place.ts'
import { isLineless, isTest, joinByKey, ruleOf, type Scene, type Side, type Trackable } from './scene.ts'
import { trackAdvisories } from './track-advisories.ts'
import { trackMoved } from './track-moved.ts'
import { trackPlaced } from './track-placed.ts'

/**
 * Which finding of an earlier commit each present one is: `partners[now]` is an index of `old`, -1 for a new one. The rule (and
 * tool) is part of every key, each old one is given away once, and within a step the best pair goes first.
 *
 * Advisories and tests have names of their own. A finding in code is looked for where git says that its line is now; then among
 * all lines that the commit touched, by text, surroundings, message and distance. A finding without a line has its message.
 */
export function track(old: Side, now: Side, changes: Changes | undefined): Int32Array {
  const pairing = new Pairing(old.findings.length, now.findings.length)
  const scene: Scene = { old, now, places: placesOf(changes), pairing, oldLines: linesOf(old), nowLines: linesOf(now) }
  trackAdvisories(scene)
  trackTests(scene)
  trackMoved(scene, trackPlaced(scene))
  trackLineless(scene)
  return pairing.partners
}

/** A test is its name; of several that share one, those of the same file belong together. */
function trackTests(scene: Scene): void {
  joinByKey(scene, isTest, one => `${ruleOf(one)}\0${one.file ?? ''}`)
  joinByKey(scene, isTest, ruleOf)
}

/** Without a line there is the message; where the tool names a rule, that will do. */
function trackLineless(scene: Scene): void {
  const moved = (file: string | undefined) => file === undefined ? '' : scene.places.expected(file, 1)?.file
  const key = (one: Trackable, file: string | undefined, message: string) => file === undefined ? undefined : `${ruleOf(one)}\0${file}\0${message}`
  for (const said of [(one: Trackable) => one.message, (one: Trackable) => blanked(one.message)]) {
    joinByKey(scene, isLineless, one => key(one, moved(one.file), said(one)), one => key(one, one.file ?? '', said(one)))
  }
  const ruled = (one: Trackable) => isLineless(one) && one.rule !== undefined
  joinByKey(scene, ruled, one => key(one, moved(one.file), ''), one => key(one, one.file ?? '', ''))
}

/** One reader per text, however many findings lie in it; asked for once per finding. */
function linesOf(side: Side): (index: number) => Lines | undefined {
  const byText = new WeakMap<readonly string[], Lines>()
  const byIndex: (Lines | null)[] = []
  const read = (index: number) => {
    const excerpt = side.excerpt(index)
    if (!excerpt) return null
    const lines = byText.get(excerpt.lines) ?? new Lines(excerpt)
    byText.set(excerpt.lines, lines)
    return lines
  }
  return index => (byIndex[index] ??= read(index)) ?? undefined
}
