import { setImmediate as nextTurn } from 'node:timers/promises'
import { messageOf, type Core } from '../../core/service.ts'
import { allLines, decide, decidedOf, forgetOthers, type Decided, type Line } from './lines.ts'
import { jitterOf, latestSlot } from './slots.ts'

/** A start that is later than this was missed: the farm was down. */
const lateMs = 5 * 60_000

/** Further in the future than this no clock is that is only corrected. */
const aheadMs = 24 * 60 * 60_000

const iso = (ms: number) => new Date(ms).toISOString()

export interface TickOptions {
  now: number
  spreadMs: number
  /** What was said of lines that fail, minute after minute: each is said once. */
  said: Map<string, string>
}

/** Starts what is due at `now`. Called every minute, or late, or again after a crash: each slot is decided once. Between two lines others have their turn. */
export async function tick(core: Core, { now, spreadMs, said }: TickOptions): Promise<void> {
  const lines = allLines(core, spreadMs)
  forgetOthers(core.db, lines)
  for (const line of lines) {
    await nextTurn()
    if (core.signal.aborted) return
    try {
      decideLine(core, line, { now, spreadMs })
      said.delete(line.key)
    } catch (error) {
      const message = messageOf(error)
      if (said.get(line.key) !== message) core.log.error('schedule failed', { project: line.project.name, cron: line.cron, message })
      said.set(line.key, message)
    }
  }
}

function decideLine(core: Core, line: Line, { now, spreadMs }: Pick<TickOptions, 'now' | 'spreadMs'>): void {
  const before = decidedOf(core.db, line)
  const decided = decidedUntil(line, before, now)
  if (!before || isAhead(before.decided, now)) decide(core.db, line, { slot: null, outcome: null, message: null, run: null, ...before, decided: iso(decided) })
  const slot = latestSlot(line.cron, line.timezone, decided, now - line.jitter)
  if (slot === undefined) return
  const outcome = outcomeOf(core, line, { slot, before, late: isLate(line, slot, { now, spreadMs }) })
  if (!outcome) return
  decide(core.db, line, { decided: iso(slot), slot: iso(slot), ...outcome })
  core.log.info('schedule', { project: line.project.name, cron: line.cron, slot: iso(slot), ...outcome })
}

/** Counted from when it would start among others: they may have gone while it waited for them. */
function isLate(line: Line, slot: number, { now, spreadMs }: Pick<TickOptions, 'now' | 'spreadMs'>): boolean {
  return now - slot - jitterOf(line, spreadMs) > lateMs
}

/**
 * A line counts from when it was written; the tables may remember one of the same words of a project that was removed since. What was written while the clock
 * was far ahead counts from now, or nothing came until that day.
 */
function decidedUntil({ project }: Line, before: Decided | undefined, now: number): number {
  const since = before?.decided ?? project.updatedAt
  if (isAhead(since, now)) return now
  return Math.max(Date.parse(since), isAhead(project.createdAt, now) ? 0 : Date.parse(project.createdAt))
}

const isAhead = (time: string, now: number) => Date.parse(time) > now + aheadMs

/** Undefined: not now. */
function outcomeOf(core: Core, line: Line, { slot, before, late }: { slot: number; before: Decided | undefined; late: boolean }): Omit<Decided, 'decided' | 'slot'> | undefined {
  if (late && !line.catchUp) return { outcome: 'missed', message: 'the farm was not running', run: null }
  if (before?.run && isOpen(core, before.run)) return { outcome: 'skipped', message: `the run before has not ended: ${before.run}`, run: null }
  try {
    // The farm knows the request again, should it have been made before a crash kept it from being noted here.
    const run = core.farm.startRun(core.caller, line.project.name, { recipes: line.recipes, requestId: `${line.key} ${iso(slot)}`, ...(line.ref === undefined ? {} : { ref: line.ref }) })
    return { outcome: 'started', message: late ? 'late: the farm was not running' : null, run: run.id }
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'unavailable') return undefined
    return { outcome: 'skipped', message: messageOf(error), run: null }
  }
}

/** A run that is gone has ended. */
function isOpen({ farm, caller }: Core, id: string): boolean {
  try {
    return ['queued', 'running'].includes(farm.run(caller, id).run.status)
  } catch { return false }
}
