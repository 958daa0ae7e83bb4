const outcomes = ['right', 'wrong', 'refused'] as const
export type Outcome = (typeof outcomes)[number]
const rungs = ['strict', 'recounted', 'replaced', 'flexible', 'files'] as const

/** Answers of one kind: what became of them, by which rung of the ladder, and what git alone makes of them. */
export interface Tally extends Record<Outcome, number> { git: Record<Outcome, number>; rungs: Map<string, number>; wrongBy: Map<string, number> }

const none = () => ({ right: 0, wrong: 0, refused: 0 })
export const emptyTally = (): Tally => ({ ...none(), git: none(), rungs: new Map(), wrongBy: new Map() })

export function add(tally: Tally, { outcome, how, git }: { outcome: Outcome; how: string | undefined; git: Outcome }): void {
  tally[outcome]++
  tally.git[git]++
  if (how !== undefined) tally.rungs.set(how, (tally.rungs.get(how) ?? 0) + 1)
  if (how !== undefined && outcome === 'wrong') tally.wrongBy.set(how, (tally.wrongBy.get(how) ?? 0) + 1)
}

export function sumOf(tallies: ReadonlyMap<string, Tally>): Tally {
  const sum = emptyTally()
  for (const one of tallies.values()) {
    for (const name of outcomes) { sum[name] += one[name]; sum.git[name] += one.git[name] }
    for (const [how, count] of one.rungs) sum.rungs.set(how, (sum.rungs.get(how) ?? 0) + count)
    for (const [how, count] of one.wrongBy) sum.wrongBy.set(how, (sum.wrongBy.get(how) ?? 0) + count)
  }
  return sum
}

const percent = (part: number, whole: number) => `${(100 * part / Math.max(1, whole)).toFixed(1)} %`.padStart(9)

/** A line for each kind of answer: per cent, the rungs that took them, and what `git apply` gets right without them. */
export function printTallies(tallies: ReadonlyMap<string, Tally>, changes: number): void {
  const line = (name: string, tally: Tally) => {
    const whole = tally.right + tally.wrong + tally.refused
    const cells = [...outcomes.map(one => percent(tally[one], whole)), percent(tally.git.right, whole), percent(tally.git.wrong, whole)]
    console.log(`${name.padEnd(34)}${cells.join('')}  ${rungs.flatMap(how => tally.rungs.has(how) ? `${how} ${tally.rungs.get(how)}${tally.wrongBy.has(how) ? ` (${tally.wrongBy.get(how)} wrong)` : ''}` : []).join(', ')}`)
  }
  console.log(`${`${changes} changes`.padEnd(34)}    right    wrong  refused git right git wrong  by which rung`)
  for (const [name, tally] of tallies) line(name, tally)
  const sum = sumOf(tallies)
  line(`all, ${sum.right + sum.wrong + sum.refused} answers`, sum)
}
