import { createHash } from 'node:crypto'
import { pathToFileURL } from 'node:url'
import type { Db } from '../ledger/database.ts'
import { findingBriefs, findingIds, findingsOfJob, hasFindings, type StoredFinding } from '../ledger/findings.ts'
import { latestJobs, type Job } from '../ledger/jobs.ts'
import { projectById, type Project } from '../ledger/projects.ts'
import { listTests } from '../ledger/tests.ts'
import { withoutCredentials } from '../giturl.ts'
import type { Runner } from '../run/job.ts'
import { junitDocument } from './junit.ts'
import type { FindingSource } from './sarif-source.ts'
import { sarifStream, type SarifFinding, type SarifRunInput } from './sarif.ts'

/** One job's findings as a SARIF document, in chunks of text. */
export function jobSarif(runner: Runner, job: Job): AsyncIterable<string> {
  return sarifStream(inputs(runner, [job]))
}

/** The latest of every subproject and recipe. */
export function projectSarif(runner: Runner, project: Project, branch = project.defaultBranch): AsyncIterable<string> {
  return sarifStream(inputs(runner, latestJobs(runner.db, project.id, branch)))
}

export function jobsSarif(runner: Runner, jobs: readonly Job[]): AsyncIterable<string> {
  return sarifStream(inputs(runner, jobs))
}

/** The tests of those jobs that have any. */
export function jobsJunit(db: Db, jobs: readonly Job[]): string {
  return junitDocument(jobs.filter(job => job.tests).map(job => ({
    name: `${job.subproject || '.'} ${job.recipe}`,
    cases: listTests(db, job.seq),
    ...(job.startedAt ? { timestamp: job.startedAt } : {}),
    ...(job.startedAt && job.finishedAt ? { seconds: (Date.parse(job.finishedAt) - Date.parse(job.startedAt)) / 1000 } : {}),
  })))
}

function* inputs(runner: Runner, jobs: readonly Job[]): Generator<SarifRunInput> {
  for (const job of jobs) {
    const project = projectById(runner.db, job.projectId)
    yield {
      project: job.project, subproject: job.subproject, recipe: job.recipe, language: job.language,
      ...(project ? { repositoryUri: withoutCredentials(project.gitUrl) } : {}),
      ...(job.sha ? { revisionId: job.sha } : {}),
      branch: job.branch ?? job.ref,
      invocation: {
        commandLine: job.snapshot?.run ?? '', exitCode: job.exitCode, executionSuccessful: job.status === 'passed' || (job.status === 'failed' && hasFindings(runner.db, job.seq)),
        ...(job.startedAt ? { startTimeUtc: job.startedAt } : {}), ...(job.finishedAt ? { endTimeUtc: job.finishedAt } : {}),
      },
      findings: sourceOf(runner.db, job),
      rootUri: project ? rootOf(withoutCredentials(project.gitUrl)) : 'file:///',
    }
  }
}

/** A few hundred findings at a time. */
function sourceOf(db: Db, job: Job): FindingSource {
  const ids = findingIds(db, job.seq)
  return {
    briefs: () => findingBriefs(db, job.seq),
    * pick(positions) {
      for (let at = 0; at < positions.length; at += page) {
        for (const one of findingsOfJob(db, job.seq, positions.slice(at, at + page).map(position => ids[position] ?? 0))) yield sarifFinding(job, one)
      }
    },
  }
}

const page = 200

function sarifFinding(job: Job, { id, identity, firstSeen, lastSeen, suppression, ...tracked }: StoredFinding): SarifFinding {
  return {
    ...tracked, ...(suppression ? { suppression: { justification: suppression.reason, status: 'accepted' } } : {}), guid: nameGuid(`${job.id}/${id}`),
    // By the job too, whose id is random: another ledger counts its identities from 1 as well.
    ...(identity !== null && firstSeen ? { correlationGuid: nameGuid(`${firstSeen.job}/${identity}`), firstSeen: firstSeen.at } : {}),
    ...(lastSeen ? { lastSeen: lastSeen.at } : {}),
  }
}

/** A UUID made from a name (RFC 9562, version 5, without a namespace): the same one in every document. */
function nameGuid(name: string): string {
  const bytes = createHash('sha1').update(name).digest()
  bytes[6] = (bytes[6]! & 0x0f) | 0x50
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex', 0, 16).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/** Where relative paths start, as an absolute URI that ends in a slash. */
function rootOf(gitUrl: string): string {
  if (gitUrl.startsWith('/')) return `${pathToFileURL(gitUrl).href.replace(/\/$/, '')}/`
  const scp = /^(?:[^@/]+@)?(?<host>[^:/]+):(?<path>(?!\/\/).+)$/.exec(gitUrl)?.groups
  return `${(scp ? `ssh://${scp.host}/${scp.path}` : gitUrl).replace(/\.git$/, '').replace(/\/$/, '')}/`
}
