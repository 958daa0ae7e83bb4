import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { partnersIn } from '../findings/compare.ts'
import { linesOf } from '../findings/source.ts'
import { ranToEnd, type Answer, type Bisect, type CommitLine } from '../ledger/bisects.ts'
import { earlierFindings, type EarlierFinding } from '../ledger/findings.ts'
import { jobById, type Job } from '../ledger/jobs.ts'
import { projectById } from '../ledger/projects.ts'
import { listTests } from '../ledger/tests.ts'
import { filesAt } from './diff.ts'
import { git } from './git.ts'
import type { Runner } from './job.ts'

/** What an ended job says of what is looked for. */
export async function answerOf(runner: Runner, { target }: Pick<Bisect, 'target'>, job: Job): Promise<Answer> {
  if (job.status === 'cancelled' || job.exitCode === -1) return 'lost'
  if (!ranToEnd(runner.db, job.id)) return 'skip'
  if (target.test) return ofTest(runner, target.test, target.flaky, job)
  if (await findingIn(runner, target, job)) return 'bad'
  // A build that broke, or a tool that found nothing and still failed, has not looked at everything.
  const blind = job.status !== 'passed' && (job.recipe === 'build' || !job.findings || job.findings.new + job.findings.unchanged === 0)
  return blind ? 'skip' : 'good'
}

/** Runners may name failed tests only; where no test ran, nothing is said. */
function ofTest(runner: Runner, { tool, test }: { tool: string; test: string }, flaky: boolean, job: Job): Answer {
  const same = listTests(runner.db, job.seq).filter(one => one.tool === tool && one.test === test)
  if (same.some(one => one.status === 'failed' || flaky && one.flaky)) return 'bad'
  return job.tests?.total ? 'good' : 'skip'
}

/** The finding as another job has it, by the rules of tracking; undefined where that is without. */
export async function findingIn(runner: Runner, { finding, job: from }: { finding: number | null; job: string }, job: Job): Promise<EarlierFinding | undefined> {
  const [bad, project] = [jobById(runner.db, from), projectById(runner.db, job.projectId)]
  if (!bad?.sha || !project) return undefined
  const [old, now] = [earlierFindings(runner.db, job.seq), earlierFindings(runner.db, bad.seq)]
  const index = now.findIndex(one => one.id === finding)
  const gitDir = runner.mirrorOf(project).directory
  const texts = await filesAt(gitDir, bad.sha, [...new Set(now.flatMap(one => one.file ?? []))]).catch(() => new Map<string, string>())
  const sources = new Map([...texts].map(([path, text]) => [path, linesOf(text)]))
  const partners = await partnersIn(runner, gitDir, job, old, { sha: bad.sha, findings: now, source: path => sources.get(path) }, job.id)
  return old[partners[index] ?? -1]
}

/** A commit and those before it along first parents, oldest first; at most 20,000. */
export async function commitsUpTo(gitDir: string, bad: string): Promise<string[]> {
  const output = await git(['rev-list', '--first-parent', '--max-count=20000', bad], { gitDir })
  return output.toString('latin1').trim().split('\n').toReversed()
}

export async function commitLine(gitDir: string, sha: string): Promise<CommitLine> {
  const output = await git(['log', '-1', '--no-show-signature', '--encoding=UTF-8', '--format=%H%x00%an%x00%aI%x00%s', sha], { gitDir })
  const [full = sha, author = '', date = '', summary = ''] = output.toString('utf8').trimEnd().split('\0')
  return { sha: full, author, date, summary }
}

/** Who wrote a line that a commit has. */
export async function blame(gitDir: string, sha: string, file: string, line: number): Promise<CommitLine | undefined> {
  const output = await git(['blame', '--porcelain', '-L', `${line},${line}`, sha, '--', file], { gitDir, timeoutMs: 60_000 }).catch(() => undefined)
  const written = /^\^?(?<sha>[0-9a-f]{40,64}) /.exec(output?.toString('utf8') ?? '')?.groups?.sha
  return written === undefined ? undefined : commitLine(gitDir, written)
}

/** Whether the mirror has a commit without those before it. */
export async function isShallow(gitDir: string, sha: string): Promise<boolean> {
  const cut = await readFile(join(gitDir, 'shallow'), 'utf8').catch(() => '')
  return cut.split('\n').includes(sha)
}
