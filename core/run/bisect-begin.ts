import { randomUUID } from 'node:crypto'
import { FarmError } from '../errors.ts'
import { findingOfTest, insertBisect, insertStep, jobsAlike, jobsWithFailed, type BisectTarget } from '../ledger/bisects.ts'
import { findingsById } from '../ledger/findings.ts'
import { jobById, type Job } from '../ledger/jobs.ts'
import type { Project } from '../ledger/projects.ts'
import { sql, type Db } from '../ledger/database.ts'
import { answerOf, commitsUpTo } from './bisect-answer.ts'
import type { Runner } from './job.ts'
import { resolve } from './mirror.ts'

/** What is looked for: a finding by the id that one of its jobs gave it, or a test that fails on a branch (default: the project's). */
export interface BisectWish { finding?: number; test?: string; ref?: string; good?: string }

/** Earlier jobs that are asked before any is started. */
const mostKnown = 200

/** Finds out between which commits to look, by what the ledger knows. Answers the search's id. */
export async function beginBisect(runner: Runner, project: Project, wish: BisectWish): Promise<string> {
  const { target, job } = targetOf(runner.db, project, wish)
  const gitDir = runner.mirrorOf(project).directory
  const bad = job.sha ?? ''
  const line = await commitsUpTo(gitDir, bad)
  const steps: { job: string; sha: string; asked: boolean; answer: 'good' | 'bad' | 'skip' | 'lost' }[] = []
  for (const { id, sha } of jobsAlike(runner.db, job, mostKnown)) {
    const alike = id === job.id || !line.includes(sha) ? undefined : jobById(runner.db, id)
    if (alike) steps.push({ job: id, sha, asked: false, answer: await answerOf(runner, { target }, alike) })
  }
  const good = wish.good === undefined ? newest(line, steps) : await goodCommit(runner, project, line, wish.good)
  if (good === undefined && line.length === 20_000) throw new FarmError('invalid', 'No earlier job was without it, and the history is long', { field: 'good', hint: 'Name a commit that is without it.' })
  if (good === bad) throw new FarmError('invalid', 'The good commit is the bad one', { field: 'good' })
  const commits = good === undefined ? line : line.slice(line.indexOf(good) + 1)
  const id = randomUUID()
  runner.db.transaction(() => {
    insertBisect(runner.db, runner.farmId, { id, projectId: project.id, owner: project.owner, target, subproject: job.subproject, language: job.language, recipe: job.recipe, good: good ?? null, bad, commits: commits.length })
    for (const step of steps) if (commits.includes(step.sha)) insertStep(runner.db, id, step)
  }).immediate()
  return id
}

function targetOf(db: Db, project: Project, { finding, test, ref }: BisectWish): { target: BisectTarget; job: Job } {
  if ((finding === undefined) === (test === undefined)) throw new FarmError('invalid', 'Name a finding or a test', { field: 'finding', hint: 'One of them, not both.' })
  const { target, job } = finding === undefined ? ofTest(db, project, test ?? '', ref ?? project.defaultBranch) : ofFinding(db, project, finding)
  if (!job.sha) throw new FarmError('invalid', 'Its job has no commit', { field: finding === undefined ? 'test' : 'finding' })
  return { target, job }
}

function ofFinding(db: Db, project: Project, id: number): { target: BisectTarget; job: Job } {
  const [found] = findingsById(db, [id])
  const jobId = sql(db, 'SELECT id FROM jobs WHERE seq = (SELECT job_seq FROM findings WHERE id = ?)').pluck().get(id) as string | undefined
  const job = jobId === undefined ? undefined : jobById(db, jobId)
  if (!found || job?.projectId !== project.id) throw new FarmError('not_found', 'No such finding')
  if (found.state === 'fixed') throw new FarmError('invalid', 'The finding is not there any more in that job', { field: 'finding', hint: 'Take its id from a job that has it.' })
  const { kind, tool, rule, message, file, line } = found.finding
  const place = [file, line].filter(part => part !== undefined).join(':')
  return {
    job,
    target: { job: job.id, finding: id, identity: found.identity, test: kind === 'test' && rule !== undefined ? { tool, test: rule } : null, flaky: kind === 'test' && found.finding.level === 'warning', title: [place, rule ?? tool, message.split('\n')[0]?.slice(0, 200)].filter(Boolean).join(' ') },
  }
}

function ofTest(db: Db, project: Project, test: string, ref: string): { target: BisectTarget; job: Job } {
  const found = jobsWithFailed(db, project.id, ref, test)
  const [one] = found
  const job = one && jobById(db, one.job)
  if (!one || !job) throw new FarmError('invalid', `No job on ${ref} saw ${JSON.stringify(test.slice(0, 200))} fail`, { field: 'test', hint: 'Give its name as GET /projects/{name}/tests lists it.' })
  if (found.length > 1) throw new FarmError('invalid', `${found.length} tests have that name`, { field: 'test', hint: 'Name the finding of the one that is meant.' })
  const name = { tool: one.tool, test }
  const finding = findingOfTest(db, job.seq, name)
  return { job, target: { job: job.id, finding: finding?.id ?? null, identity: finding?.identity ?? null, test: name, flaky: one.flaky, title: test } }
}

/** The last commit that a job has proven to be without. */
function newest(line: readonly string[], steps: readonly { sha: string; answer: string }[]): string | undefined {
  const good = new Set(steps.flatMap(step => step.answer === 'good' ? step.sha : []))
  return line.findLast(sha => good.has(sha))
}

async function goodCommit(runner: Runner, project: Project, line: readonly string[], good: string): Promise<string> {
  const { sha } = await resolve(runner.mirrorOf(project), { ref: good }, { notBefore: 0, field: 'good' })
  if (!line.includes(sha)) throw new FarmError('invalid', `${good} is not among the commits that lead to ${line.at(-1)?.slice(0, 12)}`, { field: 'good', hint: 'Only first parents are looked at: name a commit of the branch itself.' })
  return sha
}
