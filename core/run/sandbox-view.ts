import { homedir, tmpdir } from 'node:os'
import { cacheDirectories } from './environment.ts'
import type { Runner } from './job.ts'
import { homeToolchains, type SandboxView } from './sandbox.ts'
import type { Workspace } from './workspace.ts'

/** What a job sees: the machine, its checkout, the caches, and the mirror's objects. */
export function jobView(runner: Runner, place: Workspace, network: boolean): SandboxView {
  return machineView(runner, { writable: [place.root, place.home, place.reports, ...cacheDirectories(runner.config, runner.packs)], readable: [place.borrowed], tmp: place.tmp, network })
}

/** The machine without the farm's own places (the pipes of other jobs lie in its temporary directory) and the home of its user, save for toolchains there. */
export function machineView(runner: Runner, own: Pick<SandboxView, 'writable' | 'readable' | 'tmp' | 'network'>): SandboxView {
  const { config } = runner
  const home = config.env.HOME || homedir()
  const hidden = [home, tmpdir()]
  return {
    ...own,
    readable: [...own.readable, ...[...hidden, '/tmp', '/var/tmp'].flatMap(directory => homeToolchains(directory, runner.environment.PATH ?? ''))],
    hidden: [config.dataDir, config.workspaceDir, ...hidden],
    readonly: [],
    proc: runner.sandbox.proc,
  }
}
