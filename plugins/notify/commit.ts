import type { Core, Job, Run } from '../../core/service.ts'
import type { CommitStatus } from './forges.ts'
import { begin, plain } from './words.ts'

/** A run of some recipes speaks for these alone. */
export function contextOf({ request: { recipes, languages, subprojects } }: Run): string {
  const parts = [...recipes, ...languages, ...subprojects].toSorted()
  return parts.length ? begin(`crafting-table/${parts.join('+')}`, 200) : 'crafting-table'
}

/** As the project's gate judges it, where the run's jobs are still those that speak for the branch; else by whether they passed. */
export function verdictOf(core: Core, run: Run, jobs: readonly Job[]): Pick<CommitStatus, 'state' | 'description'> {
  if (run.status === 'cancelled') return { state: 'cancelled', description: 'cancelled' }
  if (run.status === 'error') return { state: 'error', description: plain(run.message ?? jobs.find(job => job.status === 'error')?.message ?? 'could not be run') }
  const ran = jobs.filter(job => job.status !== 'skipped')
  if (ran.length === 0) return { state: 'success', description: 'nothing to run' }
  const status = core.farm.status(core.caller, run.project, run.ref)
  const speaking = new Set(status.jobs.map(job => job.id))
  const mine = new Set(jobs.map(job => job.id))
  const reasons = ran.every(job => speaking.has(job.id))
    ? status.reasons.filter(reason => mine.has(reason.job)).map(({ recipe, subproject, message }) => `${recipe}${subproject ? ` ${subproject}` : ''}: ${message}`)
    : ran.filter(job => job.status !== 'passed').map(job => `${job.recipe}${job.subproject ? ` ${job.subproject}` : ''}: ${job.status.replace('_', ' ')}`)
  if (reasons.length) return { state: 'failure', description: plain(reasons.length > 1 ? `${reasons[0]} (and ${reasons.length - 1} more)` : reasons[0] ?? '') }
  return { state: 'success', description: passed(ran) }
}

function passed(jobs: readonly Job[]): string {
  const sum = (of: (job: Job) => number) => jobs.reduce((all, job) => all + of(job), 0)
  const tests = sum(job => job.tests?.total ?? 0)
  const fresh = sum(job => job.findings?.new ?? 0)
  return [`${jobs.length} ${jobs.length === 1 ? 'recipe' : 'recipes'}`, ...(tests ? [`${tests} tests`] : []), ...(fresh ? [`${fresh} new findings`] : [])].join(', ')
}
