import t from 'tap'
import { randomOf } from '../support/random.ts'
import { distinguishable } from './statistics.ts'

// The comparison that `npm run attack:timing` makes can tell, and does not tell what is not there.

const series = (seed: number, shift: number) => {
  const random = randomOf(seed)
  return Array.from({ length: 10_000 }, () => shift + random() + random() + random())
}

t.test('ranks of two series', async t => {
  t.notOk(distinguishable(series(1, 0), series(2, 0)).is, 'of one source')
  t.ok(distinguishable(series(1, 0.05), series(2, 0)).is, 'a twentieth of a spread later')
  t.ok(distinguishable(series(1, 0.05), series(2, 0)).z > 0)
  t.ok(distinguishable(series(1, 0), series(2, 0.05)).z < 0)
  t.same(distinguishable([1, 1, 1], [1, 1, 1]), { z: 0, is: false }, 'all equal')
  // Worked by hand: ranks of a are 1, 2, 4, their sum 7; the mean is 10.5, the variance 3 · 3 · 7 / 12.
  t.equal(distinguishable([1, 2, 4], [3, 5, 6]).z.toFixed(4), ((7 - 10.5) / Math.sqrt(5.25)).toFixed(4))
})
