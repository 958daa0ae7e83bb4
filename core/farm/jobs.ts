import { randomUUID } from 'node:crypto'
import { checkPath, checkRef, checkSha } from '../definition.ts'
import { FarmError } from '../errors.ts'
import type { Farm } from '../facade.ts'
import { insertJob, jobsOfRun, listJobs } from '../ledger/jobs.ts'
import { rememberRequest, runOfRequest } from '../ledger/requests.ts'
import { insertRun, type RunRequest } from '../ledger/runs.ts'
import { targetOf } from '../plan.ts'
import { planOf } from '../run/run.ts'
import type { Rooms } from './rooms.ts'

type Jobs = Pick<Farm, 'startJob' | 'startRun' | 'job' | 'jobs' | 'plan' | 'run' | 'cancelJob' | 'cancelRun'>

/** Jobs and runs are asked for, looked up and cancelled. */
export function jobCases({ runner, access: { project, job, run }, work }: Rooms): Jobs {
  const { db, facts, farmId, stopping } = runner
  /** What is open still is no work of this process. */
  const refuseOpen = (id: string) => {
    if (work.isOpen(id)) throw new FarmError('conflict', 'Another process on this ledger has it, and only that one can end it', { hint: 'Ask the server that it was asked of, or end that `check`.' })
  }
  return {
    startJob(caller, name, request) {
      const owner = project(caller, name)
      work.accepting(owner.id)
      const target = targetOf(runner.packs, owner, request)
      const id = randomUUID()
      db.transaction(() => insertJob(db, {
        id, runId: null, projectId: owner.id, owner: owner.owner, farm: farmId, recipe: request.recipe, ...target,
        ref: checkRef(request.ref ?? owner.defaultBranch, 'ref'), branch: null, sha: request.sha === undefined ? null : checkSha(request.sha, 'sha'),
        rerunFailed: request.rerunFailed ?? owner.settings?.rerun_failed ?? 0,
      })).immediate()
      work.enqueueJob({ id, projectId: owner.id })
      return job(caller, id)
    },
    startRun(caller, name, wish) {
      const owner = project(caller, name)
      work.accepting(owner.id)
      const request: RunRequest = {
        ref: checkRef(wish.ref ?? owner.defaultBranch, 'ref'), ...(wish.sha === undefined ? {} : { sha: checkSha(wish.sha, 'sha') }),
        recipes: wish.recipes ?? [], languages: wish.languages ?? [], subprojects: (wish.subprojects ?? []).map((path, at) => checkPath(path, `subprojects[${at}]`)),
        ...(wish.rerunFailed === undefined ? {} : { rerunFailed: wish.rerunFailed }),
      }
      const named = wish.requestId === undefined ? undefined : { projectId: owner.id, caller: caller.name, requestId: wish.requestId, request }
      const id = randomUUID()
      const known = db.transaction(() => {
        const before = named && runOfRequest(db, named)
        if (before !== undefined) return before
        insertRun(db, { id, projectId: owner.id, owner: owner.owner, farm: farmId, request })
        if (named) rememberRequest(db, named, id)
        facts.append('run.queued', { project: name, run: id, ref: request.ref, recipes: request.recipes })
        return undefined
      }).immediate()
      if (known !== undefined) return run(caller, known)
      work.enqueueRun({ id, projectId: owner.id })
      return run(caller, id)
    },
    job,
    jobs: (caller, { project: name, ...filter }) => listJobs(db, caller, { ...filter, ...(name === undefined ? {} : { projectId: project(caller, name).id }) }),
    plan: (caller, name, { ref, signal } = {}) => planOf(runner, project(caller, name), ref, signal ? AbortSignal.any([stopping, signal]) : stopping),
    run: (caller, id) => ({ run: run(caller, id), jobs: jobsOfRun(db, id) }),
    async cancelJob(caller, id, reason) {
      const one = job(caller, id)
      if (!work.isOpen(id)) throw new FarmError('conflict', `The job has ended already: ${one.status}`)
      await work.cancelJob(one, reason ? `cancelled: ${reason.replace(/\s+/g, ' ').slice(0, 300)}` : undefined)
      refuseOpen(id)
      return job(caller, id)
    },
    async cancelRun(caller, id) {
      const one = run(caller, id)
      if (!work.isOpen(id)) throw new FarmError('conflict', `The run has ended already: ${one.status}`)
      await work.cancelRun(one)
      refuseOpen(id)
      return run(caller, id)
    },
  }
}
