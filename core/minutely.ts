import type { Close } from './service.ts'

const minute = 60_000

/** What tells the time, in milliseconds since 1970, and how something is done later; answers how that is called off. */
export interface Clock {
  now(): number
  later(task: () => void, ms: number): () => void
}

/** Its timers keep no process alive. */
const clockOfMachine: Clock = {
  now: Date.now,
  later(task, ms) {
    const timer = setTimeout(task, ms).unref()
    return () => clearTimeout(timer)
  },
}

/**
 * Calls a task at once and at the start of every minute; a call that is still at work swallows the next. It never waits longer than a minute by the machine's own
 * count, wherever the clock on the wall is set meanwhile, and makes up for nothing: a machine that slept for a weekend is called once.
 */
export function minutely(task: () => Promise<void> | void, failed: (error: unknown) => void, { now, later }: Clock = clockOfMachine): Close {
  let working: Promise<void> | undefined
  let callOff = () => {}
  const call = () => {
    working ??= (async () => task())().catch(failed).finally(() => { working = undefined })
  }
  const arm = () => {
    callOff = later(() => {
      arm()
      call()
    }, minute - now() % minute)
  }
  arm()
  const first = setImmediate(call)
  return async () => {
    clearImmediate(first)
    callOff()
    await working
  }
}
