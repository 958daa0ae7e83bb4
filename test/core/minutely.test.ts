import t from 'tap'
import { minutely } from '../../core/minutely.ts'

const minute = 60_000
const morning = Date.UTC(2026, 3, 29, 6)

/** A clock in the test's hand: what would be done later waits in `next`. */
function scene(task: () => Promise<void> | void, failed: (error: unknown) => void = () => {}) {
  const clock = { now: morning, waits: [] as number[], next: undefined as (() => void) | undefined }
  const close = minutely(task, failed, {
    now: () => clock.now,
    later(next, ms) {
      clock.waits.push(ms)
      clock.next = next
      return () => { clock.next = undefined }
    },
  })
  const wake = async (at: number) => {
    clock.now = at
    clock.next?.()
    await new Promise(setImmediate)
  }
  return { clock, close, wake }
}

t.test('at once, and at the start of every minute', async t => {
  let calls = 0
  const { clock, close, wake } = scene(() => { calls++ })
  await new Promise(setImmediate)
  t.equal(calls, 1)
  await wake(morning + minute + 20)
  await wake(morning + 2 * minute + 30)
  t.equal(calls, 3)
  t.same(clock.waits, [minute, minute - 20, minute - 30])
  await close()
  t.equal(clock.next, undefined)
})

t.test('a clock that is set back by a day delays nothing', async t => {
  let calls = 0
  const { clock, close, wake } = scene(() => { calls++ })
  await new Promise(setImmediate)
  await wake(morning - 24 * 60 * minute + 15_000)
  t.equal(calls, 2)
  t.equal(clock.waits.at(-1), 45_000)
  await close()
})

t.test('a machine that slept for three months is called once', async t => {
  let calls = 0
  const { clock, close, wake } = scene(() => { calls++ })
  await new Promise(setImmediate)
  await wake(morning + 90 * 24 * 60 * minute)
  t.equal(calls, 2)
  t.equal(clock.waits.length, 2)
  await close()
})

t.test('a call that is still at work swallows the next, is waited for, and may fail', async t => {
  let calls = 0
  let end = () => {}
  const faults: unknown[] = []
  const { close, wake } = scene(() => {
    calls++
    return new Promise((_, reject) => { end = () => reject(new Error('no')) })
  }, error => faults.push(error))
  await new Promise(setImmediate)
  await wake(morning + minute)
  t.equal(calls, 1)
  end()
  await new Promise(setImmediate)
  t.match(faults, [{ message: 'no' }])
  await wake(morning + 2 * minute)
  t.equal(calls, 2)
  const closed = close()
  end()
  await closed
  t.equal(faults.length, 2)
})

t.test('what is closed at once is never called', async t => {
  let calls = 0
  await scene(() => { calls++ }).close()
  await new Promise(setImmediate)
  t.equal(calls, 0)
})
