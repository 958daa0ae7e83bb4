import { messageOf, type Core, type Run } from '../../core/service.ts'
import { due, nextDue, settle, startedBefore, waits, type Delivery } from './rows.ts'

/** Starts the runs of what has waited long enough. */
export interface Starter {
  /** Starts what is due, and sets the alarm for the next. */
  wake(): Promise<void>
  close(): Promise<void>
}

export function starterOf(core: Core, now: () => number): Starter {
  let alarm: NodeJS.Timeout | undefined
  let working: Promise<void> = Promise.resolve()
  let closed = false
  const round = async () => {
    clearTimeout(alarm)
    for (const one of due(core.db, now())) if (!closed) await start(core, one)
    const next = nextDue(core.db)
    // What could not be started just now is tried again in a while.
    if (next !== undefined && !closed) alarm = setTimeout(() => void wake(), Math.max(1000, next - now())).unref()
  }
  const wake = () => working = working.then(round).catch((error: unknown) => core.log.error('webhooks', { message: messageOf(error) }))
  return {
    wake,
    async close() {
      closed = true
      clearTimeout(alarm)
      await working
    },
  }
}

/** The delivery's id is the request's: whatever dies in between, there is one run. */
async function start(core: Core, delivery: Delivery): Promise<void> {
  const { id, project, ref, sha } = delivery
  if (ref === null || sha === null || !waits(core.db, id)) return
  try {
    const present = core.farm.project(core.caller, project)
    if ((delivery.project_id ?? present.id) !== present.id) return settle(core.db, id, 'failed', { message: 'its project was removed' })
    const before = startedBefore(core.db, present, delivery)
    if (before[0]?.sha === sha && before[0].run !== null) return settle(core.db, id, 'same', { run: before[0].run, message: 'the branch was run at this commit before' })
    const { settings } = present
    for (const { run } of before) if (run !== null) await giveWay(core, run, settings?.webhook?.cancel_running ?? false)
    if (!waits(core.db, id)) return
    const run = core.farm.startRun(core.caller, project, { ref, sha, recipes: settings?.webhook?.recipes ?? [], requestId: `webhook-${id}` })
    settle(core.db, id, 'started', { run: run.id })
  } catch (error) {
    if (isPassing(error)) return
    settle(core.db, id, 'failed', { message: messageOf(error).slice(0, 300) })
  }
}

/** An older run of the branch ends when nothing of it has begun, or where the project wants it so. */
async function giveWay(core: Core, id: string, evenRunning: boolean): Promise<void> {
  try {
    const { run, jobs } = core.farm.run(core.caller, id)
    if (isOpen(run.status) && (evenRunning || jobs.every(job => job.status === 'queued'))) await core.farm.cancelRun(core.caller, id)
  } catch (error) {
    // It has ended in the meantime, or is gone with its project.
    if (!hasCode(error, 'conflict') && !hasCode(error, 'not_found')) throw error
  }
}

const isOpen = (status: Run['status']) => status === 'queued' || status === 'running'
const hasCode = (error: unknown, code: string) => error instanceof Error && 'code' in error && error.code === code
/** The farm stops, or has too much to do. */
const isPassing = (error: unknown) => hasCode(error, 'unavailable') || hasCode(error, 'busy')
