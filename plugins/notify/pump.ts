import { setTimeout as sleep } from 'node:timers/promises'
import { lookoutOf, messageOf, type Core, type Logger } from '../../core/service.ts'
import { nextDue, note, release, take, type Entry } from './outbox.ts'
import type { Attempt } from './send.ts'

/** Sends what is due, each lane in order of age and one at a time, whichever process of the ledger does it. */
export interface Pump {
  wake(): void
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
  close(): Promise<void>
}

export interface PumpParts extends Pick<Core, 'db' | 'processes'> {
  log: Logger
  now(): number
  /** From 0 to 1. */
  random(): number
  attempt(entry: Entry): Promise<Attempt>
  signal: AbortSignal
}

const minute = 60_000
/** Pauses after each failed attempt; after the last there is none. */
export const pausesMs = [1, 5, 15, 60, 240, 720].map(minutes => minutes * minute)
const maxAtOnce = 8
/** Before a ledger that could not be written is tried again. */
const ledgerMs = 1000

export function pumpOf(parts: PumpParts): Pump {
  const { db, log, now, signal, processes } = parts
  const busy = new Map<string, Promise<void>>()
  const look = () => {
    const room = maxAtOnce - busy.size
    const entries = room > 0 ? take(db, { worker: processes.self, alive: processes.alive() }, { now: now(), limit: room }) : []
    for (const entry of entries) busy.set(entry.lane, send(parts, entry).finally(() => { busy.delete(entry.lane); wake() }))
    const next = nextDue(db, now())
    return next === undefined ? undefined : Math.min(next - now(), 60 * minute)
  }
  const { wake, close } = lookoutOf({ look, fault: 'notifications not looked at', retryMs: minute, log, signal })
  const idle = async () => { while (busy.size) await Promise.all(busy.values()) }
  return {
    wake, idle,
    close() {
      close()
      return idle()
    },
  }
}

type Outcome = Omit<Parameters<typeof note>[2], 'now' | 'worker'>

async function send(parts: PumpParts, entry: Entry): Promise<void> {
  const { log, now, random, attempt, signal } = parts
  const result = await attempt(entry)
  const keep = (outcome: Outcome) => noted(parts, entry, outcome)
  if (result.ended === 'sent') return keep({ state: 'sent', http_status: result.http_status })
  // What the farm's own end broke off has not been tried.
  if (signal.aborted) return letGo(parts, entry)
  const { http_status, fault } = result
  const pause = result.ended === 'again' ? pausesMs[entry.attempts] : undefined
  if (pause === undefined) {
    log.warn('notification given up', { id: entry.id, project: entry.project, kind: entry.parcel.target.kind, fault })
    return keep({ state: 'dead', http_status, fault })
  }
  const wait = Math.max(pause * (0.8 + 0.4 * random()), Math.min(result.afterMs ?? 0, 60 * minute))
  return keep({ state: 'waiting', due_at: Math.round(now() + wait), http_status, fault })
}

/** Another process need not wait until this one is gone; where the ledger does not take it, it does. */
function letGo({ db, processes, log }: PumpParts, { id, lane }: Entry): void {
  try { release(db, lane, processes.self) } catch (error) { log.warn('notification not released', { id, message: messageOf(error) }) }
}

/** Its lane waits for a ledger that cannot be written: what has gone out would go out again. */
async function noted({ db, processes, log, now, signal }: PumpParts, entry: Entry, outcome: Outcome): Promise<void> {
  for (let isSaid = false; ; isSaid = true) {
    try { return note(db, entry, { ...outcome, worker: processes.self, now: now() }) } catch (error) {
      if (!isSaid) log.error('notification not noted', { id: entry.id, message: messageOf(error), hint: 'It is tried again until it works.' })
    }
    await sleep(ledgerMs, undefined, { signal }).catch(() => undefined)
    if (signal.aborted) return
  }
}
