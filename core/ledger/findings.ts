import type { Finding, Kind, Level } from '../contract.ts'
import { sql, type Db } from './database.ts'

export type FindingState = 'new' | 'unchanged' | 'fixed'

/** A finding with its identity. */
export interface TrackedFinding {
  finding: Finding
  fingerprint: string
  state: FindingState
  /** GitHub's primaryLocationLineHash, where the source could be read. */
  lineHash?: string
  /** The offending line and those around it; `start` is the first one's number. */
  snippet?: { start: number; lines: readonly string[] }
}

export interface StoredFinding extends TrackedFinding { id: number }

interface Row { id: number; fingerprint: string; state: FindingState; level: Level; tool: string; rule: string | null; kind: Kind; file: string | null; line: number | null; message: string; more: string | null }

export function insertFindings(db: Db, jobSeq: number, findings: readonly TrackedFinding[]): void {
  const insert = sql(db, `INSERT INTO findings (job_seq, fingerprint, state, level, tool, rule, kind, file, line, message, more) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  for (const { finding, fingerprint, state, lineHash, snippet } of findings) {
    const { tool, rule, level, kind, file, line, message, ...others } = finding
    const more = JSON.stringify({ finding: others, lineHash, snippet })
    insert.run(jobSeq, fingerprint, state, level, tool, rule ?? null, kind, file ?? null, line ?? null, message, more === '{"finding":{}}' ? null : more)
  }
}

export interface FindingFilter { states: readonly FindingState[]; level?: Level; after?: number; limit: number }

/** In the order in which the tools printed them. */
export function listFindings(db: Db, jobSeq: number, filter: FindingFilter): StoredFinding[] {
  const rows = sql(db, `SELECT * FROM findings WHERE job_seq = @jobSeq AND id > @after AND state IN (${filter.states.map(state => `'${state}'`).join(', ')})
    ${filter.level ? 'AND level = @level' : ''} ORDER BY id LIMIT @limit`)
    .all({ jobSeq, after: filter.after ?? 0, level: filter.level, limit: filter.limit }) as Row[]
  return rows.map(toFinding)
}

/** In the order of the ids; those that are gone are left out. */
export function findingsById(db: Db, ids: readonly number[]): StoredFinding[] {
  return ids.flatMap(id => {
    const row = sql(db, 'SELECT * FROM findings WHERE id = ?').get(id) as Row | undefined
    return row ? [toFinding(row)] : []
  })
}

/** All of a job's findings, a page at a time, so that a hundred thousand need not be in memory. */
export function* eachFinding(db: Db, jobSeq: number, states: readonly FindingState[] = ['new', 'unchanged']): Generator<StoredFinding> {
  let after = 0
  for (;;) {
    const page = listFindings(db, jobSeq, { states, after, limit: 500 })
    yield* page
    const last = page.at(-1)
    if (!last || page.length < 500) return
    after = last.id
  }
}

function toFinding(row: Row): StoredFinding {
  const { finding, ...rest } = (row.more === null ? {} : JSON.parse(row.more)) as { finding?: Partial<Finding>; lineHash?: string; snippet?: TrackedFinding['snippet'] }
  return {
    id: row.id, fingerprint: row.fingerprint, state: row.state, ...rest,
    finding: {
      tool: row.tool, level: row.level, kind: row.kind, message: row.message,
      ...(row.rule === null ? {} : { rule: row.rule }), ...(row.file === null ? {} : { file: row.file }), ...(row.line === null ? {} : { line: row.line }),
      ...finding,
    },
  }
}
