import { setTimeout } from 'node:timers/promises'
import t from 'tap'
import { lookoutOf, type LookoutParts } from '../../core/lookout.ts'
import { quietLogger } from '../../core/logger.ts'

// An alarm keeps no process alive.
const alive = setInterval(() => {}, 60_000)
t.teardown(() => clearInterval(alive))

function scene(look: LookoutParts['look'], { retryMs = 1, stop = new AbortController() } = {}) {
  const said: string[] = []
  const log = { ...quietLogger, error: (message: string, fields?: Record<string, unknown>) => { said.push(`${message}: ${String(fields?.message)}`) } }
  return { said, stop, lookout: lookoutOf({ look, fault: 'not looked at', retryMs, log, signal: stop.signal }) }
}

t.test('it looks when it is woken, and again when something may be due', async t => {
  let looks = 0
  await new Promise<void>(resolve => {
    const { lookout } = scene(() => {
      if (++looks < 3) return 1
      resolve()
      return undefined
    })
    lookout.wake()
    t.equal(looks, 1, 'at once')
  })
  t.equal(looks, 3)
})

t.test('what a look throws is logged, and it looks again later', async t => {
  let looks = 0
  const said = await new Promise<string[]>(resolve => {
    const { lookout, said } = scene(() => {
      if (++looks < 3) throw new Error('the ledger is busy')
      resolve(said)
      return undefined
    })
    t.doesNotThrow(() => lookout.wake())
  })
  t.same(said, ['not looked at: the ledger is busy', 'not looked at: the ledger is busy'])
})

t.test('however often it is woken, by its own look too, there is one alarm', async t => {
  let looks = 0
  const { lookout } = scene(() => {
    looks++
    if (looks === 1) lookout.wake()
    return looks < 6 ? 1 : undefined
  })
  for (let times = 0; times < 4; times++) lookout.wake()
  t.equal(looks, 5)
  // Timers of one length end in the order in which they were begun: whatever was begun before has ended then.
  await setTimeout(1)
  await setTimeout(1)
  t.equal(looks, 6)
})

t.test('once it is closed, or the farm stops, nothing is looked at', t => {
  let looks = 0
  const closed = scene(() => { looks++; return 1 })
  closed.lookout.close()
  closed.lookout.wake()
  const stopped = scene(() => { looks++; return 1 })
  stopped.stop.abort()
  stopped.lookout.wake()
  t.equal(looks, 0)
  t.end()
})
