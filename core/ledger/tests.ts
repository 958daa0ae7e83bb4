import type { TestCase } from '../contract.ts'
import { sql, type Db } from './database.ts'

export function insertTests(db: Db, jobSeq: number, cases: readonly TestCase[]): void {
  const insert = sql(db, 'INSERT INTO tests (job_seq, tool, test, status, seconds, file, line, message, trace) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  for (const one of cases) insert.run(jobSeq, one.tool, one.test, one.status, one.seconds ?? null, one.file ?? null, one.line ?? null, one.message ?? null, one.trace ?? null)
}

/** In the order in which the runner told of them. */
export function listTests(db: Db, jobSeq: number): TestCase[] {
  const rows = sql(db, 'SELECT tool, test, status, seconds, file, line, message, trace FROM tests WHERE job_seq = ? ORDER BY id').all(jobSeq) as Record<string, unknown>[]
  return rows.map(row => Object.fromEntries(Object.entries(row).filter(([, value]) => value !== null)) as unknown as TestCase)
}
