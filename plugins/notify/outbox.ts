import type { Db, Forge, Project } from '../../core/service.ts'
import type { CommitStatus } from './forges.ts'
import type { Hook } from './hooks.ts'
import type { Notice } from './notice.ts'

export type Parcel =
  | { what: 'hook'; target: Omit<Hook, 'on'>; message: Notice }
  | { what: 'status'; target: { kind: 'status'; forge: Forge['kind']; page: string; token_secret: string }; message: CommitStatus }

export type ParcelState = 'waiting' | 'sent' | 'dead' | 'dropped'

export interface Entry {
  seq: number
  id: string
  project: string
  /** By which a later project of the same name is told apart. */
  project_created_at: string | null
  lane: string
  parcel: Parcel
  state: ParcelState
  attempts: number
  due_at: number
  created_at: string
  ended_at: string | null
  http_status: number | null
  fault: string | null
}

type Row = Omit<Entry, 'parcel'> & { what: string; target: string; message: string }

/** Once, however often it is called with the same id: false where it was there before. */
export function put(db: Db, { id, project, lane, parcel, now }: Pick<Entry, 'id' | 'lane' | 'parcel'> & { project: Pick<Project, 'name' | 'createdAt'>; now: number }): boolean {
  return db.prepare('INSERT OR IGNORE INTO notify_outbox (id, project, project_created_at, lane, what, target, message, due_at, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
    .run(id, project.name, project.createdAt, lane, parcel.what, JSON.stringify(parcel.target), JSON.stringify(parcel.message), now, new Date(now).toISOString()).changes === 1
}

/** What waits in a lane has been overtaken by another. */
export function drop(db: Db, lane: string, by: string, now: number): void {
  db.prepare(`UPDATE notify_outbox SET state = 'dropped', ended_at = ? WHERE lane = ? AND id <> ? AND state = 'waiting'`).run(new Date(now).toISOString(), lane, by)
}

/** Who sends: messages of a lane from which one process sends are no other's. */
export interface Worker { worker: string; alive: readonly string[] }

/** The oldest of each lane from which no living process sends, at most so many: however many wait, no more are read. */
export function due(db: Db, { now, alive, limit }: { now: number; alive: readonly string[]; limit: number }): Entry[] {
  return (db.prepare(`SELECT * FROM notify_outbox AS one WHERE state = 'waiting' AND due_at <= @now AND lane NOT IN (SELECT lane FROM notify_lanes WHERE worker IN (SELECT value FROM json_each(@alive)))
    AND NOT EXISTS (SELECT 1 FROM notify_outbox AS older WHERE older.lane = one.lane AND older.state = 'waiting' AND older.due_at <= @now AND older.seq < one.seq) ORDER BY due_at, seq LIMIT @limit`)
    .all({ now, alive: JSON.stringify(alive), limit }) as Row[]).map(toEntry)
}

/** The same, and from now on `worker` alone sends from their lanes, until each is released or the process is gone. */
export function take(db: Db, { worker, alive }: Worker, { now, limit }: { now: number; limit: number }): Entry[] {
  if (due(db, { now, alive, limit: 1 }).length === 0) return []
  return db.transaction(() => {
    db.prepare('DELETE FROM notify_lanes WHERE worker NOT IN (SELECT value FROM json_each(?))').run(JSON.stringify(alive))
    const entries = due(db, { now, alive, limit })
    const hold = db.prepare('INSERT INTO notify_lanes (lane, worker) VALUES (?, ?)')
    for (const { lane } of entries) hold.run(lane, worker)
    return entries
  }).immediate()
}

export function release(db: Db, lane: string, worker: string): void {
  db.prepare('DELETE FROM notify_lanes WHERE lane = ? AND worker = ?').run(lane, worker)
}

/** When the next one after `now` is due. */
export function nextDue(db: Db, now: number): number | undefined {
  return (db.prepare(`SELECT min(due_at) AS at FROM notify_outbox WHERE state = 'waiting' AND due_at > ?`).get(now) as { at: number | null }).at ?? undefined
}

/** The outcome of an attempt, which releases its lane. A message that was dropped while it was under way stays so. */
export function note(db: Db, { seq, lane }: Pick<Entry, 'seq' | 'lane'>, { worker, state, now, due_at = now, http_status = null, fault = null }: { worker: string; state: ParcelState; now: number; due_at?: number; http_status?: number | null; fault?: string | null }): void {
  db.transaction(() => {
    db.prepare(`UPDATE notify_outbox SET state = ?, attempts = attempts + 1, due_at = ?, http_status = ?, fault = ?, ended_at = ? WHERE seq = ? AND state = 'waiting'`)
      .run(state, due_at, http_status, fault, state === 'waiting' ? null : new Date(now).toISOString(), seq)
    release(db, lane, worker)
  }).immediate()
}

export function find(db: Db, id: string): Entry | undefined {
  const row = db.prepare('SELECT * FROM notify_outbox WHERE id = ?').get(id) as Row | undefined
  return row && toEntry(row)
}

/** A dead one from the beginning; false where it is not dead, or a later one of its commit has said more since. */
export function revive(db: Db, id: string, now: number): boolean {
  return db.prepare(`UPDATE notify_outbox AS one SET state = 'waiting', attempts = 0, due_at = ?, ended_at = NULL WHERE id = ? AND state = 'dead'
    AND NOT EXISTS (SELECT 1 FROM notify_outbox AS later WHERE one.what = 'status' AND later.project = one.project AND later.seq > one.seq AND later.lane = one.lane)`).run(now, id).changes === 1
}

/** Newest first, of these projects. */
export function list(db: Db, { projects, state, before, limit }: { projects: readonly string[]; state?: ParcelState | undefined; before?: number | undefined; limit: number }): Entry[] {
  // Few are dead, whereas all of many projects are read until a page of dead ones is together.
  const index = state === 'dead' && projects.length > 1 ? 'INDEXED BY notify_outbox_by_state' : ''
  return (db.prepare(`SELECT * FROM notify_outbox ${index} WHERE project IN (SELECT value FROM json_each(@projects)) AND ${index ? 'state = @state' : '(@state IS NULL OR state = @state)'} AND seq < @before ORDER BY seq DESC LIMIT @limit`)
    .all({ projects: JSON.stringify(projects), state: state ?? null, before: before ?? Number.MAX_SAFE_INTEGER, limit }) as Row[]).map(toEntry)
}

/** What is of a removed project, and not of `present`, which has its name now. */
export function forgetProject(db: Db, project: string, present: Pick<Project, 'id' | 'createdAt'> | undefined): void {
  db.prepare('DELETE FROM notify_outbox WHERE project = ? AND project_created_at IS NOT ?').run(project, present?.createdAt ?? '')
  db.prepare('DELETE FROM notify_jobs WHERE project = ? AND project_id IS NOT ?').run(project, present?.id ?? 0)
}

export function prune(db: Db, before: { sent: string; dead: string }): void {
  db.prepare(`DELETE FROM notify_outbox WHERE (state IN ('sent', 'dropped') AND ended_at < ?) OR (state = 'dead' AND ended_at < ?)`).run(before.sent, before.dead)
}

function toEntry({ what, target, message, ...row }: Row): Entry {
  return { ...row, parcel: { what, target: JSON.parse(target), message: JSON.parse(message) } as Parcel }
}
