import type { FindingCounts, Level, TestCounts } from '../contract.ts'
import { now, sql, type Db } from './database.ts'
import { jobById, type Job } from './jobs.ts'
import { isAccepted } from './suppressions.ts'

/**
 * The job that speaks for each (subproject, language, recipe) on a branch: the last that ended otherwise than by being cancelled. What the last
 * run of everything did not plan any more speaks for nothing, unless somebody has run it since; no run plans what is imported.
 */
export function speakingJobs(db: Db, projectId: number, ref: string): Job[] {
  const rows = sql(db, `
    WITH here AS (SELECT seq, id, run_id, subproject, language, recipe, imported FROM jobs
      WHERE project_id = @projectId AND coalesce(branch, ref) = @ref AND status NOT IN ('queued', 'running', 'cancelled')),
    whole AS (SELECT coalesce(max(seq), 0) AS seq FROM runs WHERE project_id = @projectId AND ref = @ref AND status NOT IN ('queued', 'running', 'cancelled')
      AND sha IS NOT NULL AND json_extract(request, '$.recipes') = '[]' AND json_extract(request, '$.languages') = '[]' AND json_extract(request, '$.subprojects') = '[]'),
    planned AS (SELECT coalesce(min(jobs.seq), 0) AS seq FROM jobs WHERE run_id = (SELECT id FROM runs WHERE seq = (SELECT seq FROM whole)))
    SELECT id FROM here WHERE seq IN (SELECT max(seq) FROM here GROUP BY subproject, language, recipe) AND (imported OR seq >= (SELECT seq FROM planned))
    ORDER BY subproject, language, CASE recipe WHEN 'build' THEN 1 WHEN 'test' THEN 2 WHEN 'lint' THEN 3 WHEN 'audit' THEN 4 ELSE 5 END, recipe`).all({ projectId, ref }) as { id: string }[]
  return rows.flatMap(row => jobById(db, row.id) ?? [])
}

/** Runs and jobs of a branch that have not ended. Left to itself, SQLite looks for them among all that there were. */
export function openWork(db: Db, projectId: number, ref: string): { runs: string[]; jobs: string[] } {
  const ids = (table: string, index: string) => sql(db, `SELECT id FROM ${table} INDEXED BY ${index} WHERE project_id = ? AND status IN ('queued', 'running') AND ref = ? ORDER BY seq`).pluck().all(projectId, ref) as string[]
  return { runs: ids('runs', 'runs_open'), jobs: ids('jobs', 'jobs_by_project_status') }
}

/** The tests of the last complete job of the same kind before it, at another commit. */
export function testsBefore(db: Db, job: Job): TestCounts | null {
  const row = sql(db, `SELECT tests FROM jobs WHERE project_id = @projectId AND subproject = @subproject AND recipe = @recipe AND language = @language AND complete = 1
    AND seq < @seq AND coalesce(branch, ref) = @ref AND sha IS NOT @sha ORDER BY seq DESC LIMIT 1`)
    .get({ projectId: job.projectId, subproject: job.subproject, recipe: job.recipe, language: job.language, seq: job.seq, ref: job.branch ?? job.ref, sha: job.sha }) as { tests: string | null } | undefined
  return row?.tests ? JSON.parse(row.tests) as TestCounts : null
}

export interface Tally {
  counts: FindingCounts
  fresh: Record<Level, number>
  freshAdvisories: number[]
  advisories: number[]
  /** Present ones that are accepted; they are in none of the other numbers. */
  accepted: number
  /** Those among them that are failed tests. */
  acceptedTests: number
}

/** New findings count for a gate only where there was an earlier commit to compare with: a project starts with what it has. */
const freshOf = `state = 'new' AND EXISTS (SELECT 1 FROM jobs AS earlier WHERE earlier.project_id = @projectId AND earlier.subproject = @subproject AND earlier.recipe = @recipe
  AND earlier.language = @language AND earlier.complete = 1 AND earlier.seq < @seq AND earlier.sha IS NOT @sha)`

const keyOf = ({ seq, projectId, subproject, recipe, language, sha }: Job) => ({ seq, projectId, subproject, recipe, language, sha, now: now() })

/** A job's findings in numbers. */
export function tally(db: Db, job: Job): Tally {
  const found: Tally = { counts: { new: 0, unchanged: 0, fixed: 0, error: 0, warning: 0, note: 0 }, fresh: { error: 0, warning: 0, note: 0 }, freshAdvisories: [], advisories: [], accepted: 0, acceptedTests: 0 }
  const rows = sql(db, `SELECT state, level, (${freshOf}) AS fresh, ${isAccepted} AS accepted, kind = 'test' AS test, count(*) AS count FROM findings WHERE job_seq = @seq GROUP BY 1, 2, 3, 4, 5`)
    .all(keyOf(job)) as { state: 'new' | 'unchanged' | 'fixed'; level: Level; fresh: 0 | 1; accepted: 0 | 1; test: 0 | 1; count: number }[]
  for (const { state, level, fresh, accepted, test, count } of rows) {
    if (accepted) {
      found.accepted += count
      if (test) found.acceptedTests += count
      continue
    }
    found.counts[state] += count
    if (state !== 'fixed') found.counts[level] += count
    if (fresh) found.fresh[level] += count
  }
  const scores = sql(db, `SELECT (${freshOf}) AS fresh, json_extract(more, '$.finding.advisory.severity') AS score FROM findings WHERE job_seq = @seq AND kind = 'audit' AND state <> 'fixed' AND more IS NOT NULL AND NOT ${isAccepted}`).all(keyOf(job)) as { fresh: 0 | 1; score: number | null }[]
  for (const { fresh, score } of scores) {
    if (score === null) continue
    found.advisories.push(score)
    if (fresh) found.freshAdvisories.push(score)
  }
  return found
}

/** The new findings of those jobs, the gravest first. */
export function newestFindings(db: Db, jobs: readonly Job[], limit: number): { job: string; id: number }[] {
  const rows = jobs.flatMap(job => (sql(db, `SELECT id, identity, CASE level WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END AS weight FROM findings WHERE job_seq = @seq AND state = 'new'
    AND NOT ${isAccepted} ORDER BY weight, file IS NULL, id LIMIT @limit`).all({ seq: job.seq, limit, now: now() }) as { id: number; identity: number | null; weight: number }[]).map(row => ({ ...row, job: job.id })))
  // Several recipes may tell of the same problem.
  const seen = new Set<number | null>()
  const isFirst = ({ identity }: { identity: number | null }) => identity === null || (!seen.has(identity) && seen.add(identity))
  return rows.toSorted((a, b) => a.weight - b.weight).filter(isFirst).slice(0, limit).map(({ job, id }) => ({ job, id }))
}
