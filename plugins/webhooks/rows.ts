import type { Db, Project } from '../../core/service.ts'
import type { Forge } from './verify.ts'

export type Outcome = 'waiting' | 'started' | 'same' | 'superseded' | 'ignored' | 'failed'

export interface Delivery {
  id: number
  project: string
  /** By which a later project of the same name is told apart; null where it was written before that was known. */
  project_id: number | null
  forge: Forge
  event: string
  /** ISO 8601, UTC. */
  at: string
  outcome: Outcome
  message: string | null
  ref: string | null
  sha: string | null
  run: string | null
  burst_at: number | null
  due_at: number | null
}

type Of = Pick<Project, 'id' | 'name'>

/** Rather than of one of its name that was removed. */
const isOfIt = 'coalesce(project_id, @id) = @id'

/** False when one of the marks is known: it came before. In the transaction that keeps the delivery. */
export function remember(db: Db, { id, name }: Of, marks: readonly string[], at: string): boolean {
  const known = db.prepare(`SELECT 1 FROM webhooks_seen WHERE project = @name AND ${isOfIt} AND mark IN (SELECT value FROM json_each(@marks))`).get({ name, id, marks: JSON.stringify(marks) })
  const add = db.prepare(`INSERT INTO webhooks_seen (project, project_id, mark, at) VALUES (@name, @id, @mark, @at) ON CONFLICT DO UPDATE SET project_id = @id, at = @at WHERE NOT ${isOfIt}`)
  for (const mark of marks) add.run({ name, id, mark, at })
  return known === undefined
}

export function keep(db: Db, delivery: Omit<Delivery, 'id' | 'run'>): void {
  db.prepare(`INSERT INTO webhooks_deliveries (project, project_id, forge, event, at, outcome, message, ref, sha, burst_at, due_at)
    VALUES (@project, @project_id, @forge, @event, @at, @outcome, @message, @ref, @sha, @burst_at, @due_at)`).run(delivery)
}

/** What waits of a ref gives way; answers when its burst began. */
export function supersede(db: Db, project: string, ref: string): number | undefined {
  const row = db.prepare(`SELECT min(burst_at) AS began FROM webhooks_deliveries WHERE project = ? AND ref = ? AND outcome = 'waiting'`).get(project, ref) as { began: number | null }
  db.prepare(`UPDATE webhooks_deliveries SET outcome = 'superseded' WHERE project = ? AND ref = ? AND outcome = 'waiting'`).run(project, ref)
  return row.began ?? undefined
}

export function due(db: Db, now: number): Delivery[] {
  return db.prepare(`SELECT * FROM webhooks_deliveries WHERE outcome = 'waiting' AND due_at <= ? ORDER BY id`).all(now) as Delivery[]
}

/** False when a later push of its ref has come meanwhile. */
export function waits(db: Db, id: number): boolean {
  return db.prepare(`SELECT 1 FROM webhooks_deliveries WHERE id = ? AND outcome = 'waiting'`).get(id) !== undefined
}

/** When the next one is due; undefined where none waits. */
export function nextDue(db: Db): number | undefined {
  return (db.prepare(`SELECT min(due_at) AS at FROM webhooks_deliveries WHERE outcome = 'waiting'`).get() as { at: number | null }).at ?? undefined
}

/** What one process has started or found superseded no other calls anything else; but a run that was started is known, whatever came meanwhile. */
export function settle(db: Db, id: number, outcome: Outcome, more: { message?: string; run?: string } = {}): void {
  db.prepare(`UPDATE webhooks_deliveries SET outcome = @outcome, message = @message, run = @run WHERE id = @id AND (outcome = 'waiting' OR @outcome = 'started')`)
    .run({ id, outcome, message: more.message ?? null, run: more.run ?? null })
}

/** Those of a ref whose runs were started before a delivery, newest first. */
export function startedBefore(db: Db, { id, name }: Of, { ref, id: before }: Pick<Delivery, 'ref' | 'id'>): Delivery[] {
  return db.prepare(`SELECT * FROM webhooks_deliveries WHERE project = @name AND ${isOfIt} AND ref = @ref AND outcome = 'started' AND id < @before ORDER BY id DESC LIMIT 20`).all({ name, id, ref, before }) as Delivery[]
}

/** Newest first. */
export function latest(db: Db, { id, name }: Of, limit: number): Delivery[] {
  return db.prepare(`SELECT * FROM webhooks_deliveries WHERE project = @name AND ${isOfIt} ORDER BY webhooks_deliveries.id DESC LIMIT @limit`).all({ name, id, limit }) as Delivery[]
}

/** What is of a removed project, and not of `present`, which has its name now. */
export function forgetProject(db: Db, project: string, present: Of | undefined): void {
  for (const table of ['webhooks_deliveries', 'webhooks_seen']) db.prepare(`DELETE FROM ${table} WHERE project = ? AND project_id IS NOT ?`).run(project, present?.id ?? 0)
}

/** Deliveries are shown for a while; by their marks they are known much longer. */
export function prune(db: Db, before: { deliveries: string; marks: string }): void {
  db.prepare(`DELETE FROM webhooks_deliveries WHERE at < ? AND outcome <> 'waiting'`).run(before.deliveries)
  db.prepare('DELETE FROM webhooks_seen WHERE at < ?').run(before.marks)
}
