import type { Finding, Kind, Level } from '../contract.ts'
import { now, sql, type Db } from './database.ts'

/** Why a finding does not count. */
export interface Suppression {
  /** `ledger`: somebody has accepted it here, in every job and on every branch; `file`: the file of accepted findings of its own commit names it. */
  source: 'ledger' | 'file'
  /** The record of it; null for a file. */
  id: number | null
  reason: string
  /** A token's name; null for a file. */
  by: string | null
  at: string | null
  /** ISO 8601: from then on it counts again; null: never. */
  until: string | null
  /** The fingerprint in the file; '' where its entry names none, null for the ledger. */
  entry: string | null
}

/** A record of the ledger, which stays when it has expired. */
export interface SuppressionRecord {
  id: number
  identity: number
  reason: string
  by: string
  at: string
  until: string | null
  expired: boolean
  /** As it was when it was accepted. */
  finding: AcceptedFinding
}
export type AcceptedFinding = Pick<Finding, 'tool' | 'rule' | 'level' | 'kind' | 'file' | 'line' | 'message'>

const holds = '(until IS NULL OR until > @now)'

/** SQL of a row of `findings`: it is there and accepted, at @now. What is fixed is told as such. */
export const isAccepted = `(state <> 'fixed' AND (EXISTS (SELECT 1 FROM suppressions WHERE suppressions.identity = findings.identity AND ${holds})
  OR EXISTS (SELECT 1 FROM acceptances WHERE acceptances.finding = findings.id AND ${holds})))`

export function suppressionOf(db: Db, finding: { id: number; identity: number | null; state: string }): Suppression | null {
  if (finding.state === 'fixed') return null
  const at = { id: finding.id, identity: finding.identity, now: now() }
  const record = sql(db, `SELECT 'ledger' AS source, id, reason, accepted_by AS 'by', accepted_at AS at, until, NULL AS entry FROM suppressions WHERE identity = @identity AND ${holds}`).get(at)
  return (record ?? sql(db, `SELECT 'file' AS source, NULL AS id, reason, NULL AS 'by', NULL AS at, until, entry FROM acceptances WHERE finding = @id AND ${holds}`).get(at) ?? null) as Suppression | null
}

/** A later word about the same problem replaces the earlier one. */
export function saveSuppression(db: Db, given: { projectId: number; identity: number; reason: string; by: string; until: string | null; finding: AcceptedFinding }): number {
  const { id } = sql(db, `INSERT INTO suppressions (project_id, identity, reason, accepted_by, accepted_at, until, finding) VALUES (@projectId, @identity, @reason, @by, @at, @until, @json)
    ON CONFLICT (identity) DO UPDATE SET reason = @reason, accepted_by = @by, accepted_at = @at, until = @until, finding = @json RETURNING id`)
    .get({ ...given, json: JSON.stringify(given.finding), finding: undefined, at: now() }) as { id: number }
  return id
}

/** False when there is none. */
export function deleteSuppression(db: Db, projectId: number, id: number): boolean {
  return sql(db, 'DELETE FROM suppressions WHERE project_id = ? AND id = ?').run(projectId, id).changes === 1
}

/** By id, expired ones included. */
export function listSuppressions(db: Db, projectId: number, page: { after?: number; limit: number }): SuppressionRecord[] {
  const rows = sql(db, `SELECT *, NOT ${holds} AS expired FROM suppressions WHERE project_id = @projectId AND id > @after ORDER BY id LIMIT @limit`)
    .all({ projectId, after: page.after ?? 0, limit: page.limit, now: now() }) as (Record<'id' | 'identity' | 'expired', number> & Record<'reason' | 'accepted_by' | 'accepted_at' | 'finding', string> & { until: string | null })[]
  return rows.map(row => ({
    id: row.id, identity: row.identity, reason: row.reason, by: row.accepted_by, at: row.accepted_at, until: row.until, expired: row.expired === 1,
    finding: JSON.parse(row.finding) as AcceptedFinding,
  }))
}

/** The newest finding of a project that a number means: its own or its identity's. */
export function findingToAccept(db: Db, projectId: number, wanted: { finding: number } | { identity: number }): { identity: number | null; finding: AcceptedFinding } | undefined {
  const row = sql(db, `SELECT identity, tool, rule, level, kind, file, line, message FROM findings WHERE ${'finding' in wanted ? 'id = @finding' : 'identity = @identity'}
    AND job_seq IN (SELECT seq FROM jobs WHERE project_id = @projectId) ORDER BY id DESC LIMIT 1`)
    .get({ ...wanted, projectId }) as { identity: number | null; tool: string; rule: string | null; level: Level; kind: Kind; file: string | null; line: number | null; message: string } | undefined
  if (!row) return undefined
  const { identity, rule, file, line, ...rest } = row
  return { identity, finding: { ...rest, ...(rule === null ? {} : { rule }), ...(file === null ? {} : { file }), ...(line === null ? {} : { line }) } }
}
