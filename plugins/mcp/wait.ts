import type { Call } from './tool.ts'

const beatMs = 10_000

/**
 * Waits for a run or job to end, for `seconds` at most, or until nobody waits any more; the work itself goes on. Tells of its progress on each
 * change and every 10 seconds. True when it has ended.
 */
export async function waitFor(call: Call, ids: { run?: string; job?: string }, seconds: number): Promise<boolean> {
  const id = ids.run ?? ids.job ?? ''
  if (isEnded(call, ids)) return true
  if (seconds === 0 || call.signal.aborted) return false
  const tell = () => {
    // Of what is gone there is nothing to tell: it is the answer that says so. Thrown here, it would end the farm.
    try { call.progress?.(summary(call, ids)) } catch { /* said in the answer */ }
  }
  const forget = call.progress ? call.farm.watch(change => { if (change.id === id || ids.run !== undefined) tell() }) : () => {}
  const beat = call.progress ? setInterval(tell, beatMs) : undefined
  const enough = AbortSignal.any([call.signal, AbortSignal.timeout(seconds * 1000)])
  try {
    await call.farm.ended(id, enough)
  } catch (error) {
    if (!enough.aborted) throw error
  } finally {
    clearInterval(beat)
    forget()
  }
  return isEnded(call, ids)
}

const ended = (status: string) => status !== 'queued' && status !== 'running'

function isEnded({ farm, caller }: Call, { run, job }: { run?: string; job?: string }): boolean {
  return run !== undefined ? ended(farm.run(caller, run).run.status) : ended(farm.job(caller, job ?? '').status)
}

function summary({ farm, caller }: Call, { run, job }: { run?: string; job?: string }): string {
  if (run === undefined) return `job ${farm.job(caller, job ?? '').status}`
  const { jobs, run: { status } } = farm.run(caller, run)
  return jobs.length ? `${jobs.filter(one => ended(one.status)).length} of ${jobs.length} jobs ended` : `run ${status}`
}

/** Runs what waits, and tells of its progress on each change and every 10 seconds, where somebody wants to hear of it. */
export async function beating<State, Result>(progress: Call['progress'], first: State, words: (state: State) => string, wait: (changed: (state: State) => void) => Promise<Result>): Promise<Result> {
  if (!progress) return wait(() => {})
  let last = words(first)
  const beat = setInterval(() => progress(last), beatMs)
  try {
    return await wait(state => {
      const now = words(state)
      if (now !== last) progress(last = now)
    })
  } finally { clearInterval(beat) }
}
