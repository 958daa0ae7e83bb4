import { pathToFileURL } from 'node:url'
import { eachFinding } from '../ledger/findings.ts'
import { latestJobs, type Job } from '../ledger/jobs.ts'
import { projectById, type Project } from '../ledger/projects.ts'
import { withoutCredentials } from '../giturl.ts'
import type { Runner } from '../run/job.ts'
import { sarifStream, type SarifRunInput } from './sarif.ts'

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

function* inputs(runner: Runner, jobs: readonly Job[]): Generator<SarifRunInput> {
  for (const job of jobs) {
    const project = projectById(runner.db, job.projectId)
    yield {
      project: job.project, subproject: job.subproject, recipe: job.recipe, language: job.language,
      ...(project ? { repositoryUri: withoutCredentials(project.gitUrl) } : {}),
      ...(job.sha ? { revisionId: job.sha } : {}),
      branch: job.branch ?? job.ref,
      invocation: {
        commandLine: job.snapshot?.run ?? '', exitCode: job.exitCode, executionSuccessful: job.status === 'passed' || (job.status === 'failed' && (job.findings?.new ?? 0) + (job.findings?.unchanged ?? 0) > 0),
        ...(job.startedAt ? { startTimeUtc: job.startedAt } : {}), ...(job.finishedAt ? { endTimeUtc: job.finishedAt } : {}),
      },
      findings: [...eachFinding(runner.db, job.seq, ['new', 'unchanged', 'fixed'])],
      rootUri: project ? rootOf(withoutCredentials(project.gitUrl)) : 'file:///',
    }
  }
}

/** Where relative paths start, as an absolute URI that ends in a slash. */
function rootOf(gitUrl: string): string {
  if (gitUrl.startsWith('/')) return `${pathToFileURL(gitUrl).href.replace(/\/$/, '')}/`
  const scp = /^(?:[^@/]+@)?(?<host>[^:/]+):(?<path>(?!\/\/).+)$/.exec(gitUrl)?.groups
  return `${(scp ? `ssh://${scp.host}/${scp.path}` : gitUrl).replace(/\.git$/, '').replace(/\/$/, '')}/`
}
