import type { FindingCounts, Level } from '../contract.ts'
import { now, sql, type Db } from './database.ts'
import { findingsById, type FindingState, type StoredFinding } from './findings.ts'
import type { Job } from './jobs.ts'
import { isAccepted } from './suppressions.ts'

/** Which findings of some jobs. */
export interface ProjectFindingFilter {
  states: readonly FindingState[]
  /** That level or above. */
  level?: Level | undefined
  tool?: string | undefined
  rule?: string | undefined
  /** A file, or a directory with all that is below it. */
  path?: string | undefined
  /** Only those that are accepted; default: only those that are not. */
  accepted?: boolean
  /** Those behind this id. */
  after?: number
  limit: number
}

export interface ProjectFindings {
  /** Of all findings of these jobs that are not accepted, whatever the filter. */
  counts: Pick<FindingCounts, 'new' | 'unchanged' | 'fixed'>
  /** How many match. */
  total: number
  findings: (StoredFinding & { job: string })[]
}

/** By id. */
export function findingsOfJobs(db: Db, jobs: readonly Job[], filter: ProjectFindingFilter): ProjectFindings {
  const levels = { error: ['error'], warning: ['error', 'warning'], note: ['error', 'warning', 'note'] }[filter.level ?? 'note']
  const within = {
    jobs: JSON.stringify(jobs.map(job => job.seq)), states: JSON.stringify(filter.states), levels: JSON.stringify(levels),
    tool: filter.tool ?? null, rule: filter.rule ?? null, path: filter.path?.replace(/^\.\/|\/+$/g, '') ?? null, after: filter.after ?? 0, limit: filter.limit, accepted: filter.accepted ? 1 : 0, now: now(),
  }
  const matching = `FROM findings WHERE job_seq IN (SELECT value FROM json_each(@jobs)) AND state IN (SELECT value FROM json_each(@states)) AND level IN (SELECT value FROM json_each(@levels))
    AND (@tool IS NULL OR tool = @tool) AND (@rule IS NULL OR rule = @rule) AND (@path IS NULL OR file = @path OR substr(file, 1, length(@path) + 1) = @path || '/') AND ${isAccepted} = @accepted`
  const { total } = sql(db, `SELECT count(*) AS total ${matching}`).get(within) as { total: number }
  const rows = sql(db, `SELECT id, job_seq ${matching} AND id > @after ORDER BY id LIMIT @limit`).all(within) as { id: number; job_seq: number }[]
  const jobOf = new Map(jobs.map(job => [job.seq, job.id]))
  const counts = { new: 0, unchanged: 0, fixed: 0 }
  for (const { state, count } of sql(db, `SELECT state, count(*) AS count FROM findings WHERE job_seq IN (SELECT value FROM json_each(@jobs)) AND NOT ${isAccepted} GROUP BY state`).all({ jobs: within.jobs, now: within.now }) as { state: FindingState; count: number }[]) counts[state] = count
  return { counts, total, findings: rows.flatMap(({ id, job_seq }) => findingsById(db, [id]).map(one => ({ ...one, job: jobOf.get(job_seq) ?? '' }))) }
}
