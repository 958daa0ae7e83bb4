import type { JobStatus, Level } from '../contract.ts'
import { now, sql, type Db } from './database.ts'
import type { Job } from './jobs.ts'
import { isAccepted } from './suppressions.ts'

export interface ToolTally { tool: string; level: Level; new: number; unchanged: number; fixed: number }

/** A finished job of a branch, with what it counted when it ended. */
export interface TalliedJob {
  seq: number
  id: string
  runId: string | null
  /** Its run was of everything there is. */
  whole: boolean
  kind: string
  sha: string | null
  status: JobStatus
  complete: boolean
  at: string
  tallies: ToolTally[]
}

/** In the transaction that ends the job. What is accepted counts nowhere. */
export function insertTallies(db: Db, jobSeq: number): void {
  sql(db, `INSERT INTO tallies SELECT job_seq, tool, level, sum(state = 'new'), sum(state = 'unchanged'), sum(state = 'fixed')
    FROM findings WHERE job_seq = @jobSeq AND NOT ${isAccepted} GROUP BY tool, level`).run({ jobSeq, now: now() })
}

const wholeRun = `coalesce(json_extract(request, '$.recipes') = '[]' AND json_extract(request, '$.languages') = '[]' AND json_extract(request, '$.subprojects') = '[]', 0)`
const columns = `jobs.seq, jobs.id, run_id AS runId, ${wholeRun} AS whole, json_array(subproject, jobs.language, recipe) AS kind, jobs.sha, jobs.status, complete, jobs.finished_at AS at`
const here = `jobs.project_id = @projectId AND coalesce(jobs.branch, jobs.ref) = @ref`

/** The jobs of a branch since a moment, oldest first, at most the last `most`; before them the one that spoke last for each kind. */
export function talliedJobs(db: Db, projectId: number, { ref, since, most }: { ref: string; since: string; most: number }): { before: TalliedJob[]; jobs: TalliedJob[] } {
  const from = `FROM jobs LEFT JOIN runs ON runs.id = jobs.run_id WHERE ${here}`
  const at = { projectId, ref, since, most }
  const jobs = (sql(db, `SELECT ${columns} ${from} AND jobs.status NOT IN ('queued', 'running', 'cancelled') AND jobs.finished_at >= @since ORDER BY jobs.seq DESC LIMIT @most`).all(at) as TalliedJob[]).toReversed()
  const first = jobs[0]?.seq ?? Number.MAX_SAFE_INTEGER
  const before = sql(db, `SELECT ${columns} ${from} AND jobs.seq IN (SELECT max(seq) FROM jobs WHERE ${here} AND complete = 1 AND seq < @first GROUP BY subproject, language, recipe)`).all({ ...at, first }) as TalliedJob[]
  const all = new Map([...before, ...jobs].map(job => [job.seq, Object.assign(job, { tallies: [], whole: Boolean(job.whole), complete: Boolean(job.complete) })]))
  const rows = sql(db, 'SELECT job_seq, tool, level, new, unchanged, fixed FROM tallies WHERE job_seq IN (SELECT value FROM json_each(?)) ORDER BY job_seq, tool, level').all(JSON.stringify([...all.keys()])) as (ToolTally & { job_seq: number })[]
  for (const { job_seq, ...row } of rows) all.get(job_seq)?.tallies.push(row)
  return { before, jobs }
}

/** Hours from where a finding was first seen to the job of the branch that had it no more, for those fixed since a moment and not back. */
export function hoursToFix(db: Db, projectId: number, { ref, since }: { ref: string; since: string }): number[] {
  return sql(db, `SELECT (julianday(fixing.at) - julianday(finding.at)) * 24 FROM closures
    JOIN identities ON identities.id = closures.identity AND identities.project_id = @projectId
    JOIN readings AS finding ON finding.job_seq = identities.first_seen
    JOIN readings AS fixing ON fixing.job_seq = closures.fixed_in
    WHERE closures.branch = @ref AND reopened_in IS NULL AND fixing.at >= @since
      AND fixed_in >= coalesce((SELECT min(seq) FROM jobs WHERE ${here} AND finished_at >= @since), 9e18)`).pluck().all({ projectId, ref, since }) as number[]
}

/** The one of these jobs' open findings that was seen first. */
export function oldestOpen(db: Db, jobs: readonly Job[]): { id: number; job: string } | undefined {
  const row = sql(db, `SELECT findings.id, job_seq AS seq FROM findings JOIN identities ON identities.id = findings.identity
    WHERE job_seq IN (SELECT value FROM json_each(@jobs)) AND state <> 'fixed' AND NOT ${isAccepted} ORDER BY first_seen, findings.id LIMIT 1`)
    .get({ jobs: JSON.stringify(jobs.map(job => job.seq)), now: now() }) as { id: number; seq: number } | undefined
  return row && { id: row.id, job: jobs.find(job => job.seq === row.seq)?.id ?? '' }
}
