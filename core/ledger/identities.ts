import type { CommitLine } from './bisects.ts'
import { now, sql, type Db } from './database.ts'
import type { Job } from './jobs.ts'

/** A job that saw something. */
export interface Moment { job: string; run: string | null; sha: string | null; at: string }

/** The first commit that had a finding, and who wrote its line. */
export interface Introduction { bisect: string; commit: CommitLine; line: (CommitLine & { file: string; line: number }) | null }

/** What became of a finding, as it is known today. All null where it is older than identities. */
export interface History {
  /** The same number in every job and on every branch. */
  identity: number | null
  firstSeen: Moment | null
  /** On the job's branch. */
  lastSeen: Moment | null
  /** The job of the branch that had it no more; null while it is there. */
  fixedIn: Moment | null
  /** Fixed in an earlier job of the branch, and back. */
  reopened: boolean
  /** Which commit brought it, where somebody has searched. */
  introduced: Introduction | null
}

/** What the past of a job's branch is found under. */
export const branchOf = (job: Pick<Job, 'branch' | 'ref'>) => job.branch ?? job.ref

interface Was { identity: number | null; key: string | null }

/** The writing side, for the transaction that ends a job: first what it kept, then what is fixed, then what it found. */
export interface Identities {
  /** Of a finding that an earlier job, `seen`, had too. */
  kept(was: Was, key: string, seen: number): number
  /** Of one of an earlier job that is not there any more. */
  fixed(was: Was, seen: number): number
  /** Of one that the earlier job had not: an identity of this key that is not used yet, or a new one. */
  found(key: string): number
}

export function identitiesOf(db: Db, job: Job): Identities {
  const branch = branchOf(job)
  const used = new Set<number>()
  const free = new Map<string, number[]>()
  sql(db, 'INSERT OR IGNORE INTO readings (job_seq, project_id, job, run, sha, at) VALUES (?, ?, ?, ?, ?, ?)').run(job.seq, job.projectId, job.id, job.runId, job.sha, now())
  const make = (key: string, seen: number) => Number(sql(db, 'INSERT INTO identities (project_id, key, first_seen) VALUES (?, ?, ?)').run(job.projectId, key, seen).lastInsertRowid)
  const use = (id: number) => {
    used.add(id)
    return id
  }
  /** Those fixed on this branch first: they are back. */
  const known = (key: string) => sql(db, 'SELECT id FROM identities LEFT JOIN closures ON identity = id AND branch = ? WHERE project_id = ? AND key = ? ORDER BY identity IS NULL, id').pluck().all(branch, job.projectId, key) as number[]
  return {
    kept({ identity, key: before }, key, seen) {
      if (identity === null) return use(make(key, seen))
      if (before !== key) sql(db, 'UPDATE identities SET key = ? WHERE id = ?').run(key, identity)
      return use(identity)
    },
    fixed({ identity, key }, seen) {
      const id = use(identity ?? make(key ?? '', seen))
      sql(db, `INSERT INTO closures (identity, branch, last_seen, fixed_in) VALUES (@id, @branch, @seen, @job)
        ON CONFLICT DO UPDATE SET last_seen = @seen, fixed_in = @job, reopened_in = NULL WHERE reopened_in IS NOT NULL`).run({ id, branch, seen, job: job.seq })
      return id
    },
    found(key) {
      const candidates = free.get(key) ?? known(key).filter(id => !used.has(id))
      free.set(key, candidates)
      const id = candidates.shift()
      if (id === undefined) return use(make(key, job.seq))
      sql(db, 'UPDATE closures SET reopened_in = ? WHERE identity = ? AND branch = ? AND reopened_in IS NULL').run(job.seq, id, branch)
      return use(id)
    },
  }
}

interface Row { firstSeen: number; lastSeen: number | null; fixedIn: number | null; reopenedIn: number | null; introduced: string | null }

/** The reading side, for the findings of one job. */
export function historian(db: Db, jobSeq: number): (identity: number | null) => History {
  const job = sql(db, 'SELECT project_id, subproject, recipe, language, coalesce(branch, ref) AS branch FROM jobs WHERE seq = ?').get(jobSeq) as Record<string, unknown> | undefined
  const latest = sql(db, `SELECT max(seq) FROM jobs WHERE project_id = @project_id AND subproject = @subproject AND recipe = @recipe AND language = @language AND complete = 1 AND (branch = @branch OR ref = @branch)`).pluck()
  const moments = new Map<number, Moment | null>()
  const momentOf = (seq: number): Moment | null => {
    const known = moments.get(seq)
    if (known !== undefined) return known
    const moment = (sql(db, 'SELECT job, run, sha, at FROM readings WHERE job_seq = ?').get(seq) ?? null) as Moment | null
    moments.set(seq, moment)
    return moment
  }
  let last: number | undefined
  return identity => {
    const row = identity !== null && job ? sql(db, `SELECT first_seen AS firstSeen, last_seen AS lastSeen, fixed_in AS fixedIn, reopened_in AS reopenedIn, introduced
      FROM identities LEFT JOIN closures ON identity = id AND branch = ? WHERE id = ?`).get(job.branch, identity) as Row | undefined : undefined
    if (!row) return { identity: null, firstSeen: null, lastSeen: null, fixedIn: null, reopened: false, introduced: null }
    const isFixed = row.fixedIn !== null && row.reopenedIn === null
    last ??= Math.max(jobSeq, Number(latest.get(job) ?? 0))
    return {
      identity, firstSeen: momentOf(row.firstSeen), lastSeen: momentOf(isFixed ? row.lastSeen ?? last : last),
      fixedIn: isFixed && row.fixedIn !== null ? momentOf(row.fixedIn) : null, reopened: row.reopenedIn !== null,
      introduced: row.introduced === null ? null : JSON.parse(row.introduced) as Introduction,
    }
  }
}
