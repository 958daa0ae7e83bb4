import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { audited, notedIn } from './audit.ts'
import type { Config } from './config.ts'
import { FarmError, messageOf, unlessRefused } from './errors.ts'
import type { Farm, FarmOptions } from './facade.ts'
import { accessTo } from './farm/access.ts'
import { bisectCases } from './farm/bisects.ts'
import { Changes } from './farm/changes.ts'
import { findingCases } from './farm/findings.ts'
import { jobCases } from './farm/jobs.ts'
import { logCases } from './farm/logs.ts'
import { operationCases } from './farm/operation.ts'
import { projectCases } from './farm/projects.ts'
import type { Rooms } from './farm/rooms.ts'
import { upkeepCases } from './farm/upkeep.ts'
import { Work } from './farm/work.ts'
import { migrateService, openDatabase } from './ledger/database.ts'
import { FactLog } from './ledger/facts.ts'
import { beginFarm, endFarm } from './ledger/farms.ts'
import { jsonLogger } from './logger.ts'
import { builtinPluginsDir, loadPlugins } from './plugins.ts'
import { cacheDirectories, machineEnvironment } from './run/environment.ts'
import type { Runner } from './run/job.ts'
import { openMirror } from './run/mirror.ts'
import { recover } from './run/recover.ts'
import { endRunOf } from './run/run.ts'
import { detectLimits, sayLimits } from './run/limits.ts'
import { detectSandbox } from './run/sandbox.ts'
import { sweepScratch } from './run/scratch.ts'
import { swept } from './run/trash.ts'
import { openVault } from './secrets.ts'
import type { Core, Service } from './service.ts'
import { coreOf, startServices, type RunningServices } from './services.ts'
import { Toolbox } from './tools.ts'

/** Composition: config → ledger → plugins → queue. The doors come after. */
export async function openFarm(config: Config, options: FarmOptions): Promise<Farm> {
  return (await composeFarm(config, options)).farm
}

/** The same, for a verb that a service brings along. */
export async function composeFarm(config: Config, options: FarmOptions): Promise<{ farm: Farm; coreFor(service: string): Core }> {
  const stopping = new AbortController()
  const changes = new Changes()
  const { runner, services } = await openRunner(config, options, changes, stopping.signal)
  const { db, facts } = runner
  changes.watchOthers(() => Number(db.pragma('data_version', { simple: true })))
  const work = new Work(runner, changes)
  const rooms: Rooms = { runner, work, changes, access: accessTo(db) }
  const bisects = bisectCases(rooms)
  const upkeep = upkeepCases(rooms)

  const inherited = await recover(runner, options.kind)
  await sweepScratch()
  for (const run of inherited.runs) work.enqueueRun(run)
  for (const job of inherited.jobs) work.enqueueJob(job)
  bisects.resume()
  const endUpkeep = options.kind === 'server' ? upkeep.begin() : undefined

  let running: RunningServices = { endpoints: [], states: () => [], close() {} }
  let closing: Promise<void> | undefined
  const farm: Farm = audited({
    config, log: runner.log, packs: runner.packs, ports: new Set(),
    get endpoints() { return running.endpoints },
    get patches() { return running.patches },
    ...projectCases(rooms),
    ...jobCases(rooms),
    ...bisects.cases,
    ...findingCases(rooms),
    ...logCases(rooms),
    ...operationCases(rooms, () => running.states()),
    ...upkeep.cases,
    ended: (id, signal) => work.ended(id, signal),
    watch: listener => changes.watch(listener),
    async close({ drainMs = config.drainMs } = {}) {
      stopping.abort()
      const stopped = work.stop(drainMs)
      return closing ??= stopped.then(async () => {
        endUpkeep?.()
        await new Promise(setImmediate)
        await running.close()
        await facts.close()
        // What cannot be written is done by the next one's start.
        if (options.kind === 'check') unlessRefused(() => endFarm(db, runner.farmId))
        await swept()
        db.close()
      })
    },
  }, notedIn(db, runner.log))
  if (options.kind === 'server') running = await startServices(services, farm, runner)
  return { farm, coreFor: name => coreOf(name, farm, runner, stopping.signal) }
}

/** The ledger, the plugins and all else that a job needs. */
async function openRunner(config: Config, options: FarmOptions, changes: Changes, stopping: AbortSignal): Promise<{ runner: Runner; services: readonly Service[] }> {
  const log = options.log ?? await jsonLogger()
  const { packs, services } = await loadPlugins([builtinPluginsDir, ...config.pluginDirs])
  const sandbox = await detectSandbox(config.sandbox)
  const limits = await detectLimits(config.jobLimits)
  const environment = machineEnvironment(config, packs)
  for (const directory of [config.dataDir, config.workspaceDir, ...cacheDirectories(config, packs)]) makeDirectory(directory)
  const db = openDatabase(join(config.dataDir, 'ledger.db'))
  for (const service of services) if (service.migrations) migrateService(db, service.name, service.migrations)
  sayLimits(log, config.jobLimits, limits)
  const facts = new FactLog(db, log, { stopping })
  const logs = join(config.dataDir, 'logs')
  const runner: Runner = {
    config, logs, db, facts, log, stopping, packs, sandbox, limits, environment,
    ledger: { fault: null },
    patient: options.kind === 'server',
    keep: options.keep ?? false,
    farmId: beginFarm(db, options.kind).id,
    vault: openVault(config.dataDir),
    toolbox: new Toolbox(environment),
    logPath: ({ project, id }) => join(logs, project, `${id}.log`),
    mirrorOf: project => openMirror({ directory: join(config.workspaceDir, project.name, '.cache'), url: project.gitUrl, allowFile: config.gitAllowFile || options.kind === 'check' }),
    jobStarted: job => changes.soon('job.started', job.id),
    jobEnded(job) {
      changes.soon('job.ended', job.id)
      if (job.runId && endRunOf(db, facts, job.runId)) changes.soon('run.ended', job.runId)
    },
  }
  return { runner, services }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new FarmError('unavailable', `The directory ${path} cannot be made: ${messageOf(error)}`, { hint: 'Set CRAFTING_DATA_DIR, CRAFTING_CACHE_DIR and CRAFTING_WORKSPACE_DIR to places that this user may write.' })
  }
}
