import type { FindingCounts, JobStatus, JobTests, Level, TestCounts } from '../contract.ts'

/** What must not be, for a branch to be green. */
export interface Gate {
  /** New findings at that level or above. */
  newFindings: Level | 'off'
  /** New advisories of that severity or above. */
  newAdvisories: Severity | 'off'
  /** Any advisory of that severity or above, however long it is known. */
  advisories: Severity | 'off'
  /** Fewer tests than the run before. */
  fewerTests: boolean
  /** Tests that fail and pass at the same commit. */
  flakyTests: boolean
}
export type Severity = 'critical' | 'high' | 'moderate' | 'low'

export const defaultGate: Gate = { newFindings: 'error', newAdvisories: 'high', advisories: 'off', fewerTests: false, flakyTests: false }

/** The lowest CVSS base score of a word (CVSS v3.1, §5). */
export const lowestScore: Readonly<Record<Severity, number>> = { critical: 9, high: 7, moderate: 4, low: 0.1 }

/** The last finished job of one recipe of one subproject, as far as a gate looks at it. Accepted findings are in none of its numbers. */
export interface GatedJob {
  id: string
  subproject: string
  recipe: string
  status: JobStatus
  message: string | null
  counts: FindingCounts
  /** Accepted ones, and those among them that are failed tests. */
  accepted: number
  acceptedTests: number
  /** New findings by level. */
  fresh: Readonly<Record<Level, number>>
  /** CVSS base scores; an advisory without one is not among them. */
  freshAdvisories: readonly number[]
  advisories: readonly number[]
  tests: JobTests | null
  testsBefore: TestCounts | null
  /** Names of tests that are flaky at this commit. */
  flaky: readonly string[]
}

export type GateRule = 'job' | 'new_findings' | 'new_advisories' | 'advisories' | 'fewer_tests' | 'flaky_tests'

/** Why a branch is red, in words. */
export interface Reason { rule: GateRule; job: string; subproject: string; recipe: string; message: string }

/** Empty: green. */
export function reasonsOf(jobs: readonly GatedJob[], gate: Gate): Reason[] {
  return jobs.flatMap(job => {
    const reason = (rule: GateRule, message: string): Reason => ({ rule, job: job.id, subproject: job.subproject, recipe: job.recipe, message })
    return [
      ...jobFault(job).map(message => reason('job', message)),
      ...newFindings(job, gate).map(message => reason('new_findings', message)),
      ...scored(job.freshAdvisories, gate.newAdvisories).map(text => reason('new_advisories', `${text}, new here`)),
      ...scored(job.advisories, gate.advisories).map(text => reason('advisories', text)),
      ...(gate.fewerTests && job.tests && job.testsBefore && job.tests.total < job.testsBefore.total ? [reason('fewer_tests', `${job.tests.total} tests, ${job.testsBefore.total} before`)] : []),
      ...(gate.flakyTests && job.flaky.length ? [reason('flaky_tests', `${some(job.flaky.length, 'test')} failed and passed at the same commit: ${named(job.flaky)}`)] : []),
    ]
  })
}

/**
 * A job that did not pass is a reason by itself, unless it only says what is judged otherwise: a linter or an audit that ends with a status because
 * of findings, or tests of which only accepted ones failed. Where only flaky ones failed, the job has passed.
 */
function jobFault(job: GatedJob): string[] {
  const { status } = job
  if (status === 'passed' || status === 'skipped' || status === 'queued' || status === 'running') return []
  const found = job.counts.new + job.counts.unchanged + job.accepted
  if (status === 'failed' && (job.recipe === 'lint' || job.recipe === 'audit') && found > 0) return []
  if (status === 'failed' && job.tests?.failed && job.tests.failed <= job.acceptedTests) return []
  if (status === 'failed' && job.tests?.failed) return [`${job.tests.failed} of ${job.tests.total} tests failed`]
  return [`${status.replace('_', ' ')}${job.message ? `: ${job.message}` : ''}`]
}

const levels: readonly Level[] = ['error', 'warning', 'note']

function newFindings({ fresh }: GatedJob, { newFindings }: Gate): string[] {
  if (newFindings === 'off') return []
  const found = levels.slice(0, levels.indexOf(newFindings) + 1).filter(level => fresh[level] > 0)
  return found.length ? [`new: ${found.map(level => some(fresh[level], level)).join(', ')}`] : []
}

function scored(scores: readonly number[], from: Severity | 'off'): string[] {
  if (from === 'off') return []
  const count = scores.filter(score => score >= lowestScore[from]).length
  return count ? [`${some(count, `advisor${count === 1 ? 'y' : 'ies'}`, '')} of severity ${from} or above`] : []
}

const some = (count: number, noun: string, plural = 's') => `${count} ${noun}${count === 1 ? '' : plural}`
const named = (names: readonly string[]) => `${names.slice(0, 3).join(', ')}${names.length > 3 ? ', …' : ''}`
