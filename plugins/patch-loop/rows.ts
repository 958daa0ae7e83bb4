import type { Kind } from '../../core/contract.ts'
import type { Core, Db, Project } from '../../core/service.ts'

/** `queued` … `publishing` are under way; in all others nothing happens by itself any more, but a draft may still be merged or grow old. */
export const working = ['queued', 'baseline', 'drafting', 'verifying', 'publishing'] as const
export const settled = ['drafted', 'not_reproduced', 'flaky_baseline', 'blocked', 'unfixable', 'budget', 'forge_unavailable', 'merged', 'rejected', 'superseded', 'expired'] as const
export type State = (typeof working)[number] | (typeof settled)[number]

/** A job of the farm, as evidence. */
export interface Seen { job: string; subproject: string; recipe: string; language: string; status: string; exitCode: number | null; findings: number; tests: { total: number; passed: number; failed: number; skipped: number } | null }

export interface Evidence {
  drafter: string
  /** How the answer was applied: `flexible` deserves a second look. */
  how: string
  before: readonly Seen[]
  after: readonly Seen[]
  /** Of the target's findings. */
  repaired: number
  left: number
}

/** A pull request of a pushed branch. `wanted`: not made yet; `left`: others have put commits to it. Due again at `dueAt` (ms), or nothing more happens. */
export interface Pull { state: 'wanted' | 'open' | 'merged' | 'closed' | 'left' | 'failed'; number: number | null; url: string | null; tries: number; dueAt: number | null; fault: string | null }

/** Times are in ms. */
export interface Target {
  id: string; project: string; projectId: number | null; key: string; state: State; reason: string | null; title: string
  tool: string; rule: string | null; kind: Kind; subproject: string; language: string; recipe: string
  baseJob: string; baseSha: string
  findings: readonly number[]; identities: readonly number[]
  maxAttempts: number; round: number; attempt: number
  /** Ids of the jobs at the base that count. */
  before: readonly string[] | null
  diff: Buffer | null; evidence: Evidence | null
  sha: string | null; branch: string | null; pushed: boolean; pull: Pull | null
  requestedBy: string
  notBefore: number; begunAt: number | null; draftedAt: number | null; settledAt: number | null; createdAt: number
}

export interface Attempt { n: number; drafter: string; outcome: string; reason: string | null; diff: Buffer | null; note: string | null; at: number }

type Raw = Record<string, unknown>
const json = <T>(value: unknown): T | null => value === null ? null : JSON.parse(String(value)) as T
const names: Readonly<Record<string, string>> = {
  projectId: 'project_id', maxAttempts: 'max_attempts', baseJob: 'base_job', baseSha: 'base_sha', requestedBy: 'requested_by', notBefore: 'not_before',
  begunAt: 'begun_at', draftedAt: 'drafted_at', settledAt: 'settled_at', createdAt: 'created_at',
}
const structured = new Set(['findings', 'identities', 'before', 'evidence', 'pull'])

function toTarget(row: Raw): Target {
  const renamed = Object.fromEntries(Object.entries(names).map(([key, column]) => [key, row[column]]))
  const parsed = Object.fromEntries([...structured].map(key => [key, json(row[key])]))
  return { ...row, ...renamed, ...parsed, pushed: row.pushed === 1 } as unknown as Target
}

function columns(values: Partial<Target>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [names[key] ?? key, structured.has(key) && value !== null ? JSON.stringify(value) : typeof value === 'boolean' ? Number(value) : value]))
}

export function targetById(db: Db, id: string): Target | undefined {
  const row = db.prepare('SELECT * FROM patch_loop_targets WHERE id = ?').get(id) as Raw | undefined
  return row && toTarget(row)
}

/** Newest first. */
export function targetsWhere(db: Db, where: string, values: Record<string, unknown>, limit = 1000): Target[] {
  return (db.prepare(`SELECT * FROM patch_loop_targets WHERE ${where} ORDER BY created_at DESC, rowid DESC LIMIT @limit`).all({ ...values, limit }) as Raw[]).map(toTarget)
}

export function countWhere(db: Db, where: string, values: Record<string, unknown>): number {
  return db.prepare(`SELECT count(*) FROM patch_loop_targets WHERE ${where}`).pluck().get(values) as number
}

/** How many targets of a project were begun since then, as often as they were begun anew, besides this one. */
export function begunSince(db: Db, { id, round, project }: Pick<Target, 'id' | 'round' | 'project'>, since: number): number {
  return db.prepare(`SELECT count(*) FROM (SELECT id, round FROM patch_loop_targets WHERE project = @project AND begun_at > @since
    UNION SELECT target, patch_loop_attempts.round FROM patch_loop_attempts JOIN patch_loop_targets ON id = target WHERE project = @project AND at > @since) AS begun WHERE NOT (begun.id = @id AND begun.round = @round)`).pluck().get({ id, round, project, since }) as number
}

export type NewTarget = Pick<Target, 'id' | 'project' | 'projectId' | 'key' | 'title' | 'tool' | 'rule' | 'kind' | 'subproject' | 'language' | 'recipe' | 'baseJob' | 'baseSha' | 'findings' | 'identities' | 'maxAttempts' | 'requestedBy' | 'createdAt'>

/** Does nothing where the target is known. */
export function insertTarget(db: Db, target: NewTarget): void {
  const values = columns({ ...target, state: 'queued' })
  const keys = Object.keys(values)
  db.prepare(`INSERT OR IGNORE INTO patch_loop_targets (${keys.join(', ')}) VALUES (${keys.map(key => `@${key}`).join(', ')})`).run(values)
}

/** Rather than of one of its name that was removed. */
export function isOf({ projectId }: Pick<Target, 'projectId'>, present: Pick<Project, 'id'> | undefined): boolean {
  return present !== undefined && (projectId ?? present.id) === present.id
}

/** What is of a removed project, and not of `present`, which has its name now. */
export function forgetProject(db: Db, project: string, present: Pick<Project, 'id'> | undefined): void {
  db.prepare('DELETE FROM patch_loop_targets WHERE project = ? AND project_id IS NOT ?').run(project, present?.id ?? 0)
}

/** The same where the next of the name is at work before the removal is heard of; what may be its own stays. */
export function forgetOthers(db: Db, { id, name }: Pick<Project, 'id' | 'name'>): void {
  db.prepare('DELETE FROM patch_loop_targets WHERE project = ? AND project_id <> ?').run(name, id)
}

/** False where somebody else has changed its state meanwhile. */
export function changeTarget(db: Db, { id, state, round }: Pick<Target, 'id' | 'state' | 'round'>, values: Partial<Target>): boolean {
  const set = columns(values)
  const done = db.prepare(`UPDATE patch_loop_targets SET ${Object.keys(set).map(key => `${key} = @${key}`).join(', ')} WHERE id = @is_id AND state = @was_state AND round = @was_round`)
    .run({ ...set, is_id: id, was_state: state, was_round: round })
  return done.changes === 1
}

/** Ends what waits for somebody; false where somebody was faster. */
export function endDraft(core: Pick<Core, 'db' | 'emit'>, target: Target, state: 'merged' | 'rejected' | 'superseded' | 'expired', reason: string | null, at: number): boolean {
  return core.db.transaction(() => {
    if (!changeTarget(core.db, target, { state, reason, settledAt: at })) return false
    if (state !== 'merged') core.emit('patch.abandoned', { project: target.project, patch: target.id, reason: reason === null ? state : `${state}: ${reason}` })
    return true
  }).immediate()
}

export function putAttempt(db: Db, target: Pick<Target, 'id' | 'round'>, attempt: Attempt): void {
  db.prepare('INSERT OR REPLACE INTO patch_loop_attempts (target, round, n, drafter, outcome, reason, diff, note, at) VALUES (@id, @round, @n, @drafter, @outcome, @reason, @diff, @note, @at)')
    .run({ id: target.id, round: target.round, ...attempt })
}

export function attemptsOf(db: Db, target: Pick<Target, 'id' | 'round'>): Attempt[] {
  return db.prepare('SELECT n, drafter, outcome, reason, diff, note, at FROM patch_loop_attempts WHERE target = ? AND round = ? ORDER BY n').all(target.id, target.round) as Attempt[]
}

/** Who works on a target: one worker of one process, and on one target of a project at a time. A worker that died loses it when its lease ends. */
export function claim(db: Db, id: string, { worker, alive, now, leaseMs }: { worker: string; alive: readonly string[]; now: number; leaseMs: number }): boolean {
  const held = (row: string) => `${row}.lease > @now AND ${row}.worker IN (SELECT value FROM json_each(@alive))`
  return db.transaction(() => db.prepare(`UPDATE patch_loop_targets AS own SET worker = @worker, lease = @until WHERE id = @id AND (worker = @worker OR NOT coalesce(${held('own')}, 0))
      AND NOT EXISTS (SELECT 1 FROM patch_loop_targets AS other WHERE other.project = own.project AND other.id <> own.id AND ${held('other')})`)
    .run({ id, worker, alive: JSON.stringify(alive), now, until: now + leaseMs }).changes === 1).immediate()
}

export function release(db: Db, id: string, worker: string): void {
  db.prepare('UPDATE patch_loop_targets SET worker = NULL, lease = 0 WHERE id = ? AND worker = ?').run(id, worker)
}
