import t from 'tap'
import { crash } from './crash.ts'
import { testdir } from '../support/temporary.ts'

t.setTimeout(120_000)

t.test('kill -9 at random moments under load, five times', async t => {
  const seed = Date.now() % 1e6
  const { jobs, orphaned, beside, upgradesUndone, slowestStartMs, slowestRecoveryMs, faults } = await crash(t, testdir(t), { rounds: 5, seed })
  t.comment(`seed ${seed}: ${jobs} jobs, ${orphaned} orphaned, slowest start ${slowestStartMs.toFixed(0)} ms, slowest recovery ${slowestRecoveryMs} ms`)
  t.comment(`${beside.join('; ')}; upgrades that had to be done again: ${upgradesUndone}`)
  t.same(faults, [])
  t.ok(jobs >= 5 * 6 && orphaned > 0, 'there was load')
})
