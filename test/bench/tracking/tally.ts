import type { Snapshot } from './snapshot.ts'
import type { Truth } from './truth.ts'

/** How often a tracker was right and wrong, of the findings where the truth is certain. */
export interface Tally { moved: number; movedCalledNew: number; stayed: number; stayedCalledNew: number; fresh: number; newMissed: number; wrongPartner: number }

export const emptyTally = (): Tally => ({ moved: 0, movedCalledNew: 0, stayed: 0, stayedCalledNew: 0, fresh: 0, newMissed: 0, wrongPartner: 0 })

export function count(tally: Tally, truth: Truth, partners: Int32Array): void {
  truth.forEach((certain, index) => {
    if (!certain) return
    const partner = partners[index] ?? -1
    if (certain.olds.length === 0) {
      tally.fresh++
      if (partner !== -1) tally.newMissed++
      return
    }
    tally[certain.moved ? 'moved' : 'stayed']++
    if (partner === -1) tally[certain.moved ? 'movedCalledNew' : 'stayedCalledNew']++
    else if (!certain.olds.includes(partner)) tally.wrongPartner++
  })
}

export function sum(tallies: readonly Tally[]): Tally {
  const all = emptyTally()
  for (const tally of tallies) for (const key of Object.keys(all) as (keyof Tally)[]) all[key] += tally[key]
  return all
}

/** Every mistake of a tracker: what it gave, and what would have been right. */
export function explain(old: Snapshot, now: Snapshot, truth: Truth, partners: Int32Array): void {
  const show = ({ findings, files }: Snapshot, index: number | undefined) => {
    const one = index === undefined ? undefined : findings[index]
    return one ? `${one.file}:${one.line}:${one.column} ${one.message.slice(0, 80)} | ${files.get(one.file ?? '')?.[(one.line ?? 1) - 1]?.trim().slice(0, 90)}` : 'new'
  }
  truth.forEach((certain, index) => {
    const partner = partners[index] ?? -1
    if (!certain || (certain.olds.length === 0 ? partner === -1 : certain.olds.includes(partner))) return
    console.log(`${now.findings[index]?.rule}\n  now ${show(now, index)}\n  got ${show(old, partner)}\n  is  ${show(old, certain.olds[0])}`)
  })
}

const percent = (part: number, whole: number) => whole === 0 ? '–' : `${(100 * part / whole).toFixed(2)} %`

export function printTallies(title: string, tallies: ReadonlyMap<string, Tally>): void {
  const [first] = tallies.values()
  if (!first) return
  console.log(`\n${title}: ${first.moved} moved, ${first.stayed} in place, ${first.fresh} new`)
  const rows = [['', 'moved called new', 'new missed', 'wrong partner', 'in place called new']]
  for (const [name, tally] of tallies) {
    rows.push([name, `${percent(tally.movedCalledNew, tally.moved)} (${tally.movedCalledNew})`, `${percent(tally.newMissed, tally.fresh)} (${tally.newMissed})`, String(tally.wrongPartner), String(tally.stayedCalledNew)])
  }
  const widths = rows[0]!.map((_, at) => Math.max(...rows.map(row => row[at]?.length ?? 0)))
  for (const row of rows) console.log(`  ${row.map((cell, at) => at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)).join('  ')}`)
}
