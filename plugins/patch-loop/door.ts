import { FarmError, isTrial, presentProject, type Caller, type Core, type Db, type PatchDoor, type PatchRequest, type PatchSummary, type Project, type StoredFinding } from '../../core/service.ts'
import type { Loop } from './loop.ts'
import { changeTarget, forgetOthers, insertTarget, isOf, settled, targetById, targetsWhere, working, type NewTarget, type Target } from './rows.ts'
import { draftersFor, targetsOf, type DrafterName, type Told } from './targets.ts'
import { allFindings, orAborted } from './trial.ts'

const mostTargets = 100
const hour = 3_600_000

export interface DoorOptions { core: Core; loop: Pick<Loop, 'wake' | 'watch' | 'changed'>; available: ReadonlySet<DrafterName>; now?: () => number }

/** What other rooms ask of the loop. */
export function doorOf({ core, loop, available, now = Date.now }: DoorOptions): PatchDoor {
  const { farm, db } = core
  const request: PatchDoor['request'] = (caller, name, request) => {
    const project = farm.project(caller, name)
    const maxAttempts = Math.min(request.maxAttempts ?? 3, project.settings?.patch?.max_attempts ?? 3)
    const wanted = told(core, caller, name, request)
      .flatMap(one => targetsOf(project, one, { caller: caller.name, now: now(), maxAttempts }).filter(target => draftersFor(farm.packs, project, available, one.job.language, of(one, target)).length > 0))
      .filter((target, at, all) => !all.slice(0, at).some(other => isTwin(other, target)))
      .slice(0, mostTargets)
    if (request.dryRun) return wanted.map(target => summaryOf(twinOf(db, target) ?? targetById(db, target.id) ?? { ...target, state: 'open', reason: null, branch: null, pull: null }))
    forgetOthers(db, project)
    const ids = wanted.map(target => twinOf(db, target)?.id ?? take(core, target, now()))
    loop.wake()
    return [...new Set(ids)].flatMap(id => targetById(db, id) ?? []).map(summaryOf)
  }
  return {
    request: (caller, name, wish) => wish.dryRun ? request(caller, name, wish) : core.noted(caller, 'patch.request', `${name} ${wish.findingIds?.join(' ') ?? ''}`, () => request(caller, name, wish)),
    async settled(caller, ids, { seconds, signal, changed }) {
      const read = () => ids.map(id => summaryOf(visible(core, caller, id)))
      const until = AbortSignal.any([signal, core.signal, AbortSignal.timeout(Math.max(1, seconds * 1000))])
      while (!until.aborted && read().some(one => !one.settled)) {
        let stop = () => {}
        await orAborted(new Promise<void>(resolve => { stop = loop.watch(resolve) }), until).catch(() => { /* as far as it is */ }).finally(() => stop())
        if (!until.aborted) changed?.(read())
      }
      return read()
    },
    list: (caller, filter) => listed(core, caller, filter).map(summaryOf),
    diff(caller, id) {
      const target = visible(core, caller, id)
      if (!target.diff) throw new FarmError('not_found', `There is no patch yet: it is ${target.state}`)
      return target.diff.toString('utf8')
    },
  }
}

/** The findings that a request means, by the jobs that told of them. */
function told(core: Core, caller: Caller, name: string, { findingIds, jobId }: PatchRequest): Told[] {
  const { farm } = core
  const states = ['new', 'unchanged'] as const
  if (jobId !== undefined) {
    const job = farm.job(caller, jobId)
    if (job.project !== name) throw new FarmError('not_found', 'No such job')
    if (isTrial(job)) throw new FarmError('invalid', 'That job tries a patch', { field: 'job_id', hint: 'Name a job of a branch.' })
    const findings = allFindings(core, job.id).filter(one => one.state !== 'fixed' && (findingIds || !one.suppression))
    const wrong = findingIds?.find(id => !findings.some(one => one.id === id))
    if (wrong !== undefined) throw new FarmError('not_found', `The job has no open finding ${wrong}`, { field: 'finding_ids', hint: 'Ids are of one job: leave job_id out, or take the ids from its findings.' })
    return [{ job, findings: findingIds ? findings.filter(one => findingIds.includes(one.id)) : findings }]
  }
  const found = findingIds
    ? findingIds.flatMap(id => farm.projectFindings(caller, name, { states, after: id - 1, limit: 1 }).findings.filter(one => one.id === id))
    : farm.projectFindings(caller, name, { states: ['new'], accepted: false, limit: 500 }).findings
  const missing = findingIds?.find(id => !found.some(one => one.id === id))
  if (missing !== undefined) throw new FarmError('not_found', `No finding ${missing} is open on the default branch`, { field: 'finding_ids', hint: 'Name the job, or take the ids from the latest findings.' })
  const jobs = new Map<string, StoredFinding[]>()
  for (const one of found) jobs.set(one.job, [...jobs.get(one.job) ?? [], one])
  return [...jobs].map(([id, findings]) => ({ job: farm.job(caller, id), findings }))
}

type Alike = Pick<Target, 'subproject' | 'language' | 'recipe' | 'tool' | 'rule' | 'identities'>

/** Whether one repairs all that the other would: several recipes of a subproject may tell of the same problem. */
function isTwin(one: Alike, other: Alike): boolean {
  const same = (['subproject', 'language', 'tool', 'rule'] as const).every(key => one[key] === other[key])
  return same && one.recipe !== other.recipe && other.identities.length > 0 && other.identities.every(identity => one.identities.includes(identity))
}

/** Of another recipe: under way, drafted, or rejected. */
function twinOf(db: Db, target: NewTarget): Target | undefined {
  const { project, subproject, language } = target
  const states = [...working, 'drafted', 'rejected'].map(state => `'${state}'`).join(', ')
  return targetsWhere(db, `project = @project AND subproject = @subproject AND language = @language AND state IN (${states})`, { project, subproject, language }).find(one => isTwin(one, target))
}

const of = ({ findings }: Told, target: NewTarget) => findings.filter(one => target.findings.includes(one.id))

/** The same findings are the same target. One that came to nothing is begun anew at another commit, or after its cool-down; one that a human rejected never. */
export function take(core: Core, target: NewTarget, now: number): string {
  return core.db.transaction(() => {
    insertTarget(core.db, target)
    const known = targetById(core.db, target.id)
    if (known && isWorthTrying(known, target, now)) {
      const { baseJob, baseSha, findings, identities, maxAttempts, requestedBy } = target
      changeTarget(core.db, known, { baseJob, baseSha, findings, identities, maxAttempts, requestedBy, state: 'queued', round: known.round + 1, attempt: 0, reason: null, before: null, diff: null, evidence: null, sha: null, branch: null, pushed: false, pull: null, notBefore: 0, begunAt: null, draftedAt: null, settledAt: null })
    }
    return target.id
  }).immediate()
}

/** 24 hours after the first failure, seven days from the third on. */
function isWorthTrying(known: Target, { baseSha }: NewTarget, now: number): boolean {
  // Its pull request is still to be closed.
  if (known.pull?.dueAt != null) return false
  const failed = ['not_reproduced', 'flaky_baseline', 'blocked', 'unfixable', 'budget', 'forge_unavailable'].includes(known.state)
  if (!failed) return (known.state === 'superseded' || known.state === 'expired' || known.state === 'merged') && known.baseSha !== baseSha
  const rested = now - (known.settledAt ?? 0)
  return rested >= [24, 72, 168][Math.min(known.round, 3) - 1]! * hour || (known.baseSha !== baseSha && rested >= hour) || (known.state === 'budget' && rested >= hour)
}

export function visible(core: Core, caller: Caller, id: string): Target {
  const target = targetById(core.db, id)
  if (!target || !isOf(target, presentProject(core.farm, caller, target.project))) throw new FarmError('not_found', 'No such patch')
  return target
}

export function listed(core: Core, caller: Caller, { project, state, limit }: { project?: string | undefined; state?: string | undefined; limit: number }): Target[] {
  if (project !== undefined) core.farm.project(caller, project)
  const where = [project === undefined ? '' : 'project = @project', state === undefined ? '' : 'state = @state'].filter(Boolean).join(' AND ') || '1'
  const seen = new Map<string, Project | undefined>()
  const may = (target: Target) => {
    if (!seen.has(target.project)) seen.set(target.project, presentProject(core.farm, caller, target.project))
    return isOf(target, seen.get(target.project))
  }
  return targetsWhere(core.db, where, { project, state }, 10_000).filter(may).slice(0, limit)
}

export function summaryOf(target: Pick<Target, 'id' | 'project' | 'title' | 'reason' | 'branch' | 'pull' | 'findings' | 'createdAt'> & { state: string }): PatchSummary {
  const { id, project, state, title, reason, branch, findings } = target
  return { id, project, state, settled: (settled as readonly string[]).includes(state), title, reason, branch, pullUrl: target.pull?.url ?? null, findings, createdAt: new Date(target.createdAt).toISOString() }
}
