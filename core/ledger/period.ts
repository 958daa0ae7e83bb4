import type { FindingCounts, JobStatus, TestCounts } from '../contract.ts'
import { now, sql, type Db } from './database.ts'
import { findingsById, type StoredFinding } from './findings.ts'
import { isAccepted } from './suppressions.ts'

/** From `from` (inclusive) to `until` (exclusive), both ISO 8601 in UTC with milliseconds. */
export interface Period { from: string; until: string }

/** A job that ended within a period, without what only its own page needs. */
export interface PeriodJob {
  seq: number
  id: string
  subproject: string
  language: string
  recipe: string
  /** The branch, or what else was asked for. */
  ref: string
  status: JobStatus
  message: string | null
  tests: TestCounts | null
  findings: FindingCounts | null
  /** How many known vulnerabilities are among its new and unchanged findings; accepted ones do not count. */
  advisories: number
}

/** In the order in which they were queued. */
export function jobsOfPeriod(db: Db, projectId: number, period: Period): PeriodJob[] {
  const rows = sql(db, `SELECT seq, id, subproject, language, recipe, coalesce(branch, ref) AS ref, status, message, tests, findings FROM jobs
    WHERE project_id = @projectId AND finished_at >= @from AND finished_at < @until AND status NOT IN ('queued', 'running') ORDER BY seq`).all({ projectId, ...period }) as (Omit<PeriodJob, 'tests' | 'findings' | 'advisories'> & { tests: string | null; findings: string | null })[]
  const advisories = sql(db, `SELECT job_seq, count(*) AS count FROM findings WHERE job_seq IN (SELECT value FROM json_each(@jobs)) AND kind = 'audit' AND state <> 'fixed'
    AND json_type(more, '$.finding.advisory') = 'object' AND NOT ${isAccepted} GROUP BY job_seq`)
  const counts = new Map((advisories.all({ jobs: JSON.stringify(rows.map(row => row.seq)), now: now() }) as { job_seq: number; count: number }[]).map(row => [row.job_seq, row.count]))
  return rows.map(row => ({
    ...row, advisories: counts.get(row.seq) ?? 0,
    tests: row.tests === null ? null : JSON.parse(row.tests) as TestCounts, findings: row.findings === null ? null : JSON.parse(row.findings) as FindingCounts,
  }))
}

/** Known vulnerabilities by severity (CVSS: critical from 9, high from 7, moderate from 4); `unrated` has no score. */
export type AdvisoryCounts = Record<'critical' | 'high' | 'moderate' | 'low' | 'unrated', number>

/** What some jobs say together, without what is accepted. Each problem counts once, on however many branches it is; the gravest are shown. */
export interface PeriodFindings {
  /** There now, and reported as new by one of the jobs. */
  fresh: { count: number; shown: StoredFinding[] }
  /** There before and now. */
  open: { count: number }
  /** There before, and nowhere any more. */
  fixed: { count: number; shown: StoredFinding[] }
  /** Of those that are there now. */
  advisories: { counts: AdvisoryCounts; shown: StoredFinding[] }
}

interface Row { present: number | null; appeared: 0 | 1; gone: number | null; weight: number; audit: 0 | 1; score: number | null }

export function findingsOfPeriod(db: Db, projectId: number, jobs: readonly number[], limit: number): PeriodFindings {
  const rows = sql(db, `
    WITH day AS MATERIALIZED (SELECT seq, coalesce(branch, ref) AS line, subproject, language, recipe FROM jobs WHERE seq IN (SELECT value FROM json_each(@jobs)) AND project_id = @projectId AND complete = 1),
    last AS MATERIALIZED (SELECT max(seq) AS seq FROM day GROUP BY line, subproject, language, recipe),
    found AS (SELECT findings.id, coalesce(identity, -findings.id) AS problem, state, job_seq IN (SELECT seq FROM last) AS current, level, kind, more FROM day JOIN findings ON job_seq = day.seq WHERE NOT ${isAccepted})
    SELECT max(CASE WHEN current AND state <> 'fixed' THEN id END) AS present, max(state = 'new') AS appeared, max(CASE WHEN state = 'fixed' THEN id END) AS gone,
      min(CASE level WHEN 'error' THEN 1 WHEN 'warning' THEN 2 ELSE 3 END) AS weight, max(kind = 'audit' AND json_type(more, '$.finding.advisory') IS 'object') AS audit,
      max(CASE WHEN kind = 'audit' THEN json_extract(more, '$.finding.advisory.severity') END) AS score
    FROM found GROUP BY problem`).all({ projectId, jobs: JSON.stringify(jobs), now: now() }) as Row[]
  const gravest = rows.toSorted((a, b) => a.weight - b.weight || (b.score ?? -1) - (a.score ?? -1) || (a.present ?? a.gone ?? 0) - (b.present ?? b.gone ?? 0))
  const shown = (some: readonly Row[], key: 'present' | 'gone') => findingsById(db, some.slice(0, limit).flatMap(row => row[key] ?? []))
  const present = gravest.filter(row => row.present !== null)
  const fresh = present.filter(row => row.appeared)
  const fixed = gravest.filter(row => row.present === null && row.gone !== null && !row.appeared)
  const audits = present.filter(row => row.audit)
  return {
    fresh: { count: fresh.length, shown: shown(fresh, 'present') }, open: { count: present.length - fresh.length },
    fixed: { count: fixed.length, shown: shown(fixed, 'gone') },
    advisories: { counts: severities(audits), shown: shown(audits.toSorted((a, b) => (b.score ?? -1) - (a.score ?? -1)), 'present') },
  }
}

function severities(rows: readonly Row[]): AdvisoryCounts {
  const counts: AdvisoryCounts = { critical: 0, high: 0, moderate: 0, low: 0, unrated: 0 }
  for (const { score } of rows) counts[score === null ? 'unrated' : score >= 9 ? 'critical' : score >= 7 ? 'high' : score >= 4 ? 'moderate' : 'low']++
  return counts
}
