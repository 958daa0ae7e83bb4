import type { FindingCounts, JobTests } from './contract.ts'
import { noFindings } from './findings/counts.ts'
import { reasonsOf } from './findings/gate.ts'
import type { Db } from './ledger/database.ts'
import { findingsById, listFindings, type StoredFinding } from './ledger/findings.ts'
import type { Job } from './ledger/jobs.ts'
import type { Project } from './ledger/projects.ts'
import type { Run } from './ledger/runs.ts'
import { newestFindings, tally } from './ledger/status.ts'
import { gatedJob, gateOf, sum } from './status.ts'

/** What there is to say of a run, for reports that people read. */
export interface Overview {
  project: string
  ref: string
  sha: string | null
  verdict: 'green' | 'red' | 'running' | 'unknown'
  /** Why it is so. */
  reasons: readonly string[]
  jobs: readonly Job[]
  tests: JobTests | null
  /** Accepted ones are in `accepted` alone. */
  counts: FindingCounts & { accepted: number }
  /** Some or all of what the counts count, the gravest first. */
  findings: readonly ShownFinding[]
}

export type ShownFinding = StoredFinding & { job: Pick<Job, 'id' | 'recipe' | 'subproject' | 'language'> }

const mostNew = 100
const mostFixed = 20

/** Of a run on the ledger: judged by its project's gate, with the gravest of its new findings and some of what it fixed. */
export function overviewOf(db: Db, project: Project, run: Run, jobs: readonly Job[]): Overview {
  const isOpen = run.status === 'queued' || run.status === 'running'
  const tallies = jobs.map(job => tally(db, job))
  const reasons = [...run.message ? [run.message] : [], ...reasonsOf(jobs.map((job, at) => gatedJob(db, job, tallies[at]!)), gateOf(project)).map(one => `${one.recipe}${one.subproject ? ` ${one.subproject}` : ''}: ${one.message}`)]
  const byId = new Map(jobs.map(job => [job.id, job]))
  const fresh = newestFindings(db, jobs, mostNew).flatMap(({ job, id }) => findingsById(db, [id]).map(one => ({ ...one, job: byId.get(job)! })))
  const fixed = jobs.flatMap(job => listFindings(db, job.seq, { states: ['fixed'], limit: mostFixed }).map(one => ({ ...one, job })))
  return {
    project: project.name, ref: run.ref, sha: run.sha,
    verdict: isOpen ? 'running' : reasons.length ? 'red' : jobs.some(job => job.status !== 'skipped') ? 'green' : 'unknown',
    reasons, jobs, tests: jobs.flatMap(job => job.tests ?? []).reduce<JobTests | null>((all, one) => all ? sum(all, one) : one, null),
    counts: { ...tallies.map(one => one.counts).reduce(sum, noFindings), accepted: tallies.reduce((all, one) => all + one.accepted, 0) },
    findings: [...fresh, ...fixed],
  }
}
