import { endBisect, openBisects } from '../ledger/bisects.ts'
import { sql } from '../ledger/database.ts'
import { deadFarms, endFarm, type FarmKind } from '../ledger/farms.ts'
import { endJob, jobsInState, type Job } from '../ledger/jobs.ts'
import { endRun, runsInState, type Run } from '../ledger/runs.ts'
import { noFindings } from '../findings/counts.ts'
import type { Runner } from './job.ts'
import { orphanJob } from './job-end.ts'
import { killStrays } from './strays.ts'

/** What the farms that died have left to do. */
export interface Inheritance { jobs: Job[]; runs: Run[] }

/**
 * After kill -9: stray processes are ended, jobs that ran are failed with the spec's line, what was queued by a server is taken
 * over. A `check` looks only after other checks: a server's queue is not its business, and a check's queue dies with it.
 */
export async function recover(runner: Runner, kind: FarmKind): Promise<Inheritance> {
  const dead = deadFarms(runner.db).filter(farm => kind === 'server' || farm.kind === 'check')
  if (dead.length === 0) return { jobs: [], runs: [] }
  const began = performance.now()
  const ids = new Set(dead.map(farm => farm.id))
  const strays = await killStrays(marker => ids.has(marker.split('.')[0] ?? ''))
  const inherited: Inheritance = { jobs: [], runs: [] }
  let orphaned = 0
  for (const farm of dead) {
    for (const job of jobsInState(runner.db, farm.id, 'running')) {
      await orphanJob(runner, job)
      orphaned++
    }
    const jobs = jobsInState(runner.db, farm.id, 'queued')
    const runs = runsInState(runner.db, farm.id, 'queued')
    runner.db.transaction(() => {
      if (farm.kind === 'check') abandon(runner, farm.id, jobs, runs)
      else {
        for (const table of ['jobs', 'runs']) sql(runner.db, `UPDATE ${table} SET farm = ? WHERE farm = ? AND status IN ('queued', 'running')`).run(runner.farmId, farm.id)
        sql(runner.db, `UPDATE bisects SET farm = ? WHERE farm = ? AND status = 'running'`).run(runner.farmId, farm.id)
        inherited.jobs.push(...jobs)
        inherited.runs.push(...runs)
      }
      endFarm(runner.db, farm.id)
    }).immediate()
  }
  runner.log.info('recovered', { strays, orphaned, jobs: inherited.jobs.length, runs: inherited.runs.length, ms: Math.round(performance.now() - began) })
  return inherited
}

function abandon(runner: Runner, farm: string, jobs: readonly Job[], runs: readonly Run[]): void {
  const message = 'the check that asked for it is gone'
  for (const id of openBisects(runner.db, farm)) endBisect(runner.db, id, 'cancelled', { message })
  for (const job of jobs) {
    endJob(runner.db, job.id, { status: 'cancelled', exitCode: null, message, complete: false, tests: null, findings: noFindings })
    runner.jobEnded(job)
  }
  for (const run of runs) endRun(runner.db, run.id, 'cancelled', message)
}
