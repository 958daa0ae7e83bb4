import { mock } from 'node:test'
import t, { type Test } from 'tap'
import { minutely } from '../../core/minutely.ts'

const [second, minute, hour] = [1_000, 60_000, 3_600_000]
const morning = Date.UTC(2026, 3, 29, 6, 0, 30)

/** Timers, and the clock on the wall that has nothing to do with them, in the test's hand, under the real node-cron. */
async function scene(t: Test, task: () => Promise<void> | void, failed: (error: unknown) => void = () => {}) {
  let [wall, elapsed] = [morning, 0]
  mock.timers.enable({ apis: ['setTimeout', 'setInterval'] })
  t.intercept(globalThis, 'Date', { value: class extends Date {
    constructor(...at: [] | [number]) { super(...at.length ? at : [wall] as const) }
    static override now() { return wall }
  } })
  const close = await minutely(task, failed, () => elapsed)
  t.teardown(async () => {
    await close()
    mock.timers.reset()
  })
  const settled = async () => { for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate) }
  await settled()
  return {
    close,
    /** Time goes by, a second after the other. */
    async wait(ms: number) {
      for (let gone = 0; gone < ms; gone += second) {
        elapsed += second
        wall += second
        mock.timers.tick(second)
        await settled()
      }
    },
    /** Somebody sets the clock, or the machine sleeps. */
    set(ms: number) { wall += ms },
  }
}

t.test('at once, and at the start of every minute', async t => {
  const calls: string[] = []
  const { wait } = await scene(t, () => { calls.push(new Date().toISOString().slice(11, 19)) })
  await wait(2 * minute)
  t.same(calls, ['06:00:30', '06:01:00', '06:02:00'])
})

for (const [name, ms] of [['set back by a day', -24 * hour], ['set back by half a minute', -30 * second], ['set on by an hour', hour]] as const) {
  t.test(`a clock that is ${name} delays nothing`, async t => {
    let calls = 0
    const { wait, set } = await scene(t, () => { calls++ })
    await wait(10 * second)
    set(ms)
    await wait(5 * second)
    t.equal(calls, 2, 'at once')
    await wait(2 * minute)
    t.equal(calls, 4, 'and every minute by the new time')
  })
}

t.test('a call that is still at work swallows the next, is waited for, and may fail', async t => {
  let calls = 0
  let end = () => {}
  const faults: unknown[] = []
  const { close, wait } = await scene(t, () => {
    calls++
    return new Promise((_, reject) => { end = () => reject(new Error('no')) })
  }, error => faults.push(error))
  await wait(minute)
  t.equal(calls, 1)
  end()
  await wait(minute)
  t.match(faults, [{ message: 'no' }])
  t.equal(calls, 2)
  const closed = close()
  end()
  await closed
  t.equal(faults.length, 2)
  await wait(2 * minute)
  t.equal(calls, 2)
})
