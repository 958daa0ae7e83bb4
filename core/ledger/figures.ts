import type { JobStatus, Level } from '../contract.ts'
import { sql, type Db } from './database.ts'
import type { FindingState } from './findings.ts'

/** Jobs that have not ended; `since` is when the first of them was asked for. */
export interface OpenJobs { status: JobStatus; recipe: string; count: number; since: string }

export function openJobCounts(db: Db): OpenJobs[] {
  return sql(db, `SELECT status, recipe, count(*) AS count, min(created_at) AS since FROM jobs WHERE status IN ('queued', 'running') GROUP BY status, recipe`).all() as OpenJobs[]
}

/** How far a subscriber is behind the facts. One whose plugin is gone stays as long as facts are kept. */
export interface FactLag {
  subscriber: string
  facts: number
  /** When the first fact happened that it has not had. */
  since: string | null
}

export function factLags(db: Db): FactLag[] {
  return sql(db, `SELECT subscriber, max(0, coalesce((SELECT max(id) FROM facts), 0) - fact) AS facts, (SELECT at FROM facts WHERE id > cursors.fact ORDER BY id LIMIT 1) AS since
    FROM cursors ORDER BY subscriber`).all() as FactLag[]
}

export interface FindingCount { state: FindingState; level: Level; count: number }

export function countFindings(db: Db, jobSeq: number): FindingCount[] {
  return sql(db, 'SELECT state, level, count(*) AS count FROM findings WHERE job_seq = ? GROUP BY state, level').all(jobSeq) as FindingCount[]
}
