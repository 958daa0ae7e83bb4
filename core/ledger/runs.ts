import type { RunStatus } from '../contract.ts'
import { now, sql, type Db } from './database.ts'
import { ownRow } from './projects.ts'
import type { Caller } from './tokens.ts'

/** What a run was asked for; empty lists mean everything there is. */
export interface RunRequest {
  ref: string
  sha?: string
  recipes: readonly string[]
  languages: readonly string[]
  subprojects: readonly string[]
  /** How often failed tests are run again; default: the project's. */
  rerunFailed?: number
}

export interface Run {
  seq: number
  id: string
  projectId: number
  project: string
  owner: string
  request: RunRequest
  ref: string
  sha: string | null
  status: RunStatus
  message: string | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
}

interface Row {
  seq: number; id: string; project_id: number; project: string; owner: string; request: string; ref: string; sha: string | null
  status: RunStatus; message: string | null; created_at: string; started_at: string | null; finished_at: string | null
}

const columns = 'runs.*, (SELECT name FROM projects WHERE projects.id = runs.project_id) AS project'

export function insertRun(db: Db, run: { id: string; projectId: number; owner: string; farm: string; request: RunRequest }): void {
  sql(db, `INSERT INTO runs (id, project_id, owner, farm, request, ref, sha, status, created_at) VALUES (@id, @projectId, @owner, @farm, @json, @ref, @sha, 'queued', @at)`)
    .run({ ...run, json: JSON.stringify(run.request), request: undefined, ref: run.request.ref, sha: run.request.sha ?? null, at: now() })
}

export function startRun(db: Db, id: string, sha: string): void {
  sql(db, `UPDATE runs SET status = 'running', sha = ?, started_at = ? WHERE id = ? AND status = 'queued'`).run(sha, now(), id)
}

/** False when the run has ended already. */
export function endRun(db: Db, id: string, status: RunStatus, message: string | null): boolean {
  return sql(db, `UPDATE runs SET status = ?, message = ?, finished_at = ? WHERE id = ? AND status IN ('queued', 'running')`).run(status, message, now(), id).changes === 1
}

export function findRun(db: Db, caller: Caller, id: string): Run | undefined {
  const row = ownRow(db, caller, { table: 'runs', columns, index: 'runs_seen', key: 'id', value: id }) as Row | undefined
  return row && toRun(row)
}

/** For the farm itself. */
export function runById(db: Db, id: string): Run | undefined {
  const row = sql(db, `SELECT ${columns} FROM runs WHERE id = ?`).get(id) as Row | undefined
  return row && toRun(row)
}

/** Queued and running runs of a project. */
export function openRuns(db: Db, projectId: number): Run[] {
  return (sql(db, `SELECT ${columns} FROM runs INDEXED BY runs_open WHERE project_id = ? AND status IN ('queued', 'running')`).all(projectId) as Row[]).map(toRun)
}

export function runsInState(db: Db, farm: string, status: 'queued' | 'running'): Run[] {
  return (sql(db, `SELECT ${columns} FROM runs WHERE status = ? AND farm = ? ORDER BY seq`).all(status, farm) as Row[]).map(toRun)
}

function toRun(row: Row): Run {
  return {
    seq: row.seq, id: row.id, projectId: row.project_id, project: row.project, owner: row.owner, request: JSON.parse(row.request) as RunRequest,
    ref: row.ref, sha: row.sha, status: row.status, message: row.message, createdAt: row.created_at, startedAt: row.started_at, finishedAt: row.finished_at,
  }
}
