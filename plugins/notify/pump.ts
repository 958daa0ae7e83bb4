import type { Db, Logger } from '../../core/service.ts'
import { due, nextDue, note, type Entry } from './outbox.ts'
import type { Attempt } from './send.ts'

/** Sends what is due, each lane in order of age and one at a time. */
export interface Pump {
  wake(): void
  /** Resolves when nothing is under way any more. */
  idle(): Promise<void>
  close(): Promise<void>
}

export interface PumpParts {
  db: Db
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

export function pumpOf(parts: PumpParts): Pump {
  const { db, now, signal } = parts
  const busy = new Map<string, Promise<void>>()
  let alarm: NodeJS.Timeout | undefined
  const wake = () => {
    clearTimeout(alarm)
    if (signal.aborted) return
    for (const entry of due(db, now())) {
      if (busy.size >= maxAtOnce) break
      if (!busy.has(entry.lane)) busy.set(entry.lane, send(parts, entry).finally(() => { busy.delete(entry.lane); wake() }))
    }
    const next = nextDue(db, now())
    if (next !== undefined) alarm = setTimeout(wake, Math.min(next - now(), 60 * minute)).unref()
  }
  const idle = async () => { while (busy.size) await Promise.all(busy.values()) }
  return {
    wake, idle,
    async close() {
      clearTimeout(alarm)
      await idle()
      clearTimeout(alarm)
    },
  }
}

async function send({ db, log, now, random, attempt, signal }: PumpParts, entry: Entry): Promise<void> {
  const result = await attempt(entry)
  if (result.ended === 'sent') return note(db, entry.seq, { state: 'sent', now: now(), http_status: result.http_status })
  // What the farm's own end broke off has not been tried.
  if (signal.aborted) return
  const { http_status, fault } = result
  const pause = result.ended === 'again' ? pausesMs[entry.attempts] : undefined
  if (pause === undefined) {
    note(db, entry.seq, { state: 'dead', now: now(), http_status, fault })
    return log.warn('notification given up', { id: entry.id, project: entry.project, kind: entry.parcel.target.kind, fault })
  }
  const wait = Math.max(pause * (0.8 + 0.4 * random()), Math.min(result.afterMs ?? 0, 60 * minute))
  note(db, entry.seq, { state: 'waiting', now: now(), due_at: Math.round(now() + wait), http_status, fault })
}
