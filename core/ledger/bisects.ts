import { now, sql, type Db } from './database.ts'
import { ownRow } from './projects.ts'
import type { Caller } from './tokens.ts'

/** `good`: the commit is without; `bad`: with it; `skip`: it cannot be told there; `lost`: the job was cancelled or died. */
export type Answer = 'good' | 'bad' | 'skip' | 'lost'
export type BisectStatus = 'running' | 'found' | 'unclear' | 'cancelled' | 'error'

export interface BisectTarget {
  /** The finding of `job`, a failed test's one too; null for a test that has none. */
  finding: number | null
  identity: number | null
  test: { tool: string; test: string } | null
  /** The test is flaky at the bad commit: passing once proves nothing. */
  flaky: boolean
  /** The job that has it, at the bad commit. */
  job: string
  /** For people. */
  title: string
}

export interface CommitLine { sha: string; author: string; date: string; summary: string }

export interface BisectResult {
  /** The first bad commit; where commits before it could not be told, those are suspects too. */
  commit: CommitLine
  suspects: readonly string[]
  /** Who wrote the finding's line, by git blame at that commit; null for tests and findings without a line. */
  line: (CommitLine & { file: string; line: number }) | null
}

export interface Bisect {
  id: string
  projectId: number
  project: string
  owner: string
  target: BisectTarget
  subproject: string
  language: string
  recipe: string
  good: string | null
  bad: string
  /** How many commits were in question. */
  commits: number
  status: BisectStatus
  message: string | null
  result: BisectResult | null
  createdAt: string
  finishedAt: string | null
}

export interface Step { job: string; sha: string; asked: boolean; answer: Answer | null }

type Row = Omit<Bisect, 'target' | 'result'> & { target: string; result: string | null }
const columns = `id, project_id AS projectId, (SELECT name FROM projects WHERE projects.id = project_id) AS project, owner, target, subproject, language, recipe,
  good, bad, commits, status, message, result, created_at AS createdAt, finished_at AS finishedAt`

export function insertBisect(db: Db, farm: string, given: Pick<Bisect, 'id' | 'projectId' | 'owner' | 'target' | 'subproject' | 'language' | 'recipe' | 'good' | 'bad' | 'commits'>): void {
  sql(db, `INSERT INTO bisects (id, project_id, owner, farm, target, subproject, language, recipe, good, bad, commits, status, created_at)
    VALUES (@id, @projectId, @owner, @farm, @json, @subproject, @language, @recipe, @good, @bad, @commits, 'running', @at)`)
    .run({ ...given, farm, json: JSON.stringify(given.target), target: undefined, at: now() })
}

export function findBisect(db: Db, caller: Caller, id: string): Bisect | undefined {
  return toBisect(ownRow(db, caller, { table: 'bisects', columns, index: 'bisects_seen', key: 'id', value: id }) as Row | undefined)
}

export function bisectById(db: Db, id: string): Bisect | undefined {
  return toBisect(sql(db, `SELECT ${columns} FROM bisects WHERE id = ?`).get(id) as Row | undefined)
}

export function openBisects(db: Db, farm: string): string[] {
  return sql(db, `SELECT id FROM bisects WHERE farm = ? AND status = 'running' ORDER BY created_at`).pluck().all(farm) as string[]
}

/** False when it has ended already. */
export function endBisect(db: Db, id: string, status: BisectStatus, { message = null, result = null }: { message?: string | null; result?: BisectResult | null } = {}): boolean {
  return sql(db, `UPDATE bisects SET status = ?, message = ?, result = ?, finished_at = ? WHERE id = ? AND status = 'running'`).run(status, message, result && JSON.stringify(result), now(), id).changes === 1
}

/** Those of a project that is to be removed. */
export function endBisectsOf(db: Db, projectId: number): void {
  sql(db, `UPDATE bisects SET status = 'cancelled', finished_at = ? WHERE project_id = ? AND status = 'running'`).run(now(), projectId)
}

export function insertStep(db: Db, bisect: string, step: Step): void {
  sql(db, 'INSERT OR IGNORE INTO bisect_steps (bisect, job, sha, asked, answer) VALUES (?, ?, ?, ?, ?)').run(bisect, step.job, step.sha, step.asked ? 1 : 0, step.answer)
}

export function answerStep(db: Db, bisect: string, job: string, answer: Answer): void {
  sql(db, 'UPDATE bisect_steps SET answer = ? WHERE bisect = ? AND job = ?').run(answer, bisect, job)
}

export function stepsOf(db: Db, bisect: string): Step[] {
  return (sql(db, `SELECT job, sha, asked, answer FROM bisect_steps WHERE bisect = ? ORDER BY (SELECT seq FROM jobs WHERE jobs.id = job)`).all(bisect) as (Omit<Step, 'asked'> & { asked: 0 | 1 })[]).map(step => ({ ...step, asked: step.asked === 1 }))
}

/** What an identity is told by from now on. */
export function noteIntroduction(db: Db, identity: number, bisect: string, result: BisectResult): void {
  sql(db, 'UPDATE identities SET introduced = ? WHERE id = ?').run(JSON.stringify({ bisect, commit: result.commit, line: result.line }), identity)
}

/** Jobs of the same recipe that ran to their end, newest first: what is known without asking. */
export function jobsAlike(db: Db, of: { projectId: number; subproject: string; recipe: string; language: string }, limit: number): { id: string; sha: string }[] {
  return sql(db, `SELECT id, sha FROM jobs WHERE project_id = @projectId AND subproject = @subproject AND recipe = @recipe AND language = @language AND complete = 1 AND sha IS NOT NULL
    ORDER BY seq DESC LIMIT @limit`).all({ ...of, limit }) as { id: string; sha: string }[]
}

/** The newest job on a branch in which a test of that name failed, or was flaky, for each recipe. */
export function jobsWithFailed(db: Db, projectId: number, ref: string, test: string): { job: string; tool: string; flaky: boolean }[] {
  return (sql(db, `SELECT jobs.id AS job, tool, max(jobs.seq), tests.flaky FROM test_names JOIN tests ON tests.name = test_names.id JOIN jobs ON jobs.seq = job_seq
    WHERE test_names.project_id = @projectId AND test = @test AND (tests.status = 'failed' OR tests.flaky = 1) AND coalesce(jobs.branch, jobs.ref) = @ref
    GROUP BY test_names.id`).all({ projectId, ref, test }) as { job: string; tool: string; flaky: 0 | 1 }[]).map(({ job, tool, flaky }) => ({ job, tool, flaky: flaky === 1 }))
}

/** Whether a job ran to its own end. */
export function ranToEnd(db: Db, job: string): boolean {
  return sql(db, 'SELECT complete FROM jobs WHERE id = ?').pluck().get(job) === 1
}

/** The finding of a failed test in a job. */
export function findingOfTest(db: Db, jobSeq: number, { tool, test }: { tool: string; test: string }): { id: number; identity: number | null } | undefined {
  return sql(db, `SELECT id, identity FROM findings WHERE job_seq = ? AND kind = 'test' AND tool = ? AND rule = ? AND state <> 'fixed'`).get(jobSeq, tool, test) as { id: number; identity: number | null } | undefined
}

function toBisect(row: Row | undefined): Bisect | undefined {
  return row && { ...row, target: JSON.parse(row.target) as BisectTarget, result: row.result === null ? null : JSON.parse(row.result) as BisectResult }
}
