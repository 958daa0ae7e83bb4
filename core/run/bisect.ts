import { FarmError, messageOf } from '../errors.ts'
import { answerStep, bisectById, endBisect, insertStep, noteIntroduction, stepsOf, type Bisect, type BisectResult, type Step } from '../ledger/bisects.ts'
import { jobById } from '../ledger/jobs.ts'
import { persist } from '../ledger/persist.ts'
import { projectById, type Project } from '../ledger/projects.ts'
import { answerOf, blame, commitLine, commitsUpTo, findingIn, isShallow } from './bisect-answer.ts'
import { answersBySha, cuts, knownOf, standingOf } from './bisect-search.ts'
import type { Runner } from './job.ts'

/** What a search needs of the farm. */
export interface BisectHost {
  runner: Runner
  /** Starts a job of the search at a commit; throws `unavailable` when the farm stops. */
  start(bisect: Bisect, sha: string): string
  cancel(job: string): Promise<void>
  ended(job: string): Promise<void>
  freeWorkers(): number
  stopping(): boolean
}

/**
 * Drives a search to its end, from wherever it stands: all that it knows is in the ledger. Never throws. When the farm stops it just ends, and
 * the next farm goes on.
 */
export async function driveBisect(host: BisectHost, id: string): Promise<void> {
  const { db, log } = host.runner
  try {
    const bisect = bisectById(db, id)
    const project = bisect && projectById(db, bisect.projectId)
    if (bisect && project) await search(host, bisect, project)
  } catch (error) {
    if (host.stopping()) return
    if (!(error instanceof FarmError)) log.error('bisect failed', { bisect: id, message: messageOf(error) })
    await persist(host.runner, `bisect ${id} ends`, () => endBisect(db, id, 'error', { message: messageOf(error) }))
    await cancelSteps(host, id).catch((fault: unknown) => log.error('steps of a bisect not cancelled', { bisect: id, message: messageOf(fault) }))
  }
}

async function search(host: BisectHost, bisect: Bisect, project: Project): Promise<void> {
  const { db } = host.runner
  const gitDir = host.runner.mirrorOf(project).directory
  const commits = (await commitsUpTo(gitDir, bisect.bad)).slice(-bisect.commits)
  const index = new Map(commits.map((sha, at) => [sha, at]))
  while (!host.stopping() && bisectById(db, bisect.id)?.status === 'running') {
    const steps = await answered(host, bisect)
    const answers = answersBySha(steps)
    const known = commits.map((sha, at) => at === commits.length - 1 ? 'bad' : knownOf(answers.get(sha) ?? [], bisect.target.flaky))
    const standing = standingOf(known)
    const open = steps.filter(step => step.answer === null)
    if ('first' in standing) {
      await cancelSteps(host, bisect.id)
      return conclude(host, bisect, gitDir, commits[standing.first] ?? bisect.bad, standing.suspects.map(at => commits[at] ?? ''))
    }
    const within = (step: Step) => { const at = index.get(step.sha) ?? -1; return at > standing.low && at < standing.high }
    await Promise.all(open.filter(step => !within(step)).map(step => host.cancel(step.job)))
    const waiting = open.filter(within).map(step => step.job)
    if (waiting.length === 0) for (const at of cuts(standing.open, host.freeWorkers())) waiting.push(ask(host, bisect, commits[at] ?? ''))
    await Promise.race(waiting.map(job => host.ended(job)))
  }
}

/** In one transaction with the job: a search that is killed here knows of it afterwards. */
function ask(host: BisectHost, bisect: Bisect, sha: string): string {
  return host.runner.db.transaction(() => {
    const job = host.start(bisect, sha)
    insertStep(host.runner.db, bisect.id, { job, sha, asked: true, answer: null })
    return job
  }).immediate()
}

/** The steps, with the answers of those whose job has ended since. */
async function answered({ runner }: BisectHost, bisect: Bisect): Promise<Step[]> {
  for (const step of stepsOf(runner.db, bisect.id).filter(one => one.answer === null)) {
    const job = jobById(runner.db, step.job)
    if (job && ['queued', 'running'].includes(job.status)) continue
    answerStep(runner.db, bisect.id, step.job, job ? await answerOf(runner, bisect, job) : 'lost')
  }
  return stepsOf(runner.db, bisect.id)
}

async function conclude({ runner }: BisectHost, bisect: Bisect, gitDir: string, sha: string, suspects: readonly string[]): Promise<void> {
  // Where the history is cut, the oldest commit that is there has what came before it, too.
  const isCut = bisect.good === null && await isShallow(gitDir, sha)
  const result: BisectResult = { commit: await commitLine(gitDir, sha), suspects, line: await lineAt(runner, bisect, gitDir, sha) }
  const unclear = isCut || suspects.length > 0
  const { db } = runner
  db.transaction(() => {
    const message = isCut ? 'the history that the repository gives begins at that commit: it brought it, or one before it' : unclear ? `${suspects.length} commits before it could not be told: it is one of them, or this one` : null
    if (endBisect(db, bisect.id, unclear ? 'unclear' : 'found', { message, result }) && !unclear && bisect.target.identity !== null) noteIntroduction(db, bisect.target.identity, bisect.id, result)
  }).immediate()
}

/** Whose the finding's line was when it came. */
async function lineAt(runner: Runner, bisect: Bisect, gitDir: string, sha: string): Promise<BisectResult['line']> {
  if (bisect.target.test) return null
  const there = stepsOf(runner.db, bisect.id).find(step => step.sha === sha && step.answer === 'bad')
  const job = jobById(runner.db, there?.job ?? bisect.target.job)
  const found = job && await findingIn(runner, bisect.target, job)
  if (!found?.file || found.line === undefined) return null
  const line = await blame(gitDir, sha, found.file, found.line)
  return line ? { ...line, file: found.file, line: found.line } : null
}

export async function cancelSteps(host: BisectHost, id: string): Promise<void> {
  await Promise.all(stepsOf(host.runner.db, id).filter(step => step.answer === null).map(step => host.cancel(step.job)))
}
