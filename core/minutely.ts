import type { Close } from './service.ts'

/** A clock that differs by so many milliseconds from the machine's own count has been set; how often that is looked at. */
const [stepMs, lookMs] = [2_000, 5_000]

/**
 * Calls a task at once and at the start of every minute; a call that is still at work swallows the next. node-cron waits for the minute that it expects: a clock that is
 * set back by a day would silence it for a day, and after a machine's sleep it would count every minute of it. Where the clock on the wall is set, it begins anew, and the
 * task is called. `elapsed`: milliseconds by the machine's own count, from whenever.
 */
export async function minutely(task: () => Promise<void> | void, failed: (error: unknown) => void, elapsed = () => performance.now()): Promise<Close> {
  const { schedule } = await import('node-cron')
  let working: Promise<void> | undefined
  const call = () => {
    working ??= (async () => task())().catch(failed).finally(() => { working = undefined })
  }
  // Calls that come late are no news: what is due is worked out from the ledger.
  const begin = () => schedule('* * * * *', call, { unref: true, suppressMissedWarning: true })
  const lead = () => Date.now() - elapsed()
  let clock = begin()
  let before = lead()
  const look = setInterval(() => {
    const now = lead()
    const isSet = Math.abs(now - before) > stepMs
    before = now
    if (!isSet) return
    void clock.destroy()
    clock = begin()
    call()
  }, lookMs).unref()
  setImmediate(call)
  return async () => {
    clearInterval(look)
    await clock.destroy()
    await working
  }
}
