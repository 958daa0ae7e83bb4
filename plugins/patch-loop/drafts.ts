import { eachProject, messageOf, type Core, type PatchDoor, type StoredFinding } from '../../core/service.ts'
import { endDraft, targetsWhere, working, type Target } from './rows.ts'
import { allFindings } from './trial.ts'

const day = 86_400_000
const waitFor = 30 * day
const keepCommitsFor = 7 * day

/**
 * What a job of the default branch says of the drafts for its findings. Merged: findings are gone, and the branch holds the patch, or a
 * commit that names it. Superseded: the findings went another way, or the patch does not fit any more; those that are still there are tried anew.
 */
export async function lookAtDrafts(core: Core, jobId: string, { again, now }: { again(target: Target): void; now(): number }): Promise<void> {
  const job = core.farm.job(core.caller, jobId)
  const { project, sha, subproject, recipe, language } = job
  const drafts = targetsWhere(core.db, `state = 'drafted' AND project = @project AND subproject = @subproject AND recipe = @recipe AND language = @language`, { project, subproject, recipe, language })
    .filter(target => target.baseSha !== sha)
  if (drafts.length === 0 || !sha) return
  const findings = allFindings(core, job.id)
  const identities = (wanted: (one: StoredFinding) => boolean) => new Set(findings.filter(wanted).map(one => one.identity))
  const [there, fixed] = [identities(one => one.state !== 'fixed'), identities(one => one.state === 'fixed')]
  const base = await core.openBase(project, sha)
  try {
    for (const target of drafts) {
      if (!target.diff) continue
      const isLeft = target.identities.filter(one => there.has(one)).length
      // A job that came to no findings at all, for whatever reason, fixes none: the farm says which are fixed.
      const isGone = isLeft === 0 && target.identities.some(one => fixed.has(one))
      const isNamed = async () => core.isSaidBetween(project, { from: target.baseSha, to: sha, text: `CT-Patch: ${target.id}` }).catch(() => false)
      if (isLeft < target.identities.length && (await base.apply(target.diff, { reverse: true }) || (isGone && await isNamed()))) endDraft(core, target, 'merged', null, now())
      else if (isGone) endDraft(core, target, 'superseded', 'its findings are gone from the branch', now())
      else if (!await base.apply(target.diff) && endDraft(core, target, 'superseded', 'the code has changed there', now()) && isLeft > 0 && target.pull?.dueAt == null) again(target)
    }
  } finally { await base.close() }
}

/** Asks for what is left of a target's findings on the default branch. */
export function askAgain(core: Core, door: Pick<PatchDoor, 'request'>, target: Target): void {
  const wanted = new Set(target.identities)
  const left: number[] = []
  for (let after = 0; ;) {
    const { findings } = core.farm.projectFindings(core.caller, target.project, { states: ['new', 'unchanged'], accepted: false, after, limit: 500 })
    left.push(...findings.filter(one => one.identity !== null && wanted.has(one.identity)).map(one => one.id))
    if (findings.length < 500) break
    after = findings.at(-1)?.id ?? Infinity
  }
  if (left.length > 0) door.request(core.caller, target.project, { findingIds: left })
}

/** Drafts for some of the same findings give way to a newer one; call it in the transaction that drafts it. */
export function supersedeOlder(core: Pick<Core, 'db' | 'emit'>, { id, project, subproject, recipe, language, identities }: Target, now: number): void {
  const mine = new Set(identities)
  const others = targetsWhere(core.db, `state = 'drafted' AND id <> @id AND project = @project AND subproject = @subproject AND recipe = @recipe AND language = @language`, { id, project, subproject, recipe, language })
  for (const other of others) if (other.identities.some(one => mine.has(one))) endDraft(core, other, 'superseded', `drafted anew as ${id}`, now)
}

export function expireDrafts(core: Pick<Core, 'db' | 'emit'>, now: number): void {
  for (const target of targetsWhere(core.db, `state = 'drafted' AND drafted_at < @before`, { before: now - waitFor })) endDraft(core, target, 'expired', `nobody took it within ${waitFor / day} days`, now)
}

/** Commits in the mirrors of patches that have ended a week ago, or are gone, are let go. */
export async function sweepCommits(core: Core, now: number): Promise<void> {
  for (const { name } of eachProject(core.farm, core.caller)) {
    try {
      const names = await core.patchNames(name)
      // Read after the names: what was begun meanwhile has its row.
      if (names.length > 0) await core.dropPatches(name, namesToDrop(names, targetsWhere(core.db, 'project = @project', { project: name }, 1_000_000), now))
    } catch (error) { core.log.warn('patch commits not removed', { project: name, message: messageOf(error) }) }
  }
}

/** Names are `<patch>/<round>.<attempt>` and branches. */
export function namesToDrop(names: readonly string[], targets: readonly Pick<Target, 'id' | 'state' | 'branch' | 'settledAt'>[], now: number): string[] {
  const kept = targets.filter(one => one.state === 'drafted' || (working as readonly string[]).includes(one.state) || (one.settledAt ?? now) > now - keepCommitsFor)
  const [ids, branches] = [new Set(kept.map(one => one.id)), new Set(kept.map(one => one.branch))]
  return names.filter(name => !branches.has(name) && !ids.has(name.split('/', 1)[0] ?? ''))
}
