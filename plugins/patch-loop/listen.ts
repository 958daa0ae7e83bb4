import { isTrial, presentProject, type PatchDoor, type ServiceCore } from '../../core/service.ts'
import { askAgain, expireDrafts, lookAtDrafts, sweepCommits } from './drafts.ts'
import type { Loop } from './loop.ts'
import type { Pulls } from './pulls.ts'
import { forgetProject } from './rows.ts'
import { allFindings } from './trial.ts'

const day = 86_400_000

/** What the loop does by itself: new findings of the default branch become targets where the project says so, and drafts end when their time has come. */
export function listen(core: ServiceCore, door: PatchDoor, loop: Pick<Loop, 'wake' | 'changed'>, pulls: Pick<Pulls, 'wake'>, now: () => number = Date.now): void {
  core.on('job.finished', async ({ data }) => {
    const job = (() => { try { return core.farm.job(core.caller, data.job) } catch { return undefined } })()
    if (!job || isTrial(job) || !['passed', 'failed'].includes(job.status)) return
    const project = core.farm.project(core.caller, job.project)
    if ((job.branch ?? job.ref) !== project.defaultBranch) return
    await lookAtDrafts(core, job.id, { now, again: target => askAgain(core, door, target) })
    if (project.settings?.patch?.enabled && data.findings.new > 0) {
      const fresh = allFindings(core, job.id).filter(one => one.state === 'new' && !one.suppression).map(one => one.id)
      if (fresh.length > 0) door.request(core.caller, job.project, { jobId: job.id, findingIds: fresh })
    }
    loop.changed()
  })
  core.on('project.removed', ({ data: { project } }) => forgetProject(core.db, project, presentProject(core.farm, core.caller, project)))
  let swept = 0
  core.minutely(async () => {
    expireDrafts(core, now())
    loop.wake()
    pulls.wake()
    if (now() - swept < day) return
    swept = now()
    await sweepCommits(core, now())
  })
}
