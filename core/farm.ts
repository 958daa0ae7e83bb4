import { randomUUID } from 'node:crypto'
import { EventEmitter, once } from 'node:events'
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Config } from './config.ts'
import { disksOf } from './disks.ts'
import { checkDefinition, checkPath, checkRef, checkSha } from './definition.ts'
import { FarmError, machineFault, messageOf } from './errors.ts'
import type { Change, Farm, FarmOptions } from './facade.ts'
import { jobSarif, jobsJunit, jobsSarif, projectSarif } from './findings/export.ts'
import { noFindings } from './findings/counts.ts'
import { migrateService, openDatabase, sql, type Db } from './ledger/database.ts'
import { FactLog } from './ledger/facts.ts'
import type { LedgerState } from './ledger/persist.ts'
import { beginFarm, endFarm } from './ledger/farms.ts'
import { listFindings } from './ledger/findings.ts'
import { endJob, findJob, insertJob, jobById, jobsOfRun, listJobs, openJobs, type Job } from './ledger/jobs.ts'
import { allProjects, deleteProject, findProject, insertProject, listProjects, projectById, projectNames, updateProject } from './ledger/projects.ts'
import { rememberRequest, runOfRequest } from './ledger/requests.ts'
import { findRun, insertRun, runById, type Run, type RunRequest } from './ledger/runs.ts'
import { findingsOfPeriod, jobsOfPeriod } from './ledger/period.ts'
import { countFindings, factLags, openJobCounts } from './ledger/figures.ts'
import { findingsOfJobs } from './ledger/project-findings.ts'
import { speakingJobs } from './ledger/status.ts'
import { listAudit } from './ledger/audit.ts'
import { bisectById, endBisect, findBisect, openBisects, stepsOf } from './ledger/bisects.ts'
import { deleteSecret, listSecrets, putSecret } from './ledger/secrets.ts'
import { listSuppressions } from './ledger/suppressions.ts'
import { testsOf } from './ledger/test-history.ts'
import { listTests } from './ledger/tests.ts'
import { findToken, listTokens, mintToken, noteTokenUse, revokeToken, type Caller } from './ledger/tokens.ts'
import { jsonLogger } from './logger.ts'
import { overviewOf } from './overview.ts'
import { ownRecipe, targetOf } from './plan.ts'
import { builtinPluginsDir, loadPlugins } from './plugins.ts'
import { cacheDirectories, machineEnvironment } from './run/environment.ts'
import { cancelSteps, driveBisect, type BisectHost } from './run/bisect.ts'
import { beginBisect } from './run/bisect-begin.ts'
import { runJob, type Runner } from './run/job.ts'
import { followLog, logSize, readLog, searchLog, tailLog } from './run/log.ts'
import { liveLog } from './run/log-live.ts'
import { openMirror, removeMirror } from './run/mirror.ts'
import { Queue } from './run/queue.ts'
import { importSarif } from './run/import-sarif.ts'
import { lastLines } from './run/reason.ts'
import { recover } from './run/recover.ts'
import { cancelQueuedRun, endRunOf, planOf, planRun } from './run/run.ts'
import { detectSandbox } from './run/sandbox.ts'
import { snapshotDirectory } from './run/snapshot.ts'
import { collect } from './run/collect.ts'
import { collectLogs } from './run/collect-logs.ts'
import { retain } from './run/retain.ts'
import { swept } from './run/trash.ts'
import { sweepUploads, withUpload } from './run/upload.ts'
import { coreOf, startServices, type RunningServices } from './services.ts'
import { reportPacks, Toolbox } from './tools.ts'
import type { Core } from './service.ts'
import { audited } from './audit.ts'
import { checkSecret, openVault, secretPlace } from './secrets.ts'
import { statusOf } from './status.ts'
import { trendOf } from './trend.ts'
import { suppress, withdraw } from './suppress.ts'
import { version } from './version.ts'

const sarifLimitBytes = 256 * 2 ** 20

/** Composition: config → ledger → plugins → queue. The doors come after. */
export async function openFarm(config: Config, options: FarmOptions): Promise<Farm> {
  return (await composeFarm(config, options)).farm
}

/** The same, for a verb that a service brings along. */
export async function composeFarm(config: Config, options: FarmOptions): Promise<{ farm: Farm; coreFor(service: string): Core }> {
  const log = options.log ?? await jsonLogger()
  const { packs, services } = await loadPlugins([builtinPluginsDir, ...config.pluginDirs])
  const sandbox = await detectSandbox(config.sandbox)
  const environment = machineEnvironment(config, packs)
  for (const directory of [config.dataDir, config.workspaceDir, ...cacheDirectories(config, packs)]) makeDirectory(directory)
  const db = openDatabase(join(config.dataDir, 'ledger.db'))
  for (const service of services) if (service.migrations) migrateService(db, service.name, service.migrations)
  const facts = new FactLog(db, log)
  const vault = openVault(config.dataDir)
  const queue = new Queue(config.jobs)
  const changes = new EventEmitter<{ change: [Change] }>()
  changes.setMaxListeners(0)
  const { id: farmId } = beginFarm(db, options.kind)
  const logPath = (job: { project: string; id: string }) => join(config.dataDir, 'logs', job.project, `${job.id}.log`)
  const tell = (what: Change['what'], id: string) => { changes.emit('change', { what, id }) }
  const mirrorDirectory = (project: string) => join(config.workspaceDir, project, '.cache')

  const ledger: LedgerState = { fault: null }
  const stopping = new AbortController()
  const runner: Runner = {
    config, db, facts, log, ledger, stopping: stopping.signal, patient: options.kind === 'server', farmId, packs, sandbox, environment, logPath, vault,
    toolbox: new Toolbox(environment),
    keep: options.keep ?? false,
    mirrorOf: project => openMirror({ directory: mirrorDirectory(project.name), url: project.gitUrl, allowFile: config.gitAllowFile || options.kind === 'check' }),
    jobEnded: job => {
      setImmediate(tell, 'job.ended', job.id)
      if (job.runId && endRunOf(db, facts, job.runId)) setImmediate(tell, 'run.ended', job.runId)
    },
    jobStarted: job => setImmediate(tell, 'job.started', job.id),
  }
  const enqueueJob = (job: Pick<Job, 'id' | 'projectId'>) => queue.add({ id: job.id, owner: String(job.projectId), run: signal => runJob(runner, job.id, signal) })
  const enqueueRun = (run: Pick<Run, 'id' | 'projectId'>) => queue.add({
    id: run.id, owner: String(run.projectId),
    run: async signal => {
      const jobs = await planRun(runner, run.id, signal)
      tell(jobs.length ? 'run.planned' : 'run.ended', run.id)
      for (const job of jobs) enqueueJob(job)
    },
  })

  const bisects: BisectHost = {
    runner,
    start(bisect, sha) {
      accepting()
      const id = randomUUID()
      const { projectId, subproject, language, recipe } = bisect
      const snapshot = ownRecipe(projectById(db, projectId), bisect)
      // A failed test that passes when it is run again was not broken there.
      insertJob(db, { id, runId: null, projectId, owner: bisect.owner, farm: farmId, subproject, language, recipe, ref: sha, branch: null, sha, snapshot, rerunFailed: bisect.target.test && !bisect.target.flaky ? 2 : 0 })
      setImmediate(enqueueJob, { id, projectId })
      return id
    },
    async cancel(id) {
      const one = jobById(db, id)
      if (one && isOpen(id)) await cancelOpen(one, 'cancelled: the search needs it no more')
    },
    ended: id => ended(id),
    freeWorkers: () => queue.capacity - queue.running - queue.queued,
    stopping: () => draining,
  }

  const inherited = await recover(runner, options.kind)
  for (const run of inherited.runs) enqueueRun(run)
  for (const job of inherited.jobs) enqueueJob(job)
  setImmediate(() => { for (const id of openBisects(db, farmId)) void driveBisect(bisects, id).finally(() => tell('bisect.ended', id)) })
  const gc = options.kind === 'server' ? setInterval(() => void collectGarbage(), 3_600_000).unref() : undefined
  const collectGarbage = async () => {
    const { faults, ...done } = await collect(config.workspaceDir, { now: Date.now(), registered: projectNames(db) }).catch((error: unknown) => ({ faults: [messageOf(error)] }))
    for (const message of faults) log.error('gc failed', { message })
    const logs = await collectLogs(join(config.dataDir, 'logs'), id => jobById(db, id) ? isOpen(id) ? 'open' : 'ended' : undefined).catch((error: unknown) => log.error('gc of logs failed', { message: messageOf(error) }))
    const kept = await retain(db, join(config.dataDir, 'logs'), allProjects(db), config.retention, Date.now()).catch((error: unknown) => log.error('gc of jobs failed', { message: messageOf(error) }))
    await sweepUploads(config.dataDir, Date.now()).catch((error: unknown) => log.error('gc of uploads failed', { message: messageOf(error) }))
    log.info('gc', { ...done, logs, kept })
  }

  const owned = <T>(found: T | undefined, what: string): T => {
    if (found === undefined) throw new FarmError('not_found', `No such ${what}`)
    return found
  }
  const project = (caller: Caller, name: string) => owned(findProject(db, caller, name), 'project')
  const job = (caller: Caller, id: string) => owned(findJob(db, caller, id), 'job')
  const run = (caller: Caller, id: string) => owned(findRun(db, caller, id), 'run')
  const bisect = (caller: Caller, id: string) => owned(findBisect(db, caller, id), 'bisect')
  const isOpen = (id: string) => ['queued', 'running'].includes(jobById(db, id)?.status ?? runById(db, id)?.status ?? bisectById(db, id)?.status ?? '')
  const ended = async (id: string) => {
    while (isOpen(id)) await once(changes, 'change')
  }
  /** A job that has not begun, or never did, has none. */
  const hasLog = (one: Job) => existsSync(logPath(one)) || existsSync(`${logPath(one)}.z`)
  const accepting = () => {
    if (draining) throw new FarmError('unavailable', 'The farm is stopping and takes no new jobs', { hint: 'Try again in a minute.' })
  }
  let draining = false
  /** One document at a time, so that memory holds one. */
  let last: Promise<unknown> = Promise.resolve()
  const oneByOne = <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work)
    last = next.catch(() => {})
    return next
  }
  let closing: Promise<void> | undefined

  const cancelQueued = (one: Job, message: string) => db.transaction(() => {
    if (!endJob(db, one.id, { status: 'cancelled', exitCode: null, message, complete: false, tests: null, findings: noFindings })) return
    facts.append('job.finished', { project: one.project, run: one.runId, job: one.id, recipe: one.recipe, subproject: one.subproject, language: one.language, status: 'cancelled', exitCode: null, sha: one.sha, tests: null, findings: noFindings, advisories: 0 })
    runner.jobEnded(one)
  }).immediate()
  /** What could not be cancelled waits on. */
  const orBack = (cancel: () => void, enqueue: () => void) => {
    try { cancel() } catch (error) {
      enqueue()
      throw error
    }
  }
  const cancelOpen = async (one: Job, message = 'cancelled') => {
    if (queue.remove(one.id)) orBack(() => cancelQueued(one, message), () => enqueueJob(one))
    else await queue.abort(one.id, message)
  }

  const farm: Farm = audited({
    config, log, packs, ports: new Set(),
    get endpoints() { return running.endpoints },
    get patches() { return running.patches },

    createProject(caller, definition) {
      const checked = checkDefinition(config, definition)
      return db.transaction(() => {
        const made = insertProject(db, caller.name, checked)
        facts.append('project.saved', { project: made.name, created: true })
        return made
      }).immediate()
    },
    updateProject(caller, name, definition) {
      const old = project(caller, name)
      const checked = checkDefinition(config, { ...definition, name })
      db.transaction(() => {
        updateProject(db, old.id, checked)
        facts.append('project.saved', { project: name, created: false })
      }).immediate()
      return project(caller, name)
    },
    async removeProject(caller, name) {
      const old = project(caller, name)
      await Promise.all(openJobs(db, old.id).map(one => cancelOpen(one)))
      db.transaction(() => {
        deleteProject(db, old.id)
        facts.append('project.removed', { project: name })
      }).immediate()
      rmSync(join(config.dataDir, 'logs', name), { recursive: true, force: true })
      await removeMirror(mirrorDirectory(name))
    },
    project,
    projects: (caller, page) => listProjects(db, caller, page),

    secrets: (caller, name) => listSecrets(db, project(caller, name).id),
    putSecret(caller, name, secret, value) {
      const { id } = project(caller, name)
      checkSecret(secret, value)
      putSecret(db, id, secret, vault.seal(value, secretPlace(id, secret)), caller.name)
    },
    removeSecret(caller, name, secret) {
      if (!deleteSecret(db, project(caller, name).id, secret)) throw new FarmError('not_found', 'No such secret')
    },

    snapshot: (caller, name, directory) => snapshotDirectory(directory, mirrorDirectory(project(caller, name).name)),
    startJob(caller, name, request) {
      accepting()
      const owner = project(caller, name)
      const target = targetOf(packs, owner, request)
      const id = randomUUID()
      db.transaction(() => insertJob(db, {
        id, runId: null, projectId: owner.id, owner: owner.owner, farm: farmId, recipe: request.recipe, ...target,
        ref: checkRef(request.ref ?? owner.defaultBranch, 'ref'), branch: null, sha: request.sha === undefined ? null : checkSha(request.sha, 'sha'),
        rerunFailed: request.rerunFailed ?? owner.settings?.rerun_failed ?? 0,
      })).immediate()
      enqueueJob({ id, projectId: owner.id })
      return job(caller, id)
    },
    startRun(caller, name, wish) {
      accepting()
      const owner = project(caller, name)
      const request: RunRequest = {
        ref: checkRef(wish.ref ?? owner.defaultBranch, 'ref'), ...(wish.sha === undefined ? {} : { sha: checkSha(wish.sha, 'sha') }),
        recipes: wish.recipes ?? [], languages: wish.languages ?? [], subprojects: (wish.subprojects ?? []).map((path, at) => checkPath(path, `subprojects[${at}]`)),
        ...(wish.rerunFailed === undefined ? {} : { rerunFailed: wish.rerunFailed }),
      }
      const named = wish.requestId === undefined ? undefined : { projectId: owner.id, caller: caller.name, requestId: wish.requestId, request }
      const id = randomUUID()
      const known = db.transaction(() => {
        const before = named && runOfRequest(db, named)
        if (before !== undefined) return before
        insertRun(db, { id, projectId: owner.id, owner: owner.owner, farm: farmId, request })
        if (named) rememberRequest(db, named, id)
        facts.append('run.queued', { project: name, run: id, ref: request.ref, recipes: request.recipes })
        return undefined
      }).immediate()
      if (known !== undefined) return run(caller, known)
      enqueueRun({ id, projectId: owner.id })
      return run(caller, id)
    },
    job,
    jobs: (caller, { project: name, ...filter }) => listJobs(db, caller, { ...filter, ...(name === undefined ? {} : { projectId: project(caller, name).id }) }),
    plan: (caller, name, { ref, signal } = {}) => planOf(runner, project(caller, name), ref, signal ? AbortSignal.any([stopping.signal, signal]) : stopping.signal),
    run: (caller, id) => ({ run: run(caller, id), jobs: jobsOfRun(db, id) }),
    async cancelJob(caller, id, reason) {
      const one = job(caller, id)
      if (!isOpen(id)) throw new FarmError('conflict', `The job has ended already: ${one.status}`)
      await cancelOpen(one, reason ? `cancelled: ${reason.replace(/\s+/g, ' ').slice(0, 300)}` : undefined)
      return job(caller, id)
    },
    async startBisect(caller, name, wish) {
      accepting()
      const id = await beginBisect(runner, project(caller, name), { ...wish, ...(wish.ref === undefined ? {} : { ref: checkRef(wish.ref, 'ref') }) })
      void driveBisect(bisects, id).finally(() => tell('bisect.ended', id))
      return bisect(caller, id)
    },
    bisect: (caller, id) => ({ bisect: bisect(caller, id), steps: stepsOf(db, id) }),
    async cancelBisect(caller, id) {
      const one = bisect(caller, id)
      if (!endBisect(db, id, 'cancelled')) throw new FarmError('conflict', `The search has ended already: ${one.status}`)
      await cancelSteps(bisects, id)
      tell('bisect.ended', id)
      return bisect(caller, id)
    },
    async cancelRun(caller, id) {
      const one = run(caller, id)
      if (!isOpen(id)) throw new FarmError('conflict', `The run has ended already: ${one.status}`)
      if (queue.remove(id)) orBack(() => cancelQueuedRun(db, facts, one), () => enqueueRun(one))
      else await queue.abort(id, 'cancelled')
      await Promise.all(jobsOfRun(db, id).filter(each => isOpen(each.id)).map(each => cancelOpen(each)))
      tell('run.ended', id)
      return run(caller, id)
    },

    findings: (caller, id, filter) => listFindings(db, job(caller, id).seq, filter),
    lastLines: async (one, lines) => hasLog(one) ? lastLines(logPath(one), lines) : [],
    projectFindings(caller, name, { ref, jobId, ...filter }) {
      const owner = project(caller, name)
      const one = jobId === undefined ? undefined : job(caller, jobId)
      if (one && one.projectId !== owner.id) throw new FarmError('not_found', 'No such job')
      return findingsOfJobs(db, one ? [one] : speakingJobs(db, owner.id, ref === undefined ? owner.defaultBranch : checkRef(ref, 'ref')), filter)
    },
    async importSarif(caller, name, document, { ref, sha, tool, subproject = '' } = {}) {
      accepting()
      const owner = project(caller, name)
      const wish = { ref: checkRef(ref ?? owner.defaultBranch, 'ref'), subproject: checkPath(subproject, 'subproject'), ...(sha === undefined ? {} : { sha: checkSha(sha, 'sha') }), ...(tool === undefined ? {} : { tool }) }
      const made = await withUpload(config.dataDir, document, sarifLimitBytes, path => oneByOne(() => importSarif(runner, owner, path, wish, stopping.signal)))
      return job(caller, made.id)
    },
    suppress: (caller, name, wish) => suppress(db, facts, project(caller, name), caller.name, wish),
    suppressions: (caller, name, page) => listSuppressions(db, project(caller, name).id, page),
    withdraw: (caller, name, id) => withdraw(db, facts, project(caller, name), caller.name, id),
    endedJobs: (caller, name, period) => jobsOfPeriod(db, project(caller, name).id, period),
    periodFindings: (caller, name, jobs, limit) => findingsOfPeriod(db, project(caller, name).id, jobs, limit),
    logTail: async (one, lines) => hasLog(one) ? tailLog(logPath(one), lines) : [],
    async *readLog(one, fromByte = 0) {
      if (hasLog(one)) yield* readLog(logPath(one), { fromByte })
    },
    searchLog: async (one, query) => hasLog(one) ? searchLog(logPath(one), query) : { lines: [], totalLines: 0, matches: query.grep ? 0 : null, next: null },
    logSize: one => logSize(logPath(one)),
    async *followLog(one, { afterLine = 0, signal }) {
      while (isOpen(one.id) && !liveLog(logPath(one))) await once(changes, 'change', { signal })
      if (hasLog(one)) yield* followLog(logPath(one), { fromLine: afterLine, signal })
    },
    jobSarif: (caller, id) => jobSarif(runner, job(caller, id)),
    jobJunit: (caller, id) => jobsJunit(db, [job(caller, id)]),
    runJunit: (caller, id) => jobsJunit(db, jobsOfRun(db, run(caller, id).id)),
    overview(caller, id) {
      const one = run(caller, id)
      return overviewOf(db, project(caller, one.project), one, jobsOfRun(db, one.id))
    },
    runSarif: (caller, id) => jobsSarif(runner, jobsOfRun(db, run(caller, id).id)),
    tests: (caller, id) => listTests(db, job(caller, id).seq),
    projectTests(caller, name, { ref, ...filter }) {
      const owner = project(caller, name)
      return testsOf(db, owner.id, ref === undefined ? owner.defaultBranch : checkRef(ref, 'ref'), filter)
    },
    projectSarif: (caller, name, branch) => projectSarif(runner, project(caller, name), branch),

    status(caller, name, ref) {
      const owner = project(caller, name)
      return statusOf(db, owner, ref === undefined ? owner.defaultBranch : checkRef(ref, 'ref'))
    },
    trend(caller, name, { ref, days }) {
      const owner = project(caller, name)
      return trendOf(db, owner, ref === undefined ? owner.defaultBranch : checkRef(ref, 'ref'), days, Date.now())
    },
    publicVerdict(name, ref) {
      const shown = findProject(db, { name: '', isAdmin: true }, name)
      return shown?.settings?.badge ? statusOf(db, shown, ref ?? shown.defaultBranch).verdict : undefined
    },

    figures: () => ({ open: openJobCounts(db), lags: factLags(db) }),
    findingCounts: (caller, id) => countFindings(db, job(caller, id).seq),
    packReports: () => reportPacks(packs, runner.toolbox),
    health() {
      const fault = ledger.fault ?? ledgerFault(db)
      const disks = disksOf(config)
      return {
        status: draining ? 'draining' : fault || disks.some(disk => !disk.ok) ? 'degraded' : 'ok', version,
        runner: { state: draining ? 'draining' : 'running', capacity: queue.capacity, running: queue.running, queued: queue.queued },
        sandbox, ledger: { ok: !fault, message: fault }, disks,
      }
    },

    mintToken: (_, token) => mintToken(db, token),
    tokens: () => listTokens(db),
    audit: filter => listAudit(db, filter),
    revokeToken(_, name) { if (!revokeToken(db, name)) throw new FarmError('not_found', 'No such token') },
    authenticate(bearer) {
      const token = findToken(db, bearer)
      if (token) unlessRefused(() => noteTokenUse(db, token))
      return token
    },

    ended,
    watch(listener) {
      changes.on('change', listener)
      return () => { changes.off('change', listener) }
    },
    async close({ drainMs = config.drainMs } = {}) {
      draining = true
      stopping.abort()
      const stopped = queue.stop(drainMs, 'the farm was stopped')
      return closing ??= stopped.then(async () => {
        clearInterval(gc)
        await new Promise(setImmediate)
        await running.close()
        await facts.close()
        if (options.kind === 'check') endFarm(db, farmId)
        await swept()
        db.close()
      })
    },
  }, db)
  let running: RunningServices = { endpoints: [], close() {} }
  if (options.kind === 'server') running = await startServices(services, farm, runner)
  return { farm, coreFor: name => coreOf(name, farm, runner, stopping.signal) }
}

/** For what nobody would miss. */
function unlessRefused(action: () => void): void {
  try { action() } catch (error) { if (!machineFault(error)) throw error }
}

function ledgerFault(db: Db): string | null {
  try {
    sql(db, 'SELECT count(*) FROM farms').get()
    return null
  } catch (error) { return messageOf(error) }
}

function makeDirectory(path: string): void {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 })
  } catch (error) {
    throw new FarmError('unavailable', `The directory ${path} cannot be made: ${messageOf(error)}`, { hint: 'Set CRAFTING_DATA_DIR, CRAFTING_CACHE_DIR and CRAFTING_WORKSPACE_DIR to places that this user may write.' })
  }
}
