import type { JobStatus, JobTests } from '../contract.ts'
import { isFarmError, messageOf } from '../errors.ts'
import { noFindings } from '../findings/counts.ts'
import type { Reading } from '../findings/read.ts'
import { insertFindings } from '../ledger/findings.ts'
import { countJob, endJob, type Job, type JobEnd } from '../ledger/jobs.ts'
import { persist } from '../ledger/persist.ts'
import { tally } from '../ledger/status.ts'
import { insertTests } from '../ledger/tests.ts'
import { insertTallies } from '../ledger/trend.ts'
import type { Runner } from './job.ts'
import { openLog } from './log.ts'

/** How a recipe ended. `complete`: by itself, so that later jobs compare with it. */
export interface Outcome { status: JobStatus; exitCode: number | null; message: string | null; complete: boolean }

/** What a plugin read and the ledger refuses ends the job, not the farm. Answers the outcome that was written. */
export async function writeEnd(runner: Runner, job: Job, outcome: Outcome, reading: Reading | undefined): Promise<Outcome> {
  const write = (end: Outcome, read: Reading | undefined) => persist(runner, `job ${job.id} ends`, () => finish(runner, job, end, read))
  try {
    await write(outcome, reading)
    return outcome
  } catch (error) {
    if (isFarmError(error)) throw error
    const message = `what was read could not be written down: ${messageOf(error)}`
    runner.log.error('job error', { job: job.id, message, stack: error instanceof Error ? error.stack : undefined })
    const end: Outcome = { status: 'error', exitCode: outcome.exitCode, message, complete: false }
    await write(end, undefined)
    return end
  }
}

/** The last step: findings, state and fact in one transaction. */
export function finish(runner: Runner, job: Job, outcome: Outcome, reading: Reading | undefined): void {
  const tests: JobTests | null = reading?.tests ?? null
  const end: JobEnd = { status: outcome.status, exitCode: outcome.exitCode, message: outcome.message, complete: outcome.complete, tests, findings: noFindings }
  runner.db.transaction(() => {
    if (!endJob(runner.db, job.id, end)) return
    let findings = noFindings
    if (reading) {
      insertFindings(runner.db, job, reading)
      insertTests(runner.db, job, reading.cases)
      insertTallies(runner.db, job.seq)
      // Whether a finding is accepted is known once it has its identity.
      findings = tally(runner.db, job).counts
      countJob(runner.db, job.id, findings)
    }
    runner.facts.append('job.finished', {
      project: job.project, run: job.runId, job: job.id, recipe: job.recipe, subproject: job.subproject, language: job.language,
      status: end.status, exitCode: end.exitCode, sha: job.sha, tests, findings, advisories: reading?.findings.filter(one => one.finding.advisory).length ?? 0,
    })
    runner.jobEnded(job)
  }).immediate()
}

/** What the jobs of a farm that died while they ran are left with. */
export async function orphanJob(runner: Runner, job: Job): Promise<void> {
  const log = await openLog(runner.logPath(job), { capBytes: runner.config.logCapBytes }).catch(() => undefined)
  log?.note('runner restart, job orphaned')
  await log?.close().catch(() => undefined)
  await persist(runner, `job ${job.id} is orphaned`, () => finish(runner, job, { status: 'failed', exitCode: -1, message: 'runner restart, job orphaned', complete: false }, undefined))
}
