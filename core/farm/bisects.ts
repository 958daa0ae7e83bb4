import { randomUUID } from 'node:crypto'
import { checkRef } from '../definition.ts'
import { FarmError } from '../errors.ts'
import type { Farm } from '../facade.ts'
import { endBisect, openBisects, stepsOf } from '../ledger/bisects.ts'
import { insertJob, jobById } from '../ledger/jobs.ts'
import { projectById } from '../ledger/projects.ts'
import { ownRecipe } from '../plan.ts'
import { beginBisect } from '../run/bisect-begin.ts'
import { cancelSteps, driveBisect, type BisectHost } from '../run/bisect.ts'
import type { Rooms } from './rooms.ts'

type Bisects = Pick<Farm, 'startBisect' | 'bisect' | 'cancelBisect'>

/** Searches for the commit that brought something; `resume` goes on with those that a farm before this one left open. */
export function bisectCases({ runner, access: { project, bisect }, work, changes }: Rooms): { cases: Bisects; resume(): void } {
  const { db, farmId } = runner
  const host: BisectHost = {
    runner,
    start(bisect, sha) {
      const { projectId, subproject, language, recipe } = bisect
      work.accepting(projectId)
      const id = randomUUID()
      const snapshot = ownRecipe(projectById(db, projectId), bisect)
      // A failed test that passes when it is run again was not broken there.
      insertJob(db, { id, runId: null, projectId, owner: bisect.owner, farm: farmId, subproject, language, recipe, ref: sha, branch: null, sha, snapshot, rerunFailed: bisect.target.test && !bisect.target.flaky ? 2 : 0 })
      setImmediate(() => work.enqueueJob({ id, projectId }))
      return id
    },
    async cancel(id) {
      const one = jobById(db, id)
      if (one && work.isOpen(id)) await work.cancelJob(one, 'cancelled: the search needs it no more')
    },
    ended: id => work.ended(id),
    freeWorkers: () => work.figures.capacity - work.figures.running - work.figures.queued,
    stopping: () => work.draining,
  }
  const drive = (id: string) => void driveBisect(host, id).finally(() => changes.tell('bisect.ended', id))
  const cases: Bisects = {
    async startBisect(caller, name, wish) {
      const owner = project(caller, name)
      work.accepting(owner.id)
      const id = await beginBisect(runner, owner, { ...wish, ...(wish.ref === undefined ? {} : { ref: checkRef(wish.ref, 'ref') }) })
      drive(id)
      return bisect(caller, id)
    },
    bisect: (caller, id) => ({ bisect: bisect(caller, id), steps: stepsOf(db, id) }),
    async cancelBisect(caller, id) {
      const one = bisect(caller, id)
      if (!endBisect(db, id, 'cancelled')) throw new FarmError('conflict', `The search has ended already: ${one.status}`)
      await cancelSteps(host, id)
      changes.tell('bisect.ended', id)
      return bisect(caller, id)
    },
  }
  return { cases, resume: () => setImmediate(() => { for (const id of openBisects(db, farmId)) drive(id) }) }
}
