import t from 'tap'
import { quantile } from '../bench/measure.ts'
import { soak } from './soak.ts'
import { temporary } from '../support/temporary.ts'

t.setTimeout(120_000)

t.test('64 clients that read, write, follow, ask over MCP, read slowly and fall silent: no answer is a fault', async t => {
  const root = temporary(t)
  const { ms, faults, memory, loopP99Ms, jobsEnded, notPassed } = await soak(root, { seconds: 5 })
  t.comment(`${ms.length} answers, p99 ${quantile(ms, 0.99).toFixed(0)} ms, event loop late p99 ${loopP99Ms.toFixed(0)} ms, at most ${Math.max(...memory).toFixed(0)} MiB, ${jobsEnded} jobs`)
  t.same(faults, [])
  t.equal(notPassed, 0)
  t.ok(ms.length > 100 && jobsEnded > 3, 'there was load')
  t.ok(loopP99Ms >= 0, 'the loop was measured')
})
