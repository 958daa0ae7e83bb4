import { lookoutOf, messageOf, presentProject, type Core } from '../../core/service.ts'
import type { Drafter } from './draft.ts'
import { supersedeOlder } from './drafts.ts'
import { changeTarget, claim, isOf, putAttempt, release, targetById, targetsWhere, working, type Target } from './rows.ts'
import { steps, type Outcome } from './steps.ts'
import type { DrafterName } from './targets.ts'
import { shown } from './text.ts'

export type Draft = Readonly<Partial<Record<DrafterName, Drafter>>>

export interface Settings {
  attemptMs: number
  targetMs: number
  /** Drafts of a project that wait for somebody. */
  openDrafts: number
  perDay: number
  /** A worker that does not renew its claim that long is dead. */
  leaseMs: number
}

export const settings: Settings = { attemptMs: 600_000, targetMs: 1_800_000, openDrafts: 5, perDay: 10, leaseMs: 20_000 }

export interface Loop {
  /** Looks for something to do. */
  wake(): void
  /** Calls back whenever a target has changed, until the answer is called. */
  watch(listener: () => void): () => void
  changed(): void
  close(): Promise<void>
}

const open = `state IN (${working.map(state => `'${state}'`).join(', ')})`

/** One target of a project at a time, step by step. Every step begins from its row and ends in one transaction, so it may be done twice. */
export function startLoop(core: Core, { drafters, settings, now = Date.now }: { drafters: Draft; settings: Settings; now?: () => number }): Loop {
  const stop = new AbortController()
  const atWork = new Map<string, Promise<void>>()
  const listeners = new Set<() => void>()
  const changed = () => { for (const listener of listeners) listener() }
  const { self: worker } = core.processes
  const claimed = (id: string) => claim(core.db, id, { worker, alive: core.processes.alive(), now: now(), leaseMs: settings.leaseMs })

  const look = () => {
    for (const target of targetsWhere(core.db, `${open} AND not_before <= @now`, { now: now() }).toReversed()) {
      if (atWork.has(target.project) || !claimed(target.id)) continue
      const work = advance(target.id).catch((error: unknown) => core.log.error('patch failed', { patch: target.id, message: messageOf(error) }))
        .finally(() => {
          atWork.delete(target.project)
          if (!stop.signal.aborted) setImmediate(wake)
        })
      atWork.set(target.project, work)
    }
    const next = targetsWhere(core.db, open, {}).filter(target => !atWork.has(target.project)).map(target => target.notBefore - now())
    return next.length ? Math.min(settings.leaseMs, Math.max(1000, Math.min(...next))) : undefined
  }

  const { wake, close: lookNoMore } = lookoutOf({ look, fault: 'patches not looked at', retryMs: settings.leaseMs, log: core.log, signal: stop.signal })

  // Whose lease cannot be renewed may lose it; the row tells then, at the end of the step.
  const renew = (id: string) => { try { claimed(id) } catch (error) { core.log.warn('claim not renewed', { patch: id, message: messageOf(error) }) } }

  const advance = async (id: string): Promise<void> => {
    const renewal = setInterval(() => renew(id), settings.leaseMs / 4).unref()
    try {
      for (;;) {
        const target = targetById(core.db, id)
        const step = target && steps[target.state]
        if (!target || !step || target.notBefore > now() || stop.signal.aborted) return
        if (!isOf(target, presentProject(core.farm, core.caller, target.project))) return save(target, { values: { state: 'superseded', reason: 'its project was removed' } })
        const late = target.begunAt === null ? settings.targetMs : target.begunAt + settings.targetMs - now()
        const timeout = AbortSignal.timeout(Math.max(1, late))
        const outcome = late <= 0 ? overdue(target) : await step({ core, settings, drafters, now, signal: AbortSignal.any([stop.signal, timeout]) }, target)
          .catch((error: unknown): Outcome => {
            if (stop.signal.aborted) throw error
            return timeout.aborted ? overdue(target) : { values: { state: 'unfixable', reason: shown(messageOf(error), 500) } }
          })
        save(target, outcome)
      }
    } finally {
      clearInterval(renewal)
      if (core.db.open) release(core.db, id, worker)
    }
  }

  /** A forge that was away is not to blame the patch for. */
  const overdue = ({ notBefore, reason }: Target): Outcome => notBefore > 0
    ? { values: { state: 'forge_unavailable', reason } }
    : { values: { state: 'budget', reason: `it took longer than ${settings.targetMs / 60_000} minutes` } }

  const save = (target: Target, { values, attempt }: Outcome) => {
    core.db.transaction(() => {
      const isOver = values.state !== undefined && !(working as readonly string[]).includes(values.state)
      if (!changeTarget(core.db, target, isOver ? { settledAt: now(), ...values } : values)) return
      if (attempt) putAttempt(core.db, target, attempt)
      const { state } = values
      if (state === 'drafted') supersedeOlder(core, target, now())
      if (state === 'drafted') core.emit('patch.drafted', { project: target.project, patch: target.id, finding: target.key.slice(0, 12), branch: values.branch ?? '', title: target.title })
      else if (isOver) core.emit('patch.abandoned', { project: target.project, patch: target.id, reason: `${state}: ${values.reason ?? ''}` })
    }).immediate()
    changed()
  }

  return {
    wake, changed,
    watch(listener) {
      listeners.add(listener)
      return () => { listeners.delete(listener) }
    },
    async close() {
      stop.abort(new Error('the farm stops'))
      lookNoMore()
      await Promise.all(atWork.values())
    },
  }
}
