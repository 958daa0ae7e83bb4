import { type Core, type Db, type Fact, type Project } from '../../core/service.ts'

export interface DigestRun { id: number; date: string; project: string; project_id: number | null; state: 'open' | 'sent' | 'skipped' | 'failed'; made_at: string; subject: string | null; text: string | null; html: string | null }
export type DeliveryState = 'due' | 'sending' | 'sent' | 'refused' | 'unknown' | 'expired' | 'unsubscribed'
export interface Delivery { recipient: string; state: DeliveryState; attempts: number; at: string; message: string | null }
export interface Body { subject: string; text: string; html: string }

export type Of = Pick<Project, 'id' | 'name'>

const iso = (ms: number) => new Date(ms).toISOString()

export function runOf(db: Db, date: string, project: string): DigestRun | undefined {
  return db.prepare('SELECT * FROM digest_runs WHERE date = ? AND project = ?').get(date, project) as DigestRun | undefined
}

/** Rather than of one of its name that was removed. */
export function isOf(run: Pick<DigestRun, 'project_id'> | undefined, { id }: Of): boolean {
  return run !== undefined && (run.project_id ?? id) === id
}

/** Which mornings of which projects were made, since a day (inclusive). */
export function madeSince(db: Db, date: string): (date: string, project: Of) => boolean {
  const rows = db.prepare('SELECT date, project, project_id FROM digest_runs WHERE date >= ?').all(date) as Pick<DigestRun, 'date' | 'project' | 'project_id'>[]
  const made = new Map(rows.map(row => [`${row.date} ${row.project}`, row]))
  return (day, project) => isOf(made.get(`${day} ${project.name}`), project)
}

export function deliveriesOf(db: Db, run: number): Delivery[] {
  return db.prepare('SELECT recipient, state, attempts, at, message FROM digest_deliveries WHERE run = ? ORDER BY id').all(run) as Delivery[]
}

/** Notes a rendered day, with a delivery that is due to each recipient; none: there is nothing to tell. False when somebody was here before. */
export function makeRun(db: Db, run: { date: string; project: Of; body: Body; recipients: readonly string[]; now: number; expires: number }): boolean {
  return db.transaction(() => {
    db.prepare('DELETE FROM digest_runs WHERE date = ? AND project = ? AND project_id <> ?').run(run.date, run.project.name, run.project.id)
    const state = run.recipients.length ? 'open' : 'skipped'
    const { changes, lastInsertRowid } = db.prepare('INSERT OR IGNORE INTO digest_runs (date, project, project_id, state, made_at, subject, text, html) VALUES (?, ?, ?, ?, ?, ?, ?, ?)')
      .run(run.date, run.project.name, run.project.id, state, iso(run.now), run.body.subject, state === 'open' ? run.body.text : null, state === 'open' ? run.body.html : null)
    if (!changes) return false
    const add = db.prepare(`INSERT INTO digest_deliveries (run, recipient, state, at, expires) VALUES (?, ?, 'due', ?, ?)`)
    for (const recipient of run.recipients) add.run(lastInsertRowid, recipient, iso(run.now), iso(run.expires))
    return true
  }).immediate()
}

export interface Claim { id: number; run: number; recipient: string; attempts: number; expires: string }

/** One delivery that is due, for this process (`worker`) alone; undefined when there is none. */
export function claim(db: Db, worker: string, now: number): Claim | undefined {
  return db.prepare(`UPDATE digest_deliveries SET state = 'sending', worker = @worker, at = @now, handed = 0, attempts = attempts + 1
    WHERE id = (SELECT id FROM digest_deliveries WHERE state = 'due' AND at <= @now ORDER BY at, id LIMIT 1) RETURNING id, run, recipient, attempts, expires`).get({ worker, now: iso(now) }) as Claim | undefined
}

/** From here on it may have arrived. False when the claim is not ours any more. */
export function noteHanded(db: Db, { id, attempts }: Claim): boolean {
  return db.prepare(`UPDATE digest_deliveries SET handed = 1 WHERE id = ? AND state = 'sending' AND attempts = ?`).run(id, attempts).changes === 1
}

/** What became of a claim. Ends the run with its last delivery, and tells so. */
export function record(core: Core, claimed: Claim, { state, at, message }: { state: DeliveryState; at: number; message: string | null }): void {
  core.db.transaction(() => {
    const { changes } = core.db.prepare(`UPDATE digest_deliveries SET state = ?, at = ?, message = ? WHERE id = ? AND state = 'sending' AND attempts = ?`).run(state, iso(at), message, claimed.id, claimed.attempts)
    if (changes) settle(core, claimed.run)
  }).immediate()
}

function settle(core: Core, id: number): void {
  const { open, sent } = core.db.prepare(`SELECT sum(state IN ('due', 'sending')) AS open, sum(state = 'sent') AS sent FROM digest_deliveries WHERE run = ?`).get(id) as { open: number; sent: number }
  if (open) return
  const run = core.db.prepare('UPDATE digest_runs SET state = ? WHERE id = ? RETURNING date, project').get(sent ? 'sent' : 'failed', id) as { date: string; project: string }
  if (sent) core.emit('digest.sent', { ...run, recipients: sent })
}

/** Claims of processes that have died, or that are older than any transaction takes (`before`): what may have arrived is held, the rest is due again. */
export function releaseClaims(core: Core, before: number, now: number): void {
  const when = { alive: JSON.stringify(core.processes.alive()), before: iso(before), now: iso(now) }
  const lapsed = `state = 'sending' AND (at < @before OR worker IS NULL OR worker NOT IN (SELECT value FROM json_each(@alive)))`
  core.db.transaction(() => {
    const lost = core.db.prepare(`UPDATE digest_deliveries SET state = 'unknown', at = @now, message = 'the farm stopped after the message was handed over' WHERE ${lapsed} AND handed = 1 RETURNING run`)
      .all(when) as { run: number }[]
    core.db.prepare(`UPDATE digest_deliveries SET state = 'due', at = @now WHERE ${lapsed} AND handed = 0`).run(when)
    for (const run of new Set(lost.map(row => row.run))) settle(core, run)
  }).immediate()
}

/** Sends once more what was held, refused or too late, where somebody asks for it. */
export function sendAgain(db: Db, run: number, { now, expires }: { now: number; expires: number }): void {
  db.transaction(() => {
    const { changes } = db.prepare(`UPDATE digest_deliveries SET state = 'due', at = ?, expires = ?, attempts = 0, message = NULL WHERE run = ? AND state IN ('unknown', 'refused', 'expired')`).run(iso(now), iso(expires), run)
    if (changes) db.prepare(`UPDATE digest_runs SET state = 'open' WHERE id = ?`).run(run)
  }).immediate()
}

/** Which day a patch belongs to; nothing of a project that was removed since. */
export function notePatch(core: Core, fact: Fact<'patch.drafted'>): void {
  const { patch, project } = fact.data
  const present = core.projectOf(fact)
  if (present) core.db.prepare('INSERT OR IGNORE INTO digest_patches (patch, project, project_id, at) VALUES (?, ?, ?, ?)').run(patch, project, present.id, fact.at)
}

const bodyDays = 30
const runDays = 400

/** Bodies go after a month, the record of what was sent after a year. */
export function forgetOld(db: Db, now: number): void {
  const before = (days: number) => iso(now - days * 86_400_000)
  db.prepare(`UPDATE digest_runs SET text = NULL, html = NULL WHERE made_at < ? AND text IS NOT NULL AND state <> 'open'`).run(before(bodyDays))
  db.prepare('DELETE FROM digest_runs WHERE made_at < ?').run(before(runDays))
  db.prepare('DELETE FROM digest_patches WHERE at < ?').run(before(runDays))
}

/** What is of a removed project, and not of `present`, which has its name now. */
export function forgetProject(db: Db, project: string, present: Of | undefined): void {
  for (const table of ['digest_runs', 'digest_patches', 'digest_unsubscribed']) db.prepare(`DELETE FROM ${table} WHERE project = ? AND project_id IS NOT ?`).run(project, present?.id ?? 0)
}
