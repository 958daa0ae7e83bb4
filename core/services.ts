import { rmSync } from 'node:fs'
import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { notedIn } from './audit.ts'
import { FarmError, isFarmError, messageOf } from './errors.ts'
import { presentProject, type Farm, type ServiceState } from './facade.ts'
import type { Endpoint } from './http/endpoint.ts'
import { isOfRemoved } from './ledger/facts.ts'
import { liveFarms } from './ledger/farms.ts'
import { sealedSecrets } from './ledger/secrets.ts'
import { minutely } from './minutely.ts'
import { cacheDirectories } from './run/environment.ts'
import { exportCommit } from './run/export.ts'
import { commitPatch, dropPatches, isSaidBetween, openBase, patchNames } from './run/patch.ts'
import { makeScratch } from './run/scratch.ts'
import { checkRef } from './run/ref.ts'
import { pushBranch } from './run/remote.ts'
import type { PatchDoor } from './patches.ts'
import type { Runner } from './run/job.ts'
import { runProcess, type JobExit } from './run/process.ts'
import { machineView } from './run/sandbox-view.ts'
import { secretPlace } from './secrets.ts'
import type { Close, Core, Service, ServiceProcess } from './service.ts'

/** What the services have brought along, how they are, and how all of them are ended. */
export interface RunningServices { endpoints: readonly Endpoint[]; patches?: PatchDoor; states(): ServiceState[]; close: Close }

/** What one service is given, whether it runs or only a verb of it does. */
export function coreOf(name: string, farm: Farm, runner: Runner, signal: AbortSignal): Core {
  const caller = { name: `service:${name}`, isAdmin: true }
  const known = (project: string) => farm.project(caller, project)
  const mirror = (project: string) => runner.mirrorOf(known(project))
  return {
    farm, signal, caller,
    log: farm.log,
    config: variablesOf(farm.config.env, name),
    db: runner.db,
    processes: { self: runner.farmId, alive: () => liveFarms(runner.db).map(farm => farm.id) },
    noted: notedIn(runner.db, farm.log),
    projectOf: fact => isOfRemoved(runner.db, fact) ? undefined : presentProject(farm, caller, fact.data.project),
    emit: (fact, data) => runner.facts.append(fact, data),
    exportCommit: async (project, sha, directory) => exportCommit(mirror(project).directory, sha, directory, signal),
    openBase: async (project, sha) => openBase(mirror(project).directory, sha, signal),
    commitPatch: async (project, commit) => commitPatch(mirror(project).directory, commit, signal),
    patchNames: async project => patchNames(mirror(project).directory, signal),
    dropPatches: async (project, names) => dropPatches(mirror(project).directory, names, signal),
    isSaidBetween: async (project, commits) => isSaidBetween(mirror(project).directory, commits, signal),
    async pushBranch(project, sha, branch) {
      if (branch === known(project).defaultBranch) throw new FarmError('invalid', `${branch} is the default branch`)
      checkRef(branch, 'branch')
      return pushBranch(mirror(project), sha, branch, signal)
    },
    secret(project, secret) {
      const { id } = known(project)
      const sealed = sealedSecrets(runner.db, id).get(secret)
      return sealed && runner.vault.open(sealed, secretPlace(id, secret))
    },
    runProcess: process => runInSandbox(runner, name, process, signal),
  }
}

/** Sets every service up; one that fails is reported and left out. */
export async function startServices(services: readonly Service[], farm: Farm, runner: Runner): Promise<RunningServices> {
  const stop = new AbortController()
  const started: Started[] = []
  for (const service of services) started.push(await startService(service, farm, runner, stop.signal))
  const { patches } = started.findLast(one => one.patches) ?? {}
  return {
    endpoints: started.flatMap(one => one.endpoints), ...(patches ? { patches } : {}),
    states: () => started.map(one => one.state()),
    close: async () => {
      stop.abort()
      for (const { name, closers } of started.toReversed()) {
        for (const close of closers.toReversed()) {
          try { await close() } catch (error) { farm.log.error('service not ended', { service: name, message: messageOf(error) }) }
        }
      }
    },
  }
}

interface Started { name: string; endpoints: readonly Endpoint[]; patches?: PatchDoor; closers: readonly Close[]; state(): ServiceState }

/** What a service asks for is done once all of its setup has gone well: of one that is left out nothing hears facts. */
async function startService(service: Service, farm: Farm, runner: Runner, signal: AbortSignal): Promise<Started> {
  const { name } = service
  const endpoints: Endpoint[] = []
  const begin: (() => Close | void | Promise<Close>)[] = []
  const faults: string[] = []
  let patches: PatchDoor | undefined
  try {
    const close = await service.setup({
      ...coreOf(name, farm, runner, signal),
      on: (fact, handler) => { begin.push(() => runner.facts.subscribe(name, fact, handler)) },
      endpoints: list => { endpoints.push(...list) },
      minutely: task => { begin.push(() => minutely(task, error => farm.log.error('service failed', { service: name, message: messageOf(error) }))) },
      providePatches: door => { patches = door },
      isOff: fault => { faults.push(fault) },
    })
    const closers = [close, ...await Promise.all(begin.map(one => one()))].filter(one => typeof one === 'function')
    return { name, endpoints, ...(patches ? { patches } : {}), closers, state: () => faults.length ? { name, state: 'partly_off', message: faults.join('; ') } : { name, state: 'running', message: null } }
  } catch (error) {
    farm.log.error('service not started', { service: name, message: messageOf(error) })
    return { name, endpoints: [], closers: [], state: () => ({ name, state: 'not_started', message: publicFault(error) }) }
  }
}

/** Errors that were written for people hold no secret; what others hold nobody knows, and everybody on the network may ask. */
function publicFault(error: unknown): string {
  return isFarmError(error) ? error.message : 'It could not be set up: the farm\'s log says why.'
}

async function runInSandbox(runner: Runner, service: string, process: ServiceProcess, stopped: AbortSignal): Promise<JobExit> {
  const scratch = await makeScratch(service)
  const [home, tmp, directory] = [join(scratch, 'home'), join(scratch, 'tmp'), await realpath(process.directory)]
  try {
    await Promise.all([mkdir(home), mkdir(tmp)])
    const caches = process.caches ? cacheDirectories(runner.config, runner.packs) : []
    return await runProcess({
      shell: process.shell, cwd: join(directory, process.cwd ?? ''),
      env: { ...runner.environment, HOME: home, TMPDIR: tmp, ...process.env },
      marker: `${runner.farmId}.${service}-${randomBytes(8).toString('hex')}`,
      timeoutMs: process.timeoutMs, graceMs: runner.config.killGraceMs,
      signal: process.signal ? AbortSignal.any([stopped, process.signal]) : stopped,
      sandbox: runner.sandbox.mode === 'none' ? undefined : machineView(runner, { writable: [directory, home, ...caches], readable: [], tmp, network: process.network ?? false }),
      limits: runner.limits,
      output: process.output ?? (() => {}),
    })
  } finally {
    rmSync(scratch, { recursive: true, force: true })
  }
}

/** CRAFTING_<SERVICE>_HOST → HOST. */
function variablesOf(env: Readonly<Record<string, string | undefined>>, service: string): Record<string, string> {
  const prefix = `CRAFTING_${service.toUpperCase().replaceAll('-', '_')}_`
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => name.startsWith(prefix) && value !== undefined ? [[name.slice(prefix.length), value]] : []))
}
