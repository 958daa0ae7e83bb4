/** A guess that two are one, and how good it is: the higher, the better. */
export interface Pair { old: number; now: number; score: number }

/** Who is whose: `partners[now]` is the old one's index, -1 where there is none. */
export class Pairing {
  readonly partners: Int32Array
  readonly #given: Uint8Array

  constructor(olds: number, nows: number) {
    this.partners = new Int32Array(nows).fill(-1)
    this.#given = new Uint8Array(olds)
  }

  isFree({ old, now }: { old: number; now: number }): boolean {
    return !this.#given[old] && this.partners[now] === -1
  }

  given(old: number): boolean { return this.#given[old] === 1 }
  taken(now: number): boolean { return this.partners[now] !== -1 }

  join(old: number, now: number): void {
    this.#given[old] = 1
    this.partners[now] = old
  }

  /** Best pair first, over all of them; each old one is given away once. */
  joinBest(pairs: Pair[]): void {
    pairs.sort((a, b) => b.score - a.score || a.old - b.old || a.now - b.now)
    for (const pair of pairs) if (this.isFree(pair)) this.join(pair.old, pair.now)
  }
}

/** Indices by key, in order. */
export function grouped(indices: Iterable<number>, keyOf: (index: number) => string | undefined): Map<string, number[]> {
  const groups = new Map<string, number[]>()
  for (const index of indices) {
    const key = keyOf(index)
    if (key === undefined) continue
    const group = groups.get(key)
    if (group) group.push(index)
    else groups.set(key, [index])
  }
  return groups
}

const widest = 48

/**
 * All pairs of two lists, or, where that would be many, of those near each other in order: two thousand alike in one
 * file are told apart by little else.
 */
export function* neighbours(olds: readonly number[], nows: readonly number[]): Generator<readonly [number, number]> {
  if (olds.length * nows.length <= widest * widest) {
    for (const old of olds) for (const now of nows) yield [old, now]
    return
  }
  for (const [at, old] of olds.entries()) {
    const middle = Math.round(at * nows.length / olds.length)
    for (let near = Math.max(0, middle - widest / 2); near < Math.min(nows.length, middle + widest / 2); near++) yield [old, nows[near]!]
  }
}
