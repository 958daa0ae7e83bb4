import { rmSync } from 'node:fs'
import { mkdir, realpath } from 'node:fs/promises'
import { join } from 'node:path'
import { randomBytes } from 'node:crypto'
import { notedIn } from './audit.ts'
import { FarmError, messageOf } from './errors.ts'
import type { Farm } from './facade.ts'
import type { Endpoint } from './http/endpoint.ts'
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
import type { Close, Core, Service, ServiceCore, ServiceProcess } from './service.ts'

/** Those that run, what they have brought along, and how all of them are ended. */
export interface RunningServices { endpoints: readonly Endpoint[]; patches?: PatchDoor; close: Close }

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
  const closers: Close[] = []
  const endpoints: Endpoint[] = []
  let patches: PatchDoor | undefined
  for (const service of services) {
    const own: Endpoint[] = []
    const clocks: (() => Promise<void> | void)[] = []
    const core: ServiceCore = {
      ...coreOf(service.name, farm, runner, stop.signal),
      on: (name, handler) => runner.facts.subscribe(service.name, name, handler),
      endpoints: list => { own.push(...list) },
      minutely: task => { clocks.push(task) },
      providePatches: door => { patches = door },
    }
    try {
      const close = await service.setup(core)
      endpoints.push(...own)
      if (close) closers.push(close)
      for (const task of clocks) closers.push(minutely(task, error => farm.log.error('service failed', { service: service.name, message: messageOf(error) })))
    } catch (error) {
      farm.log.error('service not started', { service: service.name, message: messageOf(error) })
    }
  }
  return {
    endpoints, ...(patches ? { patches } : {}),
    close: async () => {
      stop.abort()
      for (const close of closers.toReversed()) await close()
    },
  }
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
