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
