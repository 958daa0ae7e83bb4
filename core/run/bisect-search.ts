import type { Answer, Step } from '../ledger/bisects.ts'

/** What is known of a commit; undefined: ask (again). */
export type Known = 'good' | 'bad' | 'skip' | undefined

/** Where a search stands. `first`: the first bad commit; `suspects`: commits before it that nobody can tell about. */
export type Standing = { open: readonly number[]; low: number; high: number } | { first: number; suspects: readonly number[] }

/**
 * Commits from the oldest to the newest, of which the last is bad and what is before the first is good. Where answers contradict each other, the last
 * change from good to bad is the one that is looked for.
 */
export function standingOf(known: readonly Known[]): Standing {
  const low = known.lastIndexOf('good')
  const bad = known.indexOf('bad', low + 1)
  const high = bad < 0 ? known.length - 1 : bad
  const between = Array.from({ length: Math.max(0, high - low - 1) }, (_, at) => low + 1 + at)
  const open = between.filter(index => known[index] === undefined)
  return open.length ? { open, low, high } : { first: high, suspects: between }
}

/** As many as there are workers, so that they cut what is open into even parts. */
export function cuts(open: readonly number[], workers: number): number[] {
  const count = Math.min(Math.max(1, workers), open.length)
  return [...new Set(Array.from({ length: count }, (_, at) => open[Math.floor((at + 1) * open.length / (count + 1))] ?? open[0] ?? 0))]
}

const mostLost = 2
const provenGood = 3

/** What all answers about one commit come to. A flaky test must pass three times before a commit is without its fault. */
export function knownOf(answers: readonly (Answer | null)[], flaky: boolean): Known {
  const count = (answer: Answer) => answers.filter(one => one === answer).length
  if (count('bad')) return 'bad'
  if (count('skip') || count('lost') >= mostLost) return 'skip'
  return count('good') >= (flaky ? provenGood : 1) ? 'good' : undefined
}

/** By commit. */
export function answersBySha(steps: readonly Step[]): Map<string, (Answer | null)[]> {
  const found = new Map<string, (Answer | null)[]>()
  for (const { sha, answer } of steps) found.set(sha, [...found.get(sha) ?? [], answer])
  return found
}
