import type { JobStatus, LanguagePack, Logger } from './contract.ts'
import type { Config } from './config.ts'
import type { Disk } from './disks.ts'
import { isFarmError } from './errors.ts'
import type { Endpoint } from './http/endpoint.ts'
import type { FarmKind } from './ledger/farms.ts'
import type { FactLag, FindingCount, OpenJobs } from './ledger/figures.ts'
import type { FindingFilter, StoredFinding } from './ledger/findings.ts'
import type { Job } from './ledger/jobs.ts'
import type { Project, ProjectDefinition } from './ledger/projects.ts'
import type { Overview } from './overview.ts'
import type { PatchDoor } from './patches.ts'
import type { PlannedJob } from './plan.ts'
import type { Period, PeriodFindings, PeriodJob } from './ledger/period.ts'
import type { ProjectFindingFilter, ProjectFindings } from './ledger/project-findings.ts'
import type { SecretName } from './ledger/secrets.ts'
import type { AuditEntry } from './ledger/audit.ts'
import type { Bisect, Step } from './ledger/bisects.ts'
import type { BisectWish } from './run/bisect-begin.ts'
import type { Run, RunRequest } from './ledger/runs.ts'
import type { SuppressionRecord } from './ledger/suppressions.ts'
import type { TestFilter, TestHistory } from './ledger/test-history.ts'
import type { TestResult } from './ledger/tests.ts'
import type { Caller, Token } from './ledger/tokens.ts'
import type { SarifWish } from './run/import-sarif.ts'
import type { LogExcerpt, LogLine, LogQuery } from './run/log.ts'
import type { Snapshot } from './run/snapshot.ts'
import type { Status, Verdict } from './status.ts'
import type { Trend } from './trend.ts'
import type { SuppressionWish } from './suppress.ts'

/** What a caller may say of a job or run; what is left out is the project's own. */
export type JobRequest = { recipe: string; subproject?: string; ref?: string; sha?: string; rerunFailed?: number }
export type RunWish = Partial<RunRequest> & {
  /** The same id with the same wish gives the same run; with another wish it is a `conflict`. */
  requestId?: string
}

export interface ToolReport { name: string; version: string | null; get: string; neededFor: readonly string[] }
export interface PackReport { name: string; title: string; aliases: readonly string[]; markers: readonly string[]; recipes: readonly { name: string; title: string }[]; parsers: readonly string[]; tools: readonly ToolReport[] }

/** What was removed. */
export interface Collection {
  /** Checkouts, and mirrors that were packed. */
  slots: number
  mirrors: number
  /** Directories of projects that are no more. */
  projects: number
  jobs: number
  facts: number
  logs: number
  /** Logs that were not, because a farm was killed. */
  compressed: number
  /** For people: what could not be done. */
  faults: string[]
}

export interface Health {
  status: 'ok' | 'degraded' | 'draining'
  version: string
  runner: { state: 'running' | 'draining'; capacity: number; running: number; queued: number }
  sandbox: { mode: string; reason: string }
  /** What one job may take; 0: whatever there is. */
  limits: { mode: string; reason: string; memoryMb: number; pids: number }
  ledger: { ok: boolean; message: string | null }
  disks: readonly Disk[]
  services: readonly ServiceState[]
}

/** How a service was set up. None keeps the farm from taking work. */
export interface ServiceState {
  name: string
  state: 'running' | 'partly_off' | 'not_started'
  /** Why it is not running, or what of it is off; for people. */
  message: string | null
}

export interface Figures { open: readonly OpenJobs[]; lags: readonly FactLag[] }

/** What has just happened to a job or a run of this process. */
export interface Change { what: 'run.planned' | 'run.ended' | 'bisect.ended' | 'job.started' | 'job.ended'; id: string }

export interface FarmOptions {
  kind: FarmKind
  log?: Logger
  /** Leave checkouts behind. */
  keep?: boolean
}

/** Every use case as one function. All doors call these; `caller` decides what exists. What a caller may not see is `not_found`. */
export interface Farm {
  readonly config: Config
  readonly log: Logger
  readonly packs: readonly LanguagePack[]
  /** On which this process answers HTTP: what goes out to an address of this machine may not go there. */
  readonly ports: Set<number>
  /** What the services serve besides the core's own surface. */
  readonly endpoints: readonly Endpoint[]
  /** Undefined where no service drafts patches. */
  readonly patches: PatchDoor | undefined

  createProject(caller: Caller, definition: ProjectDefinition): Project
  updateProject(caller: Caller, name: string, definition: ProjectDefinition): Project
  removeProject(caller: Caller, name: string): Promise<void>
  project(caller: Caller, name: string): Project
  /** By name, those after `after`. */
  projects(caller: Caller, page: { limit: number; after?: string }): Project[]

  secrets(caller: Caller, project: string): SecretName[]
  /** Its value can be given to recipes and never be read again. */
  putSecret(caller: Caller, project: string, name: string, value: string): void
  removeSecret(caller: Caller, project: string, name: string): void

  /** Takes a local directory into the project's mirror, as it is; the answer's sha can be run. */
  snapshot(caller: Caller, project: string, directory: string): Promise<Snapshot>
  startJob(caller: Caller, project: string, request: JobRequest): Job
  startRun(caller: Caller, project: string, wish: RunWish): Run
  job(caller: Caller, id: string): Job
  /** Newest first; `before` is a job's `seq`. */
  jobs(caller: Caller, filter: { project?: string; status?: JobStatus; before?: number; limit: number }): Job[]
  run(caller: Caller, id: string): { run: Run; jobs: Job[] }
  /** What a run of everything would be, at a ref (default: the default branch's); fetches what is missing. */
  plan(caller: Caller, project: string, options?: { ref?: string; signal?: AbortSignal }): Promise<{ sha: string; jobs: PlannedJob[] }>
  /** Resolves when the job has ended; a job that has ended already is a `conflict`. */
  cancelJob(caller: Caller, id: string, reason?: string): Promise<Job>
  cancelRun(caller: Caller, id: string): Promise<Run>

  /** Looks for the commit that brought a finding, or broke a test, by jobs of its own. */
  startBisect(caller: Caller, project: string, wish: BisectWish): Promise<Bisect>
  bisect(caller: Caller, id: string): { bisect: Bisect; steps: Step[] }
  cancelBisect(caller: Caller, id: string): Promise<Bisect>

  findings(caller: Caller, jobId: string, filter: FindingFilter): StoredFinding[]
  /** Of the jobs that speak for a branch (default: the project's), or of one job. */
  projectFindings(caller: Caller, project: string, filter: ProjectFindingFilter & { ref?: string; jobId?: string }): ProjectFindings
  /** Takes another producer's SARIF (any encoding of text, gzip or not) as a job; `invalid` names the place in the document that cannot be read. */
  importSarif(caller: Caller, project: string, document: AsyncIterable<Buffer>, wish?: Partial<SarifWish>): Promise<Job>
  /** Accepts a finding, in every job and on every branch; it counts nowhere until that expires. */
  suppress(caller: Caller, project: string, wish: SuppressionWish): SuppressionRecord
  /** By id, those after `after`; expired ones too. */
  suppressions(caller: Caller, project: string, page: { limit: number; after?: number }): SuppressionRecord[]
  withdraw(caller: Caller, project: string, suppression: number): void
  /** Jobs of a project that ended within a period, in the order in which they were queued. */
  endedJobs(caller: Caller, project: string, period: Period): PeriodJob[]
  /** What some of these jobs (by `seq`) say together: new, open and fixed. Of each kind so many are shown. */
  periodFindings(caller: Caller, project: string, jobs: readonly number[], limit: number): PeriodFindings
  logTail(job: Job, lines: number): Promise<string[]>
  /** What a job's programs printed last, without empty lines. */
  lastLines(job: Job, lines: number): Promise<string[]>
  /** Pure text from `fromByte`, as far as it is written. */
  readLog(job: Job, fromByte?: number): AsyncIterable<Buffer>
  /** Lines of a job's log from either end, around a line, or those that match an RE2 expression. */
  searchLog(job: Job, query: LogQuery): Promise<LogExcerpt>
  logSize(job: Job): Promise<{ bytes: number; lines: number }>
  /** Lines after number `afterLine`, then those that come, until the job's log is closed. Waits for a queued job to start. */
  followLog(job: Job, options: { afterLine?: number; signal: AbortSignal }): AsyncIterable<readonly LogLine[]>
  /** One SARIF document, in chunks of text. */
  jobSarif(caller: Caller, id: string): AsyncIterable<string>
  runSarif(caller: Caller, id: string): AsyncIterable<string>
  /** JUnit XML of the tests. */
  jobJunit(caller: Caller, id: string): string
  runJunit(caller: Caller, id: string): string
  /** What there is to say of a run, judged by its project's gate. */
  overview(caller: Caller, runId: string): Overview
  /** Every test of a job that its runner named. */
  tests(caller: Caller, jobId: string): TestResult[]
  /** Those of a branch (default: the project's), with what its last jobs said of them. */
  projectTests(caller: Caller, project: string, filter: TestFilter & { ref?: string }): TestHistory[]
  /** The latest of every subproject and recipe on a branch (default: the project's). */
  projectSarif(caller: Caller, name: string, branch?: string): AsyncIterable<string>

  /** How a branch is (default: the project's), by its gate. */
  status(caller: Caller, project: string, ref?: string): Status
  /** Its findings over the last days (default: the project's branch). */
  trend(caller: Caller, project: string, options: { ref?: string | undefined; days: number }): Trend
  /** Only of a project that shows it to everybody. */
  publicVerdict(project: string, ref?: string): Verdict | undefined

  packReports(): Promise<PackReport[]>
  health(): Health
  /** Of the whole farm, for those who watch it. */
  figures(): Figures
  /** A job's findings in numbers, accepted ones included. */
  findingCounts(caller: Caller, jobId: string): FindingCount[]

  mintToken(caller: Caller, token: { name: string; isAdmin: boolean; ipCidrs: readonly string[] }): { bearer: string }
  tokens(): Token[]
  revokeToken(caller: Caller, name: string): void
  /** Who did what, newest first. */
  audit(filter: { before?: number | undefined; caller?: string | undefined; limit: number }): AuditEntry[]
  /** Removes what nobody needs any more, as happens every hour. */
  collectGarbage(caller: Caller): Promise<Collection>
  /** The token of a bearer, undefined where there is none. */
  authenticate(bearer: string): Token | undefined
  /** Whether a token that was right has not been revoked since. */
  isHeld(token: Token): boolean

  /** Resolves when the run, job or bisect has ended; rejects when the signal says that nobody waits any more. */
  ended(id: string, signal?: AbortSignal): Promise<void>
  /** Calls back on every change of a run or job, until the answer is called. */
  watch(listener: (change: Change) => void): () => void
  /** No new jobs; running ones may go on for the drain time, then they are cancelled. A second call may shorten that time. */
  close(options?: { drainMs?: number }): Promise<void>
}

/** The project that has a name now; undefined where none has. */
export function presentProject({ project }: Pick<Farm, 'project'>, caller: Caller, name: string): Project | undefined {
  try { return project(caller, name) } catch (error) {
    if (isFarmError(error) && error.code === 'not_found') return undefined
    throw error
  }
}

/** All projects that the caller sees, by name. */
export function* eachProject({ projects }: Pick<Farm, 'projects'>, caller: Caller): Generator<Project> {
  const limit = 500
  let page: Project[] = []
  do {
    const after = page.at(-1)?.name
    page = projects(caller, { limit, ...(after === undefined ? {} : { after }) })
    yield* page
  } while (page.length === limit)
}
