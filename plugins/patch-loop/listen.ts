import { isTrial, type PatchDoor, type ServiceCore } from '../../core/service.ts'
import type { Loop } from './loop.ts'
import type { Pulls } from './pulls.ts'
import { endDraft, targetsWhere } from './rows.ts'
import { allFindings } from './trial.ts'

const day = 86_400_000
const keptFor = 30 * day

/** What the loop does by itself: new findings of the default branch become targets where the project says so, and drafts end when their time has come. */
export function listen(core: ServiceCore, door: PatchDoor, loop: Pick<Loop, 'wake' | 'changed'>, pulls: Pick<Pulls, 'wake'>, now: () => number = Date.now): void {
  core.on('job.finished', async ({ data }) => {
    const job = (() => { try { return core.farm.job(core.caller, data.job) } catch { return undefined } })()
    if (!job || isTrial(job) || !['passed', 'failed'].includes(job.status)) return
    const project = core.farm.project(core.caller, job.project)
    if ((job.branch ?? job.ref) !== project.defaultBranch) return
    await lookAtDrafts(core, job.project, job.id)
    if (project.settings?.patch?.enabled && data.findings.new > 0) {
      const fresh = allFindings(core, job.id).filter(one => one.state === 'new' && !one.suppression).map(one => one.id)
      if (fresh.length > 0) door.request(core.caller, job.project, { jobId: job.id, findingIds: fresh })
    }
    loop.changed()
  })
  core.on('project.removed', ({ data }) => { core.db.prepare('DELETE FROM patch_loop_targets WHERE project = ?').run(data.project) })
  core.minutely(() => {
    for (const target of targetsWhere(core.db, `state = 'drafted' AND drafted_at < @before`, { before: now() - keptFor })) endDraft(core, target, 'expired', `nobody took it within ${keptFor / day} days`, now())
    loop.wake()
    pulls.wake()
  })
}

/** A draft is merged when the branch holds it, and superseded when its findings went another way. */
async function lookAtDrafts(core: ServiceCore, project: string, jobId: string): Promise<void> {
  const job = core.farm.job(core.caller, jobId)
  const drafts = targetsWhere(core.db, `state = 'drafted' AND project = @project AND subproject = @subproject AND recipe = @recipe AND language = @language`, { project, subproject: job.subproject, recipe: job.recipe, language: job.language })
    .filter(target => target.baseSha !== job.sha)
  if (drafts.length === 0 || !job.sha) return
  const there = new Set(allFindings(core, job.id).filter(one => one.state !== 'fixed').map(one => one.identity))
  const base = await core.openBase(project, job.sha)
  try {
    for (const target of drafts) {
      if (target.identities.every(one => there.has(one)) || !target.diff) continue
      if (await base.apply(target.diff, { reverse: true })) endDraft(core, target, 'merged', null, Date.now())
      else if (!await base.apply(target.diff)) endDraft(core, target, 'superseded', 'the code has changed there', Date.now())
    }
  } finally { await base.close() }
}
