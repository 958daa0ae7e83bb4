import { messageOf, type Core } from '../../core/service.ts'
import { contextFaults } from './context.ts'
import type { Draft, Settings } from './loop.ts'
import { judge } from './judge.ts'
import { publish } from './publish.ts'
import { attemptsOf, begunSince, countWhere, type Attempt, type State, type Target } from './rows.ts'
import { partsOf, screen, scriptsIn } from './screen.ts'
import { draftersFor, type DrafterName } from './targets.ts'
import { shown } from './text.ts'
import { allFindings, findingsOf, readingOf, recipesOf, repeats, runAt, runBeside, seen } from './trial.ts'

/** What a step makes of a target; nothing else is written. `attempt` goes with it. */
export interface Outcome { values: Partial<Target>; attempt?: Attempt }
export interface StepContext { core: Core; settings: Settings; drafters: Draft; now(): number; signal: AbortSignal }
export type Step = (context: StepContext, target: Target) => Promise<Outcome>

const day = 86_400_000
const end = (state: State, reason: string): Outcome => ({ values: { state, reason: shown(reason, 500) } })

/** Begins where the budget of the project allows it. */
const begin: Step = async ({ core, settings, now }, target) => {
  const { project } = target
  const open = countWhere(core.db, `project = @project AND state = 'drafted'`, { project })
  if (open >= settings.openDrafts) return end('budget', `${open} drafts of the project wait for somebody to look at them`)
  const today = begunSince(core.db, target, now() - day)
  if (today >= settings.perDay) return end('budget', `${today} were begun within a day`)
  return { values: { state: 'baseline', begunAt: now() } }
}

/** What the recipes say at the commit itself. Jobs of today count, unless a test is to be repaired. */
const baseline: Step = async ({ core, now, signal }, target) => {
  const wanted = await recipesOf(core, target, signal)
  const own = (one: { recipe: string; language: string }) => one.recipe === target.recipe && one.language === target.language
  if (!wanted.some(own)) return end('not_reproduced', `the commit has no recipe ${target.recipe} any more`)
  const known = core.farm.jobs(core.caller, { project: target.project, limit: 500 })
    .filter(job => job.sha === target.baseSha && job.subproject === target.subproject && ['passed', 'failed'].includes(job.status) && job.exitCode !== -1 && Date.parse(job.finishedAt ?? '') > now() - day)
  const again = repeats(target).before > 1
  // A trial is given no secrets, so what others were like with them says nothing.
  const isBare = !core.farm.project(core.caller, target.project).settings?.secrets?.length
  const reusable = wanted.map(one => !isBare || (again && own(one)) ? undefined : known.find(job => job.recipe === one.recipe && job.language === one.language))
  const missing = [...new Set(wanted.filter((_, at) => !reusable[at]).map(one => one.recipe))]
  const first = missing.length ? await runAt(core, target, { sha: target.baseSha, recipes: missing, name: 'base:1', signal }) : []
  const jobs = wanted.flatMap((one, at) => reusable[at] ?? first.find(job => job.recipe === one.recipe && job.language === one.language) ?? [])
  const tries = [jobs.find(own)]
  for (let n = 2; n <= repeats(target).before; n++) tries.push((await runAt(core, target, { sha: target.baseSha, recipes: [target.recipe], name: `base:${n}`, signal })).find(own))
  const there = tries.filter(job => job && allFindings(core, job.id).some(one => one.state !== 'fixed' && target.identities.includes(one.identity ?? -1)))
  if (there.length === 0) return end('not_reproduced', 'the commit does not have the finding any more')
  if (there.length < tries.length) return end('flaky_baseline', `the finding was there in ${there.length} of ${tries.length} runs of the same commit`)
  return { values: { state: 'drafting', before: jobs.map(job => job.id), attempt: 1 } }
}

const drafting: Step = async ({ core, settings, drafters, now, signal }, target) => {
  const project = core.farm.project(core.caller, target.project)
  const findings = findingsOf(core, target)
  const ladder = ladderOf(draftersFor(core.farm.packs, project, new Set(Object.keys(drafters) as DrafterName[]), target.language, findings), target.maxAttempts)
  const name = ladder[target.attempt - 1]
  const earlier = attemptsOf(core.db, target).filter(one => one.n < target.attempt)
  if (!name || !drafters[name]) return end(earlier.some(one => one.outcome === 'blocked') && earlier.every(one => one.outcome === 'blocked') ? 'blocked' : 'unfixable', earlier.at(-1)?.reason ?? 'nobody can draft a patch for it')
  const base = await core.openBase(target.project, target.baseSha)
  const timeout = AbortSignal.timeout(settings.attemptMs)
  try {
    const request = { core, project, target, findings, base, feedback: earlier.flatMap(one => one.reason ?? []), signal: AbortSignal.any([signal, timeout]), timeoutMs: settings.attemptMs }
    const drafted = await drafters[name](request).catch((error: unknown) => {
      signal.throwIfAborted()
      return { note: undefined, refused: timeout.aborted ? 'the attempt took too long' : messageOf(error) }
    })
    if ('again' in drafted && drafted.afterMs === Infinity) return end('forge_unavailable', drafted.again)
    if ('again' in drafted) return { values: { notBefore: now() + drafted.afterMs, reason: shown(drafted.again, 500) } }
    const next = (outcome: string, reason: string, diff: Buffer | null = null): Outcome => ({
      values: { attempt: target.attempt + 1, reason: shown(reason, 500) },
      attempt: { n: target.attempt, drafter: name, outcome, reason: shown(reason, 1000), diff, note: drafted.note ?? null, at: now() },
    })
    if ('refused' in drafted) return next('refused', drafted.refused)
    const { change, how } = drafted
    const files = await base.files()
    const scripts = name === 'fixer' || name === 'offer' ? new Set<string>() : scriptsIn(recipeTexts(core, target), files, target.subproject)
    const allowed = { tests: project.settings?.patch?.allow_tests ?? false, versions: findings.some(one => one.finding.advisory !== undefined), fixer: name === 'fixer', scripts }
    const coarse = screen(change, files, allowed)
    const faults = coarse.length > 0 ? coarse : await contextFaults(base, change, allowed)
    if (faults.length > 0) return next('blocked', faults.join('; '))
    // The same answer once more: asking again is of no use.
    const same = earlier.find(one => one.diff?.equals(change.diff))
    if (same) return { ...next('repeated', 'the same patch again', change.diff), values: { ...end('unfixable', `the same patch was drafted twice: ${same.reason}`).values } }
    return {
      values: { state: 'verifying', diff: change.diff, reason: null, evidence: { drafter: name, how, before: [], after: [], repaired: 0, left: 0 } },
      attempt: { n: target.attempt, drafter: name, outcome: 'drafted', reason: null, diff: change.diff, note: drafted.note ?? null, at: now() },
    }
  } finally { await base.close() }
}

/** Those without a model say the same each time; a model is asked until its attempts are used up. */
export function ladderOf(names: readonly DrafterName[], attempts: number): DrafterName[] {
  const models = names.filter(name => name === 'command' || name === 'clawdforge')
  const last = models.at(-1)
  const again = last === undefined ? [] : Array.from({ length: Math.max(0, attempts - names.length) }, () => last)
  return [...names, ...again].slice(0, Math.max(attempts, names.length - models.length))
}

const verifying: Step = async ({ core, now, signal }, target) => {
  const { diff, evidence } = target
  if (!diff || !evidence) return end('unfixable', 'the patch is lost')
  const sha = await core.commitPatch(target.project, { base: target.baseSha, diff, name: `${target.id}/${target.round}.${target.attempt}`, message: 'A patch to be verified\n', at: target.createdAt })
  const before = (target.before ?? []).map(id => readingOf(core, core.farm.job(core.caller, id)))
  const recipes = [...new Set(before.map(one => one.job.recipe))]
  const after = (await runAt(core, target, { sha, recipes, name: `${target.attempt}:1`, signal })).map(job => readingOf(core, job))
  let verdict = judge(before, after, target)
  if (verdict.faults.length === 0) {
    const beside = await runBeside(core, target, { sha, paths: partsOf(diff.toString('utf8')).map(part => part.path), name: `${target.attempt}:beside`, signal })
    before.push(...beside.before)
    after.push(...beside.after)
    verdict = judge(before, after, target)
  }
  // Only what has held once is tried more often.
  for (let n = 2; n <= repeats(target).after && verdict.faults.length === 0; n++) {
    after.push(...(await runAt(core, target, { sha, recipes: [target.recipe], name: `${target.attempt}:${n}`, signal })).map(job => readingOf(core, job)))
    verdict = judge(before, after, target)
  }
  if (verdict.faults.length === 0) {
    return { values: { state: 'publishing', evidence: { ...evidence, before: before.map(seen), after: after.map(seen), repaired: verdict.repaired, left: verdict.left } } }
  }
  const reason = shown(verdict.faults.join('; '), 1000)
  const own = attemptsOf(core.db, target).find(one => one.n === target.attempt)
  return {
    values: { state: 'drafting', attempt: target.attempt + 1, diff: null, evidence: null, reason: shown(reason, 500) },
    attempt: { n: target.attempt, drafter: evidence.drafter, outcome: 'failed', reason, diff, note: own?.note ?? null, at: now() },
  }
}

function recipeTexts(core: Core, target: Target): string[] {
  const snapshots = (target.before ?? []).map(id => core.farm.job(core.caller, id).snapshot)
  return snapshots.flatMap(one => [one?.setup ?? '', one?.run ?? ''])
}

export const steps: Readonly<Partial<Record<State, Step>>> = { queued: begin, baseline, drafting, verifying, publishing: publish }
