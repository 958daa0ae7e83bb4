import { sql, type Db } from './database.ts'

/** How long a project keeps what it need not. Days count back from now; sizes are MiB. */
export interface Retention { logDays: number; logMb: number; jobDays: number; jobs: number }

/** A finished job that may go, oldest first. */
export interface OldJob { seq: number; id: string; finishedAt: string }

/**
 * Jobs that nothing needs: all finished ones but the latest complete one, and the latest of any state, of every (branch, subproject, language,
 * recipe). What is shown of a branch, and what its next job is compared with, stays whatever its age. A bare commit is no branch, nor is what tries a patch.
 */
const spare = `
  WITH ended AS (SELECT seq, id, run_id, finished_at, complete, CASE WHEN ref LIKE 'ct/patch/%' OR (branch IS NULL AND ref = sha) THEN NULL ELSE coalesce(branch, ref) END AS line, subproject, language, recipe
    FROM jobs WHERE project_id = @projectId AND status NOT IN ('queued', 'running')),
  needed AS (
    SELECT max(seq) AS seq FROM ended WHERE complete = 1 AND line IS NOT NULL GROUP BY line, subproject, language, recipe
    UNION SELECT max(seq) FROM ended WHERE line IS NOT NULL GROUP BY line, subproject, language, recipe)
  SELECT seq, id, finished_at AS finishedAt FROM ended WHERE seq NOT IN (SELECT seq FROM needed)`

/** Those that are too old, and those beyond the number to keep. */
export function jobsToForget(db: Db, projectId: number, keep: { before: string; jobs: number }): OldJob[] {
  const all = sql(db, `${spare} ORDER BY seq`).all({ projectId }) as OldJob[]
  const { count } = sql(db, 'SELECT count(*) AS count FROM jobs WHERE project_id = ?').get(projectId) as { count: number }
  const surplus = Math.max(0, count - keep.jobs)
  return all.filter((job, at) => at < surplus || job.finishedAt < keep.before)
}

/** Finished jobs whose log nobody needs to read any more, oldest first. */
export function jobsWithSpareLogs(db: Db, projectId: number): OldJob[] {
  return sql(db, `${spare} ORDER BY seq`).all({ projectId }) as OldJob[]
}

/** Findings and tests go with a job; a run goes with its last one. */
export function forgetJobs(db: Db, jobs: readonly OldJob[]): void {
  db.transaction(() => {
    for (const { seq } of jobs) {
      const row = sql(db, 'DELETE FROM jobs WHERE seq = ? RETURNING run_id').get(seq) as { run_id: string | null } | undefined
      if (row?.run_id) sql(db, 'DELETE FROM runs WHERE id = @run AND NOT EXISTS (SELECT 1 FROM jobs WHERE run_id = @run)').run({ run: row.run_id })
    }
  }).immediate()
}

/** Runs that came to no job, too old or beyond the number to keep, and searches that are as old: no job takes them along. */
export function forgetRuns(db: Db, projectId: number, keep: { before: string; jobs: number }): void {
  sql(db, `WITH empty AS (SELECT seq, finished_at, row_number() OVER (ORDER BY seq DESC) AS place FROM runs
      WHERE project_id = @projectId AND status NOT IN ('queued', 'running') AND NOT EXISTS (SELECT 1 FROM jobs WHERE run_id = runs.id))
    DELETE FROM runs WHERE seq IN (SELECT seq FROM empty WHERE finished_at < @before OR place > @jobs)`).run({ projectId, ...keep })
  sql(db, `DELETE FROM bisects WHERE project_id = ? AND status <> 'running' AND finished_at < ?`).run(projectId, keep.before)
}

/**
 * Subscribers whose plugin is gone: nobody `present` has their name, and the first fact that they have not had is older than that. They would keep
 * facts for ever. One that comes back later begins like a new one. Answers their names.
 */
export function forgetSubscribers(db: Db, present: readonly string[], before: string): string[] {
  const gone = sql(db, `DELETE FROM cursors WHERE subscriber NOT IN (SELECT value FROM json_each(?))
    AND (SELECT at FROM facts WHERE id > cursors.fact ORDER BY id LIMIT 1) < ? RETURNING subscriber`).all(JSON.stringify(present), before) as { subscriber: string }[]
  return gone.map(row => row.subscriber)
}

/** Facts that every subscriber has had, older than that. */
export function forgetFacts(db: Db, before: string): number {
  return sql(db, 'DELETE FROM facts WHERE at < ? AND id < coalesce((SELECT min(fact) FROM cursors), (SELECT max(id) FROM facts))').run(before).changes
}

/** Gives the space of what was deleted back, some pages at a time, and keeps the write-ahead log short. Who reads meanwhile, in another process, is not waited for: the farm would stand still. */
export function compactLedger(db: Db): void {
  db.pragma('incremental_vacuum(2000)')
  const patience = Number(db.pragma('busy_timeout', { simple: true }))
  db.pragma('busy_timeout = 0')
  try { db.pragma('wal_checkpoint(TRUNCATE)') } finally { db.pragma(`busy_timeout = ${patience}`) }
  db.pragma('optimize')
}
