import { FarmError, isFarmError } from '../errors.ts'
import { noFindings } from '../findings/counts.ts'
import { bisectById } from '../ledger/bisects.ts'
import { endJob, jobById, jobsOfRun, openJobs, type Job } from '../ledger/jobs.ts'
import { openRuns, runById, type Run } from '../ledger/runs.ts'
import { runJob, type Runner } from '../run/job.ts'
import { Queue } from '../run/queue.ts'
import { cancelQueuedRun, planRun } from '../run/run.ts'
import type { Changes } from './changes.ts'

/** What waits and what runs: jobs and runs on their way through the queue. */
export class Work {
  readonly #runner: Runner
  readonly #changes: Changes
  readonly #queue: Queue
  /** What kept a task of a farm that does not wait for its ledger from being written down. */
  #fault: FarmError | undefined
  /** Projects that are being removed. */
  readonly #leaving = new Set<number>()
  draining = false

  constructor(runner: Runner, changes: Changes) {
    this.#runner = runner
    this.#changes = changes
    this.#queue = new Queue(runner.config.jobs)
  }

  get figures(): { capacity: number; running: number; queued: number } {
    const { capacity, running, queued } = this.#queue
    return { capacity, running, queued }
  }

  /** At the door of everything that starts work. */
  accepting(projectId: number): void {
    if (this.draining) throw new FarmError('unavailable', 'The farm is stopping and takes no new jobs', { hint: 'Try again in a minute.' })
    if (this.#leaving.has(projectId)) throw new FarmError('not_found', 'No such project')
  }

  /** Ends all of a project's work, then removes it. Nothing starts meanwhile: what outlived its project could not be cancelled by anybody. */
  async remove(projectId: number, remove: () => void): Promise<void> {
    this.#leaving.add(projectId)
    try {
      await this.#cancelAll(projectId)
      remove()
    } finally { this.#leaving.delete(projectId) }
  }

  enqueueJob({ id, projectId }: Pick<Job, 'id' | 'projectId'>): void {
    this.#queue.add({ id, owner: String(projectId), run: signal => this.#kept(runJob(this.#runner, id, signal)) })
  }

  enqueueRun({ id, projectId }: Pick<Run, 'id' | 'projectId'>): void {
    this.#queue.add({
      id, owner: String(projectId),
      run: signal => this.#kept(this.#plan(id, signal)),
    })
  }

  async #plan(run: string, signal: AbortSignal): Promise<void> {
    const jobs = await planRun(this.#runner, run, signal)
    this.#changes.tell(jobs.length ? 'run.planned' : 'run.ended', run)
    for (const job of jobs) this.enqueueJob(job)
  }

  /** A task has nobody to throw at; those who wait for its end do. */
  async #kept(task: Promise<void>): Promise<void> {
    try { await task } catch (error) {
      if (!isFarmError(error) || error.code !== 'unavailable') throw error
      this.#fault = error
      this.#changes.tell('run.ended', '')
    }
  }

  isOpen(id: string): boolean {
    const { db } = this.#runner
    return ['queued', 'running'].includes(jobById(db, id)?.status ?? runById(db, id)?.status ?? bisectById(db, id)?.status ?? '')
  }

  /** Throws where that cannot be written down. */
  async ended(id: string, signal?: AbortSignal): Promise<void> {
    while (this.isOpen(id)) {
      if (this.#fault) throw this.#fault
      await this.#changes.next(signal)
    }
  }

  async cancelJob(job: Job, message = 'cancelled'): Promise<void> {
    if (this.#queue.remove(job.id)) orBack(() => this.#cancelQueued(job, message), () => this.enqueueJob(job))
    else await this.#queue.abort(job.id, message)
  }

  async cancelRun(run: Run): Promise<void> {
    const { db, facts } = this.#runner
    if (this.#queue.remove(run.id)) orBack(() => cancelQueuedRun(db, facts, run), () => this.enqueueRun(run))
    else await this.#queue.abort(run.id, 'cancelled')
    await Promise.all(jobsOfRun(db, run.id).filter(job => this.isOpen(job.id)).map(job => this.cancelJob(job)))
    this.#changes.tell('run.ended', run.id)
  }

  /** Running jobs have `drainMs`, then they are cancelled. */
  async stop(drainMs: number): Promise<void> {
    this.draining = true
    await this.#queue.stop(drainMs, 'the farm was stopped')
  }

  /** Jobs, and runs that are not planned yet; those that these make meanwhile as well. */
  async #cancelAll(projectId: number): Promise<void> {
    const { db } = this.#runner
    for (;;) {
      const [runs, jobs] = [openRuns(db, projectId).filter(run => this.#queue.has(run.id)), openJobs(db, projectId).filter(job => this.#queue.has(job.id))]
      if (runs.length + jobs.length === 0) return
      await Promise.all([...runs.map(run => this.cancelRun(run)), ...jobs.map(job => this.cancelJob(job))])
    }
  }

  #cancelQueued(job: Job, message: string): void {
    const { db, facts } = this.#runner
    db.transaction(() => {
      if (!endJob(db, job.id, { status: 'cancelled', exitCode: null, message, complete: false, tests: null, findings: noFindings })) return
      facts.append('job.finished', { project: job.project, run: job.runId, job: job.id, recipe: job.recipe, subproject: job.subproject, language: job.language, status: 'cancelled', exitCode: null, sha: job.sha, tests: null, findings: noFindings, advisories: 0 })
      this.#runner.jobEnded(job)
    }).immediate()
  }
}

/** What could not be cancelled waits on. */
function orBack(cancel: () => void, enqueue: () => void): void {
  try { cancel() } catch (error) {
    enqueue()
    throw error
  }
}
