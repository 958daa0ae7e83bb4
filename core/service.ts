import type { Noted } from './audit.ts'
import type { Fact, FactName, Facts, LanguagePack, Logger } from './contract.ts'
import type { Config } from './config.ts'
import type { Farm } from './facade.ts'
import type { Endpoint } from './http/endpoint.ts'
import type { Db } from './ledger/database.ts'
import type { Project } from './ledger/projects.ts'
import type { Caller } from './ledger/tokens.ts'
import type { PatchDoor } from './patches.ts'
import type { Base, PatchCommit } from './run/patch.ts'
import type { JobExit } from './run/process.ts'

/**
 * What a service may know: the facade that every door calls, the facts, and the few things of its own that it may bring
 * along: tables, endpoints, verbs. Services are plugins beside the language packs; none knows another.
 *
 * The index of a service takes only types from here and stays light, since every command loads it: the rest is imported within `setup` or a verb.
 */

export type { Fact, FactName, Facts, Logger } from './contract.ts'
export type { Config } from './config.ts'
export type { Farm } from './facade.ts'
export type { Job } from './ledger/jobs.ts'
export type { Project } from './ledger/projects.ts'
export type { Run } from './ledger/runs.ts'
export type { StoredFinding } from './ledger/findings.ts'
export type { AdvisoryCounts, PeriodFindings, PeriodJob } from './ledger/period.ts'
export type { Caller } from './ledger/tokens.ts'
export type { Db } from './ledger/database.ts'
export type { Asked, Endpoint } from './http/endpoint.ts'
export type { PatchDoor, PatchRequest, PatchSummary } from './patches.ts'
export type { Base, BaseFile, Change, ChangedFile, PatchCommit } from './run/patch.ts'
export type { JobExit } from './run/process.ts'
export type { ProjectSettings } from './settings.ts'
export type { Status } from './status.ts'
export { defaultEvents, eventsOf, eventsOfJob, isNews, notifyEvents, wantedOf, type EndedJob, type NotifyEvent } from './events.ts'
export { checkAddress, Refused } from './send/addresses.ts'
export { pageOf, repositoryAt, type Forge, type ForgeRepository } from './send/forge.ts'
export { post, type Outgoing, type Reply } from './send/post.ts'
export { hmacHex, sameText, webhookSignature } from './signing.ts'
export { isTimezone } from './cron.ts'
export { eachProject, presentProject } from './facade.ts'
export { lookoutOf, type Lookout } from './lookout.ts'
export { makeScratch } from './run/scratch.ts'
export { FarmError, messageOf } from './errors.ts'
export { endpoint } from './http/endpoint.ts'
export { projectJson } from './http/shapes.ts'
export { isTrial } from './patches.ts'
export { treeOf } from './tree.ts'
export { z } from 'zod'

export type Close = () => Promise<void> | void

/** Shell text for the jobs' sandbox. */
export interface ServiceProcess {
  shell: string
  /** Absolute; writable inside, and all that is, besides a home and a temporary directory of its own. */
  directory: string
  /** Relative to `directory`: where the shell starts. Default: there. */
  cwd?: string
  /** Beside what every job sees of the machine. */
  env?: Readonly<Record<string, string>>
  /** Default false. */
  network?: boolean
  /** Whether the package managers' caches may be read and written. Default false. */
  caches?: boolean
  timeoutMs: number
  signal?: AbortSignal
  /** The chunk's memory is used again afterwards. */
  output?(stream: 'stdout' | 'stderr', chunk: Buffer): void
}

/** What a service, or a verb of one, is given. */
export interface Core {
  farm: Farm
  /** Who the service is: an admin, of whom the records say `service:<name>`. */
  caller: Caller
  log: Logger
  /** The service's own variables: those named CRAFTING_<SERVICE>_…, keyed by what follows, e.g. `HOST`. */
  config: Readonly<Record<string, string>>
  /** The ledger, for tables of the service's own (named after it). Tables of the core are read through the farm. */
  db: Db
  /** This process, and those that are at work on the ledger, as names: what is claimed there by one that is gone may be taken over. */
  processes: { self: string; alive(): string[] }
  /** Appends a fact; call it in the transaction of `db` that changes the state. */
  emit<K extends FactName>(name: K, data: Facts[K]): void
  /** The project that a fact is of; undefined where it was removed after it, whoever has its name by now. */
  projectOf(fact: Pick<Fact, 'id'> & { data: { project: string } }): Project | undefined
  /** Does what somebody has asked a service for, and notes it in the audit log, done or refused. What the farm itself does for a caller notes itself. */
  noted: Noted
  /** Lays out the files of a commit in an empty directory, without a git directory. Throws `not_found` for an unknown commit. */
  exportCommit(project: string, sha: string, directory: string): Promise<void>
  /** A commit of the project's mirror, to put patches to. Close it. Throws `not_found` for an unknown one. */
  openBase(project: string, sha: string): Promise<Base>
  /** Makes a patch a commit of the mirror, which jobs can run; its sha. The same again gives the same. */
  commitPatch(project: string, commit: PatchCommit): Promise<string>
  /** Names that `commitPatch` was given and that are still there; `dropPatches` lets their commits go. */
  patchNames(project: string): Promise<string[]>
  dropPatches(project: string, names: readonly string[]): Promise<void>
  /** Whether the message of a commit that `to` has and `from` has not holds that text. Throws `not_found` for an unknown commit. */
  isSaidBetween(project: string, commits: { from: string; to: string; text: string }): Promise<boolean>
  /** Pushes a commit of the mirror as a new branch; false where there is another of that name. Throws `invalid` for the default branch. */
  pushBranch(project: string, sha: string, branch: string): Promise<boolean>
  /** Runs shell text in the jobs' sandbox. When the promise is fulfilled, no process of it is left. */
  runProcess(process: ServiceProcess): Promise<JobExit>
  /** The value of a project's secret; undefined where it is not set. Throws `unavailable` where the farm's key does not open it. Never to be logged, stored or answered. */
  secret(project: string, name: string): string | undefined
  /** Aborted when the farm stops. */
  signal: AbortSignal
}

/** What a service can hang itself onto while it is set up, in a server. */
export interface ServiceCore extends Core {
  /** In order, at least once, across restarts. A handler that throws is called again with the same fact, later. */
  on<K extends FactName>(name: K, handler: (fact: Fact<K>) => Promise<void> | void): void
  /** Operations behind the same allowlist, tokens and error answers as the core's; they are part of openapi.json. Name schemas with `.meta({ id })`. */
  endpoints(endpoints: readonly Endpoint[]): void
  /**
   * Calls at the start of every minute, and once at boot; never twice at once. What is due is for the task to work out from the
   * ledger: a call may come late or not at all. What it throws is logged.
   */
  minutely(task: () => Promise<void> | void): void
  /** What `farm.patches` is, for every door; for the one service that drafts patches. */
  providePatches(door: PatchDoor): void
  /** Says in /healthz, where everybody on the network reads it, what of the service is off as long as the farm runs, and why. Logs nothing. */
  isOff(fault: string): void
}

/** A verb of the command line. */
export interface ServiceVerb {
  /** The first line is shown in the list of verbs: `digest [--date D]   writes the morning's mail`. */
  usage: string
  /** Returns the exit status. `open` opens the ledger of this machine (CRAFTING_DATA_DIR) without starting the services. */
  run(args: string[], open: () => Promise<Opened>): Promise<number>
}

export interface Opened extends Core { settings: Config; close(): Promise<void> }

export interface Service {
  kind: 'service'
  api: 1
  name: string
  /** A directory of numbered .sql files, applied in order, each once: `new URL('./migrations/', import.meta.url)`. */
  migrations?: URL
  verbs?: Readonly<Record<string, ServiceVerb>>
  setup(core: ServiceCore): Promise<Close | void> | Close | void
}

export type Plugin = LanguagePack | Service
