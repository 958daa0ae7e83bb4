import { FarmError, type Core, type Job, type StoredFinding } from '../../core/service.ts'
import type { Reading } from './judge.ts'
import type { Seen, Target } from './rows.ts'

/** Repeats where one run proves nothing: a test may fail now and then. */
export const repeats = (target: Pick<Target, 'kind'>) => target.kind === 'test' ? { before: 3, after: 5 } : { before: 1, after: 1 }

/** The recipes that say whether a patch is good: all of the subproject; an audit only for an advisory, since its database changes by the hour. */
export async function recipesOf(core: Core, target: Target, signal: AbortSignal): Promise<{ recipe: string; language: string }[]> {
  const { jobs } = await core.farm.plan(core.caller, target.project, { ref: target.baseSha, signal })
  return jobs.filter(one => one.subproject === target.subproject && (one.recipe !== 'audit' || target.recipe === 'audit')).map(({ recipe, language }) => ({ recipe, language }))
}

/**
 * Other subprojects that hold a file of the patch, those around the target's and those inside it: what their recipes say at the commit without
 * the patch and at `sha` with it. None where there are no such subprojects.
 */
export async function runBeside(core: Core, target: Target, { sha, paths, name, signal }: { sha: string; paths: readonly string[]; name: string; signal: AbortSignal }): Promise<{ before: Reading[]; after: Reading[] }> {
  const { jobs } = await core.farm.plan(core.caller, target.project, { ref: target.baseSha, signal })
  const beside = jobs.filter(one => one.subproject !== target.subproject && one.recipe !== 'audit' && (one.subproject === '' || paths.some(path => path.startsWith(`${one.subproject}/`))))
  if (beside.length === 0) return { before: [], after: [] }
  const wish = { recipes: [...new Set(beside.map(one => one.recipe))], subprojects: [...new Set(beside.map(one => one.subproject))], signal }
  const before = await runAt(core, target, { ...wish, sha: target.baseSha, name: `beside:${wish.subprojects.join()}` })
  const after = await runAt(core, target, { ...wish, sha, name })
  return { before: before.map(job => readingOf(core, job)), after: after.map(job => readingOf(core, job)) }
}

/** No branch's jobs: what runs below this name starts nothing and is nobody's past. */
export const trialRef = (id: string) => `ct/patch/${id}`

/** A machine that was stopped says nothing about the patch. */
const ended = (job: Job) => !['cancelled', 'error'].includes(job.status) && job.exitCode !== -1
const mostTries = 3

/**
 * Runs recipes at a commit; `name` makes it the same run after a restart. Throws where the farm could not bring them to an end, or the
 * signal ended the waiting: then what runs is cancelled.
 */
export async function runAt(core: Core, target: Target, { sha, recipes, subprojects = [target.subproject], name, signal }: { sha: string; recipes: readonly string[]; subprojects?: readonly string[]; name: string; signal: AbortSignal }): Promise<Job[]> {
  const { farm, caller } = core
  let last = ''
  for (let n = 1; n <= mostTries; n++) {
    signal.throwIfAborted()
    const run = farm.startRun(caller, target.project, { ref: trialRef(target.id), sha, recipes, subprojects, requestId: `patch:${target.id}:${target.round}:${name}:${n}` })
    await farm.ended(run.id, signal).catch(async error => {
      if (!core.signal.aborted) await farm.cancelRun(caller, run.id).catch(() => { /* it has ended just now */ })
      throw error
    })
    const { run: over, jobs } = farm.run(caller, run.id)
    if (jobs.length > 0 && jobs.every(ended)) return jobs
    last = jobs.find(job => !ended(job))?.message ?? over.message ?? over.status
  }
  throw new FarmError('unavailable', `The recipes could not be run: ${last}`)
}

export function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  if (signal.aborted) return Promise.reject(signal.reason)
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason)
    signal.addEventListener('abort', abort, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort))
  })
}

export function readingOf(core: Core, job: Job): Reading {
  return { job, findings: allFindings(core, job.id), tests: core.farm.tests(core.caller, job.id) }
}

export function allFindings(core: Core, job: string): StoredFinding[] {
  const found: StoredFinding[] = []
  for (;;) {
    const page = core.farm.findings(core.caller, job, { states: ['new', 'unchanged', 'fixed'], after: found.at(-1)?.id ?? 0, limit: 1000 })
    found.push(...page)
    if (page.length < 1000) return found
  }
}

/** Of the target, as the job that told of them has them; empty where that job is gone. */
export function findingsOf(core: Core, target: Target): StoredFinding[] {
  const wanted = new Set(target.findings)
  try { return allFindings(core, target.baseJob).filter(one => wanted.has(one.id)) } catch { return [] }
}

export function seen({ job, findings }: Reading): Seen {
  const { total, passed, failed, skipped } = job.tests ?? { total: 0, passed: 0, failed: 0, skipped: 0 }
  return { job: job.id, subproject: job.subproject, recipe: job.recipe, language: job.language, status: job.status, exitCode: job.exitCode, findings: findings.filter(one => one.state !== 'fixed').length, tests: job.tests && { total, passed, failed, skipped } }
}
