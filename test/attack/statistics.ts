export interface Verdict {
  /** How many standard deviations the sum of ranks is from what chance makes of it. */
  z: number
  is: boolean
}

/** Chance alone goes beyond it once in ten thousand comparisons. */
const critical = 3.89

/** Whether two series come from different sources: the test of Mann and Whitney, two-sided, with its normal approximation and a correction for ties. */
export function distinguishable(a: readonly number[], b: readonly number[]): Verdict {
  const all = [...a.map(value => ({ value, isA: true })), ...b.map(value => ({ value, isA: false }))].toSorted((x, y) => x.value - y.value)
  let rankSum = 0
  let ties = 0
  for (let at = 0; at < all.length;) {
    let end = at
    while (end < all.length && all[end]!.value === all[at]!.value) end++
    const same = end - at
    ties += same ** 3 - same
    // Equal values share the mean of their ranks, which begin at 1.
    rankSum += all.slice(at, end).filter(one => one.isA).length * (at + end + 1) / 2
    at = end
  }
  const [n, m] = [a.length, b.length]
  const total = n + m
  const spread = Math.sqrt(n * m / 12 * (total + 1 - ties / (total * (total - 1))))
  const z = spread === 0 ? 0 : (rankSum - n * (total + 1) / 2) / spread
  return { z, is: Math.abs(z) > critical }
}
