import { sql, type Db } from './database.ts'
import type { TestStatus } from './tests.ts'

/** One job's word on a test. */
export interface PastResult { job: string; sha: string | null; at: string | null; status: TestStatus; flaky: boolean; seconds: number | null }

/** A test of a branch, with what its last jobs said of it. */
export interface TestHistory {
  id: number
  subproject: string
  recipe: string
  language: string
  tool: string
  test: string
  file: string | null
  line: number | null
  /** In the last job that had it. */
  status: TestStatus
  /** It failed and passed at the same commit, in one of `results`. */
  flaky: boolean
  /** The share of the commits in `results` at which it did. */
  flakiness: number
  /** The median of `results`; null where the runner tells no times. */
  medianSeconds: number | null
  /** Newest first. */
  results: readonly PastResult[]
}

export interface TestFilter {
  status?: TestStatus | undefined
  flaky?: boolean | undefined
  /** A part of the name; upper and lower case are alike. */
  text?: string | undefined
  /** Those behind this id. */
  after?: number | undefined
  limit: number
}

const lastResults = 20

/**
 * The tests of a branch: those of the last job of every (subproject, recipe, language) that told of any, in the order of their ids.
 * Costs what the last jobs have in tests, not what the past has.
 */
export function testsOf(db: Db, projectId: number, ref: string, filter: TestFilter): TestHistory[] {
  const latest = sql(db, `SELECT max(seq) FROM jobs WHERE project_id = @projectId AND complete = 1 AND tests IS NOT NULL AND coalesce(branch, ref) = @ref GROUP BY subproject, recipe, language`).pluck().all({ projectId, ref }) as number[]
  const rows = sql(db, `SELECT test_names.id, subproject, recipe, language, tool, test, max(CASE tests.status WHEN 'failed' THEN 3 WHEN 'passed' THEN 2 ELSE 1 END) AS worst, max(file) AS file, max(line) AS line
    FROM tests JOIN test_names ON test_names.id = name
    WHERE job_seq IN (SELECT value FROM json_each(@latest)) AND name > @after AND (@text IS NULL OR instr(lower(test), lower(@text)) > 0)
      AND (@flaky IS NULL OR @flaky = (name IN (SELECT name FROM tests WHERE flaky = 1) AND ${recentlyFlaky}))
    GROUP BY name HAVING @status IS NULL OR worst = @status ORDER BY name LIMIT @limit`)
    .all({
      latest: JSON.stringify(latest), ref, after: filter.after ?? 0, text: filter.text ?? null, limit: filter.limit,
      flaky: filter.flaky === undefined ? null : Number(filter.flaky), status: filter.status === undefined ? null : ranks.indexOf(filter.status) + 1,
    }) as (Pick<TestHistory, 'id' | 'subproject' | 'recipe' | 'language' | 'tool' | 'test' | 'file' | 'line'> & { worst: number })[]
  return rows.map(({ worst, ...row }) => ({ ...row, status: ranks[worst - 1] ?? 'skipped', ...pastOf(db, row.id, ref) }))
}

const ranks: readonly TestStatus[] = ['skipped', 'passed', 'failed']

const past = (name: string) => `SELECT job_seq, flaky FROM tests AS old JOIN jobs ON jobs.seq = old.job_seq WHERE old.name = ${name} AND coalesce(jobs.branch, jobs.ref) = @ref ORDER BY job_seq DESC LIMIT ${lastResults}`
const recentlyFlaky = `EXISTS (SELECT 1 FROM (${past('tests.name')}) WHERE flaky = 1)`

/** What the last jobs of a branch said of a test. */
function pastOf(db: Db, name: number, ref: string): Pick<TestHistory, 'flaky' | 'flakiness' | 'medianSeconds' | 'results'> {
  const rows = sql(db, `SELECT jobs.id AS job, jobs.sha, jobs.finished_at AS at, tests.status, tests.flaky, tests.seconds
    FROM tests JOIN jobs ON jobs.seq = job_seq WHERE name = @name AND coalesce(jobs.branch, jobs.ref) = @ref ORDER BY job_seq DESC LIMIT ${lastResults}`).all({ name, ref }) as (Omit<PastResult, 'flaky'> & { flaky: 0 | 1 })[]
  const results = rows.map((row): PastResult => ({ ...row, flaky: row.flaky === 1 }))
  const shas = new Set(results.map(one => one.sha))
  const mixed = new Set(results.filter(one => one.flaky).map(one => one.sha))
  return { flaky: mixed.size > 0, flakiness: shas.size ? mixed.size / shas.size : 0, medianSeconds: median(results.flatMap(one => one.seconds ?? [])), results }
}

export function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle]
  if (upper === undefined) return null
  return sorted.length % 2 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2
}
