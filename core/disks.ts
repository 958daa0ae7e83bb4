import { accessSync, constants, statfsSync } from 'node:fs'
import type { Config } from './config.ts'
import { FarmError, isFarmError, machineFault, messageOf } from './errors.ts'

/** One of the farm's directories. */
export interface Disk {
  name: 'data' | 'workspace' | 'cache'
  ok: boolean
  /** MiB that the farm's user may still write; null where nobody can tell. */
  freeMb: number | null
  message: string | null
}

const directories = { data: 'dataDir', workspace: 'workspaceDir', cache: 'cacheDir' } as const

/** Whether the farm's directories can be written and have room. Paths are left out: whoever may connect sees this. */
export function disksOf(config: Config): Disk[] {
  return Object.entries(directories).map(([name, key]) => diskOf(name as Disk['name'], config[key], config.minFreeMb))
}

/** The message of what went wrong on this machine, with what is wrong with its directories: Node calls a read-only one "no such file". */
export function faultOf(config: Config, error: unknown): string {
  const disks = isFarmError(error) && error.code !== 'unavailable' ? [] : disksOf(config).filter(disk => !disk.ok)
  return messageOf(error) + disks.map(disk => `; the ${disk.name} directory: ${disk.message}`).join('') + (isOutOfDescriptors(error) ? '; let the farm have more open files (ulimit -n, LimitNOFILE)' : '')
}

const isOutOfDescriptors = (error: unknown) => error instanceof Error && 'code' in error && (error.code === 'EMFILE' || error.code === 'ENFILE')

/** For whoever sits at a terminal: a fault of this machine, with what is wrong with which directory. All else as it is. */
export function atTerminal(config: Config, error: unknown): unknown {
  const fault = isFarmError(error) ? machineFault(error.cause) && error : machineFault(error)
  if (!fault) return error
  const { dataDir, workspaceDir, cacheDir } = config
  return new FarmError('unavailable', faultOf(config, fault), { cause: error, hint: `Make room, or choose other directories: CRAFTING_DATA_DIR (${dataDir}), CRAFTING_WORKSPACE_DIR (${workspaceDir}), CRAFTING_CACHE_DIR (${cacheDir}).` })
}

function diskOf(name: Disk['name'], path: string, minFreeMb: number): Disk {
  try {
    const { bavail, bsize, files, ffree } = statfsSync(path)
    const freeMb = Math.floor(bavail * bsize / 2 ** 20)
    const state = (message: string | null): Disk => ({ name, ok: message === null, freeMb, message })
    if (freeMb < minFreeMb) return state(`${freeMb} MiB are free, CRAFTING_MIN_FREE_MB is ${minFreeMb}`)
    // File systems without a table of inodes say that there are none at all.
    if (files > 0 && ffree === 0) return state('no inode is free: there are too many files')
    accessSync(path, constants.W_OK | constants.X_OK)
    return state(null)
  } catch (error) {
    return { name, ok: false, freeMb: null, message: messageOf(error).replace(/,? '.*$|: .*? '.*$/, '') }
  }
}
