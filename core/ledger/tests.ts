import type { TestCase } from '../contract.ts'
import { sql, type Db } from './database.ts'
import type { Job } from './jobs.ts'

/** A test as one job saw it. */
export interface TestResult extends TestCase {
  /** It failed and passed at the job's commit; what it said when it failed is kept. */
  flaky?: true
}

export type TestStatus = TestCase['status']

/** What a test is called within one recipe of one subproject. */
export const nameOf = ({ tool, test }: Pick<TestCase, 'tool' | 'test'>) => `${tool}\0${test}`

export function insertTests(db: Db, job: Job, results: readonly TestResult[]): void {
  const { seq, projectId, subproject, recipe, language } = job
  const known = sql(db, 'SELECT id FROM test_names WHERE project_id = ? AND subproject = ? AND recipe = ? AND language = ? AND tool = ? AND test = ?').pluck()
  const name = sql(db, 'INSERT INTO test_names (project_id, subproject, recipe, language, tool, test) VALUES (?, ?, ?, ?, ?, ?)')
  const insert = sql(db, 'INSERT INTO tests (job_seq, name, status, seconds, file, line, message, trace, flaky) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)')
  for (const one of results) {
    const called = [projectId, subproject, recipe, language, one.tool, one.test]
    const id = known.get(...called) ?? name.run(...called).lastInsertRowid
    insert.run(seq, id, one.status, one.seconds ?? null, one.file ?? null, one.line ?? null, one.message ?? null, one.trace ?? null, one.flaky ? 1 : 0)
  }
}

/** In the order in which the runner told of them. */
export function listTests(db: Db, jobSeq: number): TestResult[] {
  const rows = sql(db, `SELECT tool, test, status, seconds, file, line, message, trace, nullif(flaky, 0) AS flaky
    FROM tests JOIN test_names ON test_names.id = name WHERE job_seq = ? ORDER BY tests.id`).all(jobSeq) as Record<string, unknown>[]
  return rows.map(({ flaky, ...row }) => Object.fromEntries([...Object.entries(row).filter(([, value]) => value !== null), ...(flaky ? [['flaky', true]] : [])]) as unknown as TestResult)
}

/** Names of a job's tests that failed and passed at its commit. */
export function flakyTests(db: Db, jobSeq: number): string[] {
  return sql(db, 'SELECT DISTINCT test FROM tests JOIN test_names ON test_names.id = name WHERE job_seq = ? AND flaky = 1 ORDER BY test').pluck().all(jobSeq) as string[]
}

const mostJobs = 20

/**
 * What other jobs of the same recipe said of each test at the job's commit; the last 20 are asked. Where a job has several tests of one name, the
 * worst of them speaks. A recipe whose text was changed since is another one.
 */
export function resultsElsewhere(db: Db, job: Job): Map<string, Set<TestStatus>> {
  const seqs = sql(db, `SELECT seq FROM jobs WHERE project_id = @projectId AND sha = @sha AND subproject = @subproject AND recipe = @recipe AND language = @language
    AND complete = 1 AND seq <> @seq AND recipe_snapshot_json IS @snapshot ORDER BY seq DESC LIMIT ${mostJobs}`).pluck()
    .all({ seq: job.seq, projectId: job.projectId, sha: job.sha, subproject: job.subproject, recipe: job.recipe, language: job.language, snapshot: job.snapshot && JSON.stringify(job.snapshot) }) as number[]
  const found = new Map<string, Set<TestStatus>>()
  for (const seq of seqs) {
    const rows = sql(db, `SELECT tool, test, CASE max(CASE status WHEN 'failed' THEN 3 WHEN 'passed' THEN 2 ELSE 1 END) WHEN 3 THEN 'failed' WHEN 2 THEN 'passed' ELSE 'skipped' END AS status, max(flaky) AS flaky
      FROM tests JOIN test_names ON test_names.id = name WHERE job_seq = ? GROUP BY name`).all(seq) as { tool: string; test: string; status: TestStatus; flaky: 0 | 1 }[]
    for (const row of rows) {
      const name = nameOf(row)
      const said = found.get(name) ?? new Set()
      found.set(name, said.add(row.status))
      if (row.flaky) said.add('failed').add('passed')
    }
  }
  return found
}

/** Names that no job knows any more. */
export function forgetTestNames(db: Db): void {
  sql(db, 'DELETE FROM test_names WHERE NOT EXISTS (SELECT 1 FROM tests WHERE name = test_names.id)').run()
}
