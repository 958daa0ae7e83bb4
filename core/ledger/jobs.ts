import type { FindingCounts, JobStatus, JobTests } from '../contract.ts'
import { now, sql, type Db } from './database.ts'
import { ownRow } from './projects.ts'
import type { Caller } from './tokens.ts'

/** A recipe as it was when its job ran. Editing the project does not change it. */
export interface RecipeSnapshot {
  /** `project`, or the title of the pack's recipe. */
  source: string
  setup?: string
  run: string
  timeoutSecs: number
  network: boolean
  needs: readonly string[]
}

export interface Job {
  seq: number
  id: string
  runId: string | null
  projectId: number
  project: string
  owner: string
  subproject: string
  language: string
  recipe: string
  /** What was asked for: a branch, a tag or a sha. */
  ref: string
  /** The branch that the sha was found on, where it was. */
  branch: string | null
  sha: string | null
  status: JobStatus
  exitCode: number | null
  /** Why it is skipped, cancelled, timed out or an error; null where the log says all. */
  message: string | null
  snapshot: RecipeSnapshot | null
  /** How often failed tests are run again. */
  rerunFailed: number
  tests: JobTests | null
  findings: FindingCounts | null
  createdAt: string
  startedAt: string | null
  finishedAt: string | null
}

interface Row {
  seq: number; id: string; run_id: string | null; project_id: number; project: string; owner: string; subproject: string; language: string; recipe: string
  ref: string; branch: string | null; sha: string | null; status: JobStatus; exit_code: number | null; message: string | null; recipe_snapshot_json: string | null; rerun_failed: number
  tests: string | null; findings: string | null; created_at: string; started_at: string | null; finished_at: string | null
}

const columns = 'jobs.*, (SELECT name FROM projects WHERE projects.id = jobs.project_id) AS project'

export interface NewJob {
  id: string; runId: string | null; projectId: number; owner: string; farm: string; subproject: string; language: string; recipe: string
  ref: string; branch: string | null; sha: string | null; snapshot: RecipeSnapshot | null; rerunFailed?: number
}

/** Never that of a job that was read and is forgotten: the past of findings still names it. */
const nextSeq = '1 + max(coalesce((SELECT max(seq) FROM jobs), 0), coalesce((SELECT max(job_seq) FROM readings), 0))'

export function insertJob(db: Db, job: NewJob): void {
  sql(db, `INSERT INTO jobs (seq, id, run_id, project_id, owner, farm, subproject, language, recipe, ref, branch, sha, status, recipe_snapshot_json, rerun_failed, created_at)
    VALUES (${nextSeq}, @id, @runId, @projectId, @owner, @farm, @subproject, @language, @recipe, @ref, @branch, @sha, 'queued', @snapshot, @rerunFailed, @at)`)
    .run({ ...job, rerunFailed: job.rerunFailed ?? 0, snapshot: job.snapshot && JSON.stringify(job.snapshot), at: now() })
}

/** False when it is not queued any more: cancelled a moment ago. */
export function startJob(db: Db, id: string): boolean {
  return sql(db, `UPDATE jobs SET status = 'running', started_at = ? WHERE id = ? AND status = 'queued'`).run(now(), id).changes === 1
}

/** Nothing is run for it: its findings came as a document. */
export function markImported(db: Db, id: string): void {
  sql(db, 'UPDATE jobs SET imported = 1 WHERE id = ?').run(id)
}

/** What is known once the workspace stands. */
export function placeJob(db: Db, id: string, at: { sha: string; branch: string | null; language: string; snapshot: RecipeSnapshot | null }): void {
  sql(db, 'UPDATE jobs SET sha = @sha, branch = @branch, language = @language, recipe_snapshot_json = @snapshot WHERE id = @id')
    .run({ id, ...at, snapshot: at.snapshot && JSON.stringify(at.snapshot) })
}

export interface JobEnd {
  status: JobStatus
  exitCode: number | null
  message: string | null
  tests: JobTests | null
  findings: FindingCounts
  /** True when the recipe ran to its own end: later jobs compare with it. */
  complete: boolean
}

/** False when the job has ended already. */
export function endJob(db: Db, id: string, end: JobEnd): boolean {
  return sql(db, `UPDATE jobs SET status = @status, exit_code = @exitCode, message = @message, tests = @tests, findings = @findings, complete = @complete, finished_at = @at
    WHERE id = @id AND status IN ('queued', 'running')`)
    .run({ id, ...end, tests: end.tests && JSON.stringify(end.tests), findings: JSON.stringify(end.findings), complete: end.complete ? 1 : 0, at: now() }).changes === 1
}

/** Its numbers, once they are known. */
export function countJob(db: Db, id: string, findings: FindingCounts): void {
  sql(db, 'UPDATE jobs SET findings = ? WHERE id = ?').run(JSON.stringify(findings), id)
}

export function findJob(db: Db, caller: Caller, id: string): Job | undefined {
  const row = ownRow(db, caller, { table: 'jobs', columns, index: 'jobs_seen', key: 'id', value: id }) as Row | undefined
  return row && toJob(row)
}

/** For the farm itself. */
export function jobById(db: Db, id: string): Job | undefined {
  const row = sql(db, `SELECT ${columns} FROM jobs WHERE id = ?`).get(id) as Row | undefined
  return row && toJob(row)
}

export function jobsOfRun(db: Db, runId: string): Job[] {
  return (sql(db, `SELECT ${columns} FROM jobs WHERE run_id = ? ORDER BY seq`).all(runId) as Row[]).map(toJob)
}

export interface JobFilter { projectId?: number; status?: JobStatus; before?: number; limit: number }

/** Newest first. Each combination of filters has an index that ends in seq, so a page costs what it shows. */
export function listJobs(db: Db, caller: Caller, filter: JobFilter): Job[] {
  const where = [
    filter.projectId !== undefined ? 'project_id = @projectId' : caller.isAdmin ? '' : 'owner = @caller',
    filter.status === undefined ? '' : 'status = @status',
    filter.before === undefined ? '' : 'seq < @before',
  ].filter(Boolean)
  const rows = sql(db, `SELECT ${columns} FROM jobs ${where.length ? `WHERE ${where.join(' AND ')}` : ''} ORDER BY seq DESC LIMIT @limit`)
    .all({ caller: caller.name, projectId: filter.projectId, status: filter.status, before: filter.before, limit: filter.limit }) as Row[]
  return rows.map(toJob)
}

/** The latest finished job of every (subproject, language, recipe) of a project on a branch: what its findings are now. */
export function latestJobs(db: Db, projectId: number, branch: string): Job[] {
  const rows = sql(db, `SELECT ${columns} FROM jobs WHERE seq IN (
      SELECT max(seq) FROM jobs WHERE project_id = @projectId AND coalesce(branch, ref) = @branch AND status NOT IN ('queued', 'running', 'cancelled') AND complete = 1
      GROUP BY subproject, language, recipe)
    ORDER BY subproject, recipe, language`).all({ projectId, branch }) as Row[]
  return rows.map(toJob)
}

/**
 * Jobs of the same subproject, recipe and language that ran to their end on a branch before this one, newest first. Those of the same commit come last,
 * so that a commit that is run twice is told the same twice.
 */
export function earlierJobs(db: Db, job: Job, on: string, limit: number): { seq: number; sha: string | null }[] {
  const wanted = { projectId: job.projectId, subproject: job.subproject, recipe: job.recipe, language: job.language, seq: job.seq, sha: job.sha, on }
  // Sorted in one go, all that there ever were would be read for the newest.
  const newest = (commit: 'sha IS NOT @sha' | 'sha IS @sha', most: number) => sql(db, `SELECT seq, sha FROM jobs INDEXED BY jobs_speaking WHERE project_id = @projectId
    AND coalesce(branch, ref) = @on AND subproject = @subproject AND language = @language AND recipe = @recipe AND status NOT IN ('queued', 'running', 'cancelled')
    AND complete = 1 AND seq < @seq AND ${commit} ORDER BY seq DESC LIMIT @most`).all({ ...wanted, most }) as { seq: number; sha: string | null }[]
  const others = newest('sha IS NOT @sha', limit)
  return others.length < limit ? [...others, ...newest('sha IS @sha', limit - others.length)] : others
}

/** The last job of the same subproject, recipe and language that ran to its end at a commit, on whatever branch. */
export function latestAt(db: Db, job: Job, sha: string): { seq: number; sha: string | null } | undefined {
  return sql(db, `SELECT seq, sha FROM jobs WHERE project_id = @projectId AND subproject = @subproject AND recipe = @recipe AND language = @language AND complete = 1
    AND seq < @seq AND sha = @sha ORDER BY seq DESC LIMIT 1`)
    .get({ projectId: job.projectId, subproject: job.subproject, recipe: job.recipe, language: job.language, seq: job.seq, sha }) as { seq: number; sha: string | null } | undefined
}

/** Queued and running jobs of a project. */
export function openJobs(db: Db, projectId: number): Job[] {
  return (sql(db, `SELECT ${columns} FROM jobs WHERE project_id = ? AND status IN ('queued', 'running')`).all(projectId) as Row[]).map(toJob)
}

export function jobsInState(db: Db, farm: string, status: 'queued' | 'running'): Job[] {
  return (sql(db, `SELECT ${columns} FROM jobs WHERE status = ? AND farm = ? ORDER BY seq`).all(status, farm) as Row[]).map(toJob)
}

function toJob(row: Row): Job {
  return {
    seq: row.seq, id: row.id, runId: row.run_id, projectId: row.project_id, project: row.project, owner: row.owner, subproject: row.subproject, language: row.language,
    recipe: row.recipe, ref: row.ref, branch: row.branch, sha: row.sha, status: row.status, exitCode: row.exit_code, message: row.message,
    snapshot: parsed<RecipeSnapshot>(row.recipe_snapshot_json), rerunFailed: row.rerun_failed, tests: testsOf(row.tests), findings: parsed<FindingCounts>(row.findings),
    createdAt: row.created_at, startedAt: row.started_at, finishedAt: row.finished_at,
  }
}

/** Jobs of older versions know nothing of flaky tests. */
function testsOf(text: string | null): JobTests | null {
  return text === null ? null : { flaky: 0, ...JSON.parse(text) as Omit<JobTests, 'flaky'> }
}

function parsed<T>(text: string | null): T | null {
  return text === null ? null : JSON.parse(text) as T
}
