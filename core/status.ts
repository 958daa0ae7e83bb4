import type { FindingCounts, JobTests } from './contract.ts'
import { defaultGate, reasonsOf, type Gate, type GatedJob, type Reason } from './findings/gate.ts'
import { noFindings } from './findings/counts.ts'
import type { Db } from './ledger/database.ts'
import { findingsById, type StoredFinding } from './ledger/findings.ts'
import type { Job } from './ledger/jobs.ts'
import type { Project } from './ledger/projects.ts'
import { newestFindings, openWork, speakingJobs, tally, testsBefore, type Tally } from './ledger/status.ts'
import { flakyTests } from './ledger/tests.ts'

export type Verdict = 'green' | 'red' | 'running' | 'unknown'

/** How a branch is. */
export interface Status {
  project: string
  ref: string
  /** Of the newest of its jobs. */
  sha: string | null
  /** `running` while anything is queued or at work; `unknown` where nothing has ended yet. */
  verdict: Verdict
  /** What the verdict is, or was before the present work began. */
  settled: 'green' | 'red' | 'unknown'
  reasons: readonly Reason[]
  jobs: readonly Job[]
  /** Runs and jobs that have not ended. */
  open: { runs: readonly string[]; jobs: readonly string[] }
  findings: FindingCounts
  tests: JobTests | null
  /** New ones, the gravest first. */
  top: readonly (StoredFinding & { job: string })[]
}

const topFindings = 5

export function statusOf(db: Db, project: Project, ref: string): Status {
  const jobs = speakingJobs(db, project.id, ref)
  const tallies = new Map(jobs.map(job => [job.id, tally(db, job)]))
  const gated = jobs.map(job => gatedJob(db, job, tallies.get(job.id)!))
  const reasons = reasonsOf(gated, gateOf(project))
  const spoken = jobs.some(job => job.status !== 'skipped')
  const settled = !spoken ? 'unknown' : reasons.length ? 'red' : 'green'
  const open = openWork(db, project.id, ref)
  return {
    project: project.name, ref, sha: jobs.toSorted((a, b) => b.seq - a.seq)[0]?.sha ?? null,
    verdict: open.runs.length + open.jobs.length ? 'running' : settled, settled, reasons, jobs, open,
    findings: [...tallies.values()].map(one => one.counts).reduce(sum, noFindings),
    tests: jobs.flatMap(job => job.tests ?? []).reduce<JobTests | null>((all, one) => all ? sum(all, one) : one, null),
    top: newestFindings(db, jobs, topFindings).flatMap(({ job, id }) => findingsById(db, [id]).map(finding => ({ ...finding, job }))),
  }
}

/** A job as a gate looks at it. */
export function gatedJob(db: Db, job: Job, { counts, fresh, freshAdvisories, advisories, accepted, acceptedTests }: Tally): GatedJob {
  return {
    id: job.id, subproject: job.subproject, recipe: job.recipe, status: job.status, message: job.message,
    counts, accepted, acceptedTests, fresh, freshAdvisories, advisories, tests: job.tests, testsBefore: testsBefore(db, job), flaky: job.tests?.flaky ? flakyTests(db, job.seq) : [],
  }
}

export function gateOf(project: Project): Gate {
  const own = project.settings?.gate ?? {}
  return {
    newFindings: own.new_findings ?? defaultGate.newFindings, newAdvisories: own.new_advisories ?? defaultGate.newAdvisories, advisories: own.advisories ?? defaultGate.advisories,
    fewerTests: own.fewer_tests ?? defaultGate.fewerTests, flakyTests: own.flaky_tests ?? defaultGate.flakyTests,
  }
}

/** Of two records of numbers, key by key. */
export function sum<T extends { [K in keyof T]: number }>(a: T, b: T): T {
  return Object.fromEntries(Object.keys(a).map(key => [key, a[key as keyof T] + b[key as keyof T]])) as T
}
