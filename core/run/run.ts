import { randomUUID } from 'node:crypto'
import type { JobStatus, RunStatus } from '../contract.ts'
import { sql, type Db } from '../ledger/database.ts'
import type { FactLog } from '../ledger/facts.ts'
import { persist } from '../ledger/persist.ts'
import { insertJob, type Job, jobById } from '../ledger/jobs.ts'
import { endRun, runById, startRun, type Run, type RunRequest } from '../ledger/runs.ts'
import { projectById, type Project } from '../ledger/projects.ts'
import { faultOf } from '../disks.ts'
import { FarmError } from '../errors.ts'
import { declarationOf, plan, type PlannedJob } from '../plan.ts'
import type { Runner } from './job.ts'
import { obtain } from './obtain.ts'
import { listFiles } from './workspace.ts'

/** Turns a queued run into its jobs, in one transaction. Never throws: a run that cannot be planned ends as an error. */
export async function planRun(runner: Runner, id: string, signal: AbortSignal): Promise<Job[]> {
  const run = runById(runner.db, id)
  const project = run && projectById(runner.db, run.projectId)
  if (!run || !project || run.status !== 'queued') return []
  try {
    const { sha, branch, jobs } = await planAt(runner, project, run.request, signal, Date.parse(run.createdAt))
    if (jobs.length === 0) throw new FarmError('invalid', emptyPlan(run))
    return await persist(runner, `run ${id} begins`, () => runner.db.transaction(() => {
      startRun(runner.db, id, sha)
      return jobs.flatMap(job => {
        const jobId = randomUUID()
        insertJob(runner.db, { id: jobId, runId: id, projectId: project.id, owner: run.owner, farm: runner.farmId, ...job, ref: run.ref, branch: branch ?? null, sha, rerunFailed: run.request.rerunFailed ?? project.settings?.rerun_failed ?? 0 })
        return jobById(runner.db, jobId) ?? []
      })
    }).immediate()) ?? []
  } catch (error) {
    const [status, message] = signal.aborted ? ['cancelled', String(signal.reason)] as const : ['error', faultOf(runner.config, error)] as const
    await persist(runner, `run ${id} ends`, () => runner.db.transaction(() => {
      if (endRun(runner.db, id, status, message)) runner.facts.append('run.finished', { project: run.project, run: id, status, sha: null })
    }).immediate())
    return []
  }
}

/** The same for somebody who only wants to know. */
export async function planOf(runner: Runner, project: Project, ref: string | undefined, signal: AbortSignal): Promise<{ sha: string; jobs: PlannedJob[] }> {
  const { sha, jobs } = await planAt(runner, project, { ref: ref ?? project.defaultBranch, recipes: [], languages: [], subprojects: [] }, signal, Date.now())
  return { sha, jobs }
}

/** Looks at the commit that a request means, in a slot. */
async function planAt(runner: Runner, project: Project, request: RunRequest, signal: AbortSignal, notBefore: number): Promise<{ sha: string; branch: string | undefined; jobs: PlannedJob[] }> {
  const { place, branch } = await obtain(runner.mirrorOf(project), { ref: request.ref, sha: request.sha || undefined }, { signal, notBefore })
  try {
    const checkout = { root: place.root, files: await listFiles(place) }
    return { sha: place.sha, branch, jobs: plan(runner.packs, checkout, await declarationOf(runner.packs, checkout, project), request) }
  } finally { await place.release() }
}

function emptyPlan(run: Run): string {
  const { recipes, languages, subprojects } = run.request
  const asked = [recipes.length ? `recipe ${recipes.join(', ')}` : '', languages.length ? `language ${languages.join(', ')}` : '', subprojects.length ? `subproject ${subprojects.join(', ')}` : ''].filter(Boolean)
  return asked.length ? `Nothing to run: no subproject found has ${asked.join(' and ')}` : 'Nothing to run: no project of a language that the farm knows was found'
}

/** True when this was the run's last open job; the run's state is then the worst of its jobs'. */
export function endRunOf(db: Db, facts: FactLog, runId: string): boolean {
  const states = new Set((sql(db, 'SELECT DISTINCT status FROM jobs WHERE run_id = ?').all(runId) as { status: JobStatus }[]).map(row => row.status))
  if (states.has('queued') || states.has('running')) return false
  const status: RunStatus = states.has('error') ? 'error' : states.has('cancelled') ? 'cancelled' : states.has('failed') || states.has('timed_out') ? 'failed' : 'passed'
  const run = runById(db, runId)
  if (!run || !endRun(db, runId, status, null)) return false
  facts.append('run.finished', { project: run.project, run: runId, status, sha: run.sha })
  return true
}

export function cancelQueuedRun(db: Db, facts: FactLog, run: Run): void {
  db.transaction(() => {
    if (endRun(db, run.id, 'cancelled', 'cancelled')) facts.append('run.finished', { project: run.project, run: run.id, status: 'cancelled', sha: run.sha })
  }).immediate()
}
