import type { Advisory, Finding, Kind, Level } from '../contract.ts'
import { now, sql, type Db } from './database.ts'
import { historian, identitiesOf, type History } from './identities.ts'
import type { Job } from './jobs.ts'
import { isAccepted, suppressionOf, type Suppression } from './suppressions.ts'

export type FindingState = 'new' | 'unchanged' | 'fixed'

/** A finding of a job. */
export interface TrackedFinding {
  finding: Finding
  fingerprint: string
  state: FindingState
  /** GitHub's primaryLocationLineHash, where the source could be read. */
  lineHash?: string
  /** The offending line and those around it; `start` is the first one's number. */
  snippet?: { start: number; lines: readonly string[] }
}

export interface StoredFinding extends TrackedFinding, History {
  id: number
  /** It does not count. */
  suppression: Suppression | null
}

/** What tracking needs of an earlier job's finding. */
export interface EarlierFinding extends Pick<Finding, 'tool' | 'rule' | 'kind' | 'message' | 'file' | 'line' | 'column' | 'advisory'> {
  id: number
  /** Null where it is older than identities. */
  identity: number | null
  key: string | null
  /** The fingerprint by which the file of accepted findings named it; null where it did not. */
  entry?: string | null
}

type More = { finding?: Partial<Finding> } & Pick<TrackedFinding, 'lineHash' | 'snippet'>
interface Row { id: number; fingerprint: string; state: FindingState; level: Level; tool: string; rule: string | null; kind: Kind; file: string | null; line: number | null; message: string; more: string | null; identity: number | null }

/** What a job's log and reports say, compared with an earlier job of its kind. */
export interface Comparison {
  findings: readonly ComparedFinding[]
  /** Those of the earlier job that are not there any more. */
  fixed: readonly EarlierFinding[]
  /** The earlier job; undefined where there is none. */
  baseline: number | undefined
}
export interface ComparedFinding extends TrackedFinding {
  /** Its fingerprint without ordinal. */
  key: string
  /** What it was in the earlier job. */
  was?: EarlierFinding
  /** The file of accepted findings of its commit names it. */
  accepted?: { entry: string; reason: string; until: string | null }
}

/** In the transaction that ends the job. */
export function insertFindings(db: Db, job: Job, { findings, fixed, baseline = job.seq }: Comparison): void {
  const identities = identitiesOf(db, job)
  const kept = findings.map(({ was, key }) => was && identities.kept(was, key, baseline))
  const gone = fixed.map(one => identities.fixed(one, baseline))
  const first = nextFindingId(db)
  findings.forEach((one, at) => insertFinding(db, { id: first + at, jobSeq: job.seq, identity: kept[at] ?? identities.found(one.key) }, one))
  fixed.forEach((one, at) => insertFixed(db, { id: first + findings.length + at, jobSeq: job.seq, identity: gone[at] ?? null }, one.id))
}

/** Higher than any that ever was, those of forgotten jobs among them: whoever holds an id never comes to another finding. */
function nextFindingId(db: Db): number {
  return sql(db, 'SELECT 1 + max(last, coalesce((SELECT max(id) FROM findings), 0)) FROM finding_ids').pluck().get() as number
}

interface Place { id: number; jobSeq: number; identity: number | null }

function insertFinding(db: Db, { id, jobSeq, identity }: Place, { finding, fingerprint, state, lineHash, snippet, accepted }: ComparedFinding): void {
  const { tool, rule, level, kind, file, line, message, ...others } = finding
  const more = JSON.stringify({ finding: others, lineHash, snippet })
  sql(db, `INSERT INTO findings (id, job_seq, fingerprint, state, level, tool, rule, kind, file, line, message, more, identity, position) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
    .run(id, jobSeq, fingerprint, state, level, tool, rule ?? null, kind, file ?? null, line ?? null, message, more === '{"finding":{}}' ? null : more, identity, finding.column ?? null)
  if (accepted) sql(db, 'INSERT INTO acceptances (finding, entry, reason, until) VALUES (?, ?, ?, ?)').run(id, accepted.entry, accepted.reason, accepted.until)
}

/** As it was. */
function insertFixed(db: Db, { id, jobSeq, identity }: Place, earlier: number): void {
  sql(db, `INSERT INTO findings (id, job_seq, fingerprint, state, level, tool, rule, kind, file, line, message, more, identity, position)
    SELECT ?, ?, fingerprint, 'fixed', level, tool, rule, kind, file, line, message, more, ?, position FROM findings WHERE id = ?`).run(id, jobSeq, identity, earlier)
}

export interface FindingFilter {
  states: readonly FindingState[]
  level?: Level
  /** Only those that are accepted, or only those that are not. */
  accepted?: boolean
  after?: number
  limit: number
}

/** In the order in which the tools printed them. */
export function listFindings(db: Db, jobSeq: number, filter: FindingFilter): StoredFinding[] {
  const rows = sql(db, `SELECT * FROM findings WHERE job_seq = @jobSeq AND id > @after AND state IN (${filter.states.map(state => `'${state}'`).join(', ')})
    ${filter.level ? 'AND level = @level' : ''} ${filter.accepted === undefined ? '' : `AND ${filter.accepted ? '' : 'NOT '}${isAccepted}`} ORDER BY id LIMIT @limit`)
    .all({ jobSeq, after: filter.after ?? 0, level: filter.level, limit: filter.limit, now: now() }) as Row[]
  const historyOf = historian(db, jobSeq)
  return rows.map(row => ({ ...toFinding(row), ...historyOf(row.identity), suppression: suppressionOf(db, row) }))
}

/** Whether a job found anything, accepted or not. */
export function hasFindings(db: Db, jobSeq: number): boolean {
  return sql(db, `SELECT 1 FROM findings WHERE job_seq = ? AND state <> 'fixed' LIMIT 1`).get(jobSeq) !== undefined
}

/** In the order of the ids; those that are gone are left out. */
export function findingsById(db: Db, ids: readonly number[]): StoredFinding[] {
  return ids.flatMap(id => {
    const row = sql(db, 'SELECT * FROM findings WHERE id = ?').get(id) as Row & { job_seq: number } | undefined
    return row ? [{ ...toFinding(row), ...historian(db, row.job_seq)(row.identity), suppression: suppressionOf(db, row) }] : []
  })
}

/** All findings of a job, fixed ones too, in the order in which the tools printed them; a hundred thousand numbers fit in memory. */
export function findingIds(db: Db, jobSeq: number): number[] {
  return sql(db, 'SELECT id FROM findings WHERE job_seq = ? ORDER BY id').pluck().all(jobSeq) as number[]
}

/** In the order of `findingIds`, as much as decides what goes first. */
export function* findingBriefs(db: Db, jobSeq: number): Generator<{ tool: string; state: FindingState; level: Level; accepted: boolean }> {
  const rows = sql(db, `SELECT tool, state, level, ${isAccepted} AS accepted FROM findings WHERE job_seq = @jobSeq ORDER BY id`).iterate({ jobSeq, now: now() }) as Iterable<{ tool: string; state: FindingState; level: Level; accepted: 0 | 1 }>
  for (const { accepted, ...brief } of rows) yield { ...brief, accepted: accepted === 1 }
}

/** Of one job, in the order of the ids; those that are gone are left out. */
export function findingsOfJob(db: Db, jobSeq: number, ids: readonly number[]): StoredFinding[] {
  const historyOf = historian(db, jobSeq)
  return ids.flatMap(id => {
    const row = sql(db, 'SELECT * FROM findings WHERE id = ? AND job_seq = ?').get(id, jobSeq) as Row | undefined
    return row ? [{ ...toFinding(row), ...historyOf(row.identity), suppression: suppressionOf(db, row) }] : []
  })
}

/** What a job found, as far as tracking looks at it: a hundred thousand fit in memory. */
export function earlierFindings(db: Db, jobSeq: number): EarlierFinding[] {
  const rows = sql(db, `SELECT findings.id, identity, key, entry, tool, rule, kind, file, line, position, message, CASE WHEN kind = 'audit' THEN more END AS more
    FROM findings LEFT JOIN identities ON identities.id = identity LEFT JOIN acceptances ON finding = findings.id WHERE job_seq = ? AND state IN ('new', 'unchanged') ORDER BY findings.id`).iterate(jobSeq) as Iterable<Row & { key: string | null; entry: string | null; position: number | null }>
  return Array.from(rows, ({ id, identity, key, entry, tool, kind, message, rule, file, line, position, more }) => {
    const advisory = more === null ? undefined : (JSON.parse(more) as { finding?: { advisory?: Advisory } }).finding?.advisory
    return {
      id, identity, key, entry, tool, kind, message,
      ...(rule === null ? {} : { rule }), ...(file === null ? {} : { file }), ...(line === null ? {} : { line }), ...(position === null ? {} : { column: position }),
      ...(advisory ? { advisory } : {}),
    }
  })
}

/** The lines around a finding as they were then. */
export function snippetOf(db: Db, id: number): TrackedFinding['snippet'] {
  const row = sql(db, 'SELECT more FROM findings WHERE id = ?').get(id) as { more: string | null } | undefined
  return row?.more ? (JSON.parse(row.more) as More).snippet : undefined
}

function toFinding(row: Row): TrackedFinding & { id: number } {
  const { finding, ...rest } = (row.more === null ? {} : JSON.parse(row.more)) as More
  return {
    id: row.id, fingerprint: row.fingerprint, state: row.state, ...rest,
    finding: {
      tool: row.tool, level: row.level, kind: row.kind, message: row.message,
      ...(row.rule === null ? {} : { rule: row.rule }), ...(row.file === null ? {} : { file: row.file }), ...(row.line === null ? {} : { line: row.line }),
      ...finding,
    },
  }
}
