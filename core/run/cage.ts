import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { groupsIn, members, type Place } from './cgroups.ts'
import type { JobLimits, Limits } from './limits.ts'
import { endAll, processInfo, signalTo } from './process-tree.ts'

/** The control groups of one job. */
export interface Cage {
  /** The files into which the job's first process, of one thread still, writes 0 to come in; whoever it starts is in too. */
  joins: readonly string[]
  /** What it ran into, for people; undefined as long as it has not. */
  exceeded(): string | undefined
  /** Lets nobody in it start anybody any more, and kills all but `first`: who only kills is outrun by a fork bomb. */
  end(first?: number): void
  /** Ends whoever is left in it. */
  close(): Promise<void>
}

/** `crafting-<pid>-<start>-<n>`: of which process of which farm. */
const name = /^crafting-(?<pid>\d{1,10})-(?<started>\d{1,20})-\d+$/
let count = 0

/** Undefined where nothing is to be held. Throws where the kernel refuses. */
export function openCage(limits: Limits): Cage | undefined {
  if (limits.places.length === 0) return undefined
  const own = `crafting-${process.pid}-${processInfo(process.pid)?.started ?? 0}-${++count}`
  const places = limits.places.map(place => ({ ...place, directory: join(place.directory, own) }))
  const directories = [...new Set(places.map(place => place.directory))]
  try {
    for (const directory of directories) mkdirSync(directory)
    for (const place of places) for (const [file, value, must] of settingsOf(place, limits)) write(join(place.directory, file), value, must)
  } catch (error) {
    for (const directory of directories) try { rmdirSync(directory) } catch { /* not made */ }
    throw error
  }
  return {
    joins: [...new Set(places.map(place => join(place.directory, entrance(place))))],
    exceeded: () => places.map(place => exceededIn(place, limits)).find(text => text !== undefined),
    end: first => { for (const directory of directories) end(directory, first) },
    close: async () => { for (const directory of directories) await clear(directory) },
  }
}

/** Ends and removes what farms that were killed have left below a group. */
export async function sweepCages(directory: string): Promise<void> {
  for (const group of groupsIn(directory)) {
    const { pid, started } = name.exec(group)?.groups ?? {}
    if (pid === undefined || processInfo(pid)?.started === Number(started)) continue
    await clear(join(directory, group))
  }
}

/**
 * Where one who writes 0 comes in. Moving a whole process, the kernel holds up everybody's threads and waits for all processors, 10 to 20 ms; a single
 * thread that moves itself need not wait, and in version 1 may.
 */
const entrance = ({ version }: Place) => version === 1 ? 'tasks' : 'cgroup.procs'

/** File, value, and whether it can be done without: swap is not accounted for everywhere. */
function settingsOf({ controller, version }: Place, { memoryMb, pids }: JobLimits): [string, string, boolean][] {
  if (controller === 'pids') return [['pids.max', String(pids), true]]
  const bytes = String(memoryMb * 2 ** 20)
  if (version === 1) return [['memory.limit_in_bytes', bytes, true], ['memory.memsw.limit_in_bytes', bytes, false]]
  return [['memory.max', bytes, true], ['memory.swap.max', '0', false], ['memory.oom.group', '1', false]]
}

function exceededIn({ controller, version, directory }: Place, { memoryMb, pids }: JobLimits): string | undefined {
  const [file, word] = controller === 'pids' ? ['pids.events', 'max'] : [version === 1 ? 'memory.oom_control' : 'memory.events', 'oom_kill']
  const times = Number(new RegExp(`^${word} (?<times>\\d+)$`, 'm').exec(readIfThere(join(directory, file)))?.groups?.times ?? 0)
  if (times === 0) return undefined
  return controller === 'pids' ? `too many processes: the limit is ${pids}` : `out of memory: the limit is ${memoryMb} MiB`
}

function end(directory: string, first?: number): void {
  if (existsSync(join(directory, 'pids.max'))) write(join(directory, 'pids.max'), '0', false)
  for (const pid of all(directory)) if (pid !== first) signalTo(pid, 'SIGKILL')
}

/** The dead are in the group until they have been collected. */
async function clear(directory: string): Promise<void> {
  end(directory)
  await endAll(() => idsIn(directory))
  for (let pause = 1; pause < 500; pause *= 2) {
    try { rmdirSync(directory); return } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EBUSY') return
    }
    await sleep(pause)
  }
}

const idsIn = (directory: string) => all(directory).filter(pid => processInfo(pid) !== undefined)

function all(directory: string): number[] {
  try { return members(directory) } catch { return [] }
}

function readIfThere(path: string): string {
  try { return readFileSync(path, 'utf8') } catch { return '' }
}

function write(path: string, value: string, must: boolean): void {
  try { writeFileSync(path, value) } catch (error) { if (must) throw error }
}
