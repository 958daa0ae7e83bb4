import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { machineFault } from '../errors.ts'

/** The variable that tells whose process this is. It survives setsid and double forks, not `env -i`. */
export const markVariable = 'CRAFTING_JOB_MARK'

/** One line of /proc/PID/stat, proc(5). `started` is in clock ticks since boot. */
export interface ProcessInfo { pid: number; parent: number; group: number; session: number; tty: number; started: number }

/** Undefined where there is no such process, and for zombies: they are dead, only not yet collected. */
export function processInfo(pid: number | string): ProcessInfo | undefined {
  const stat = readProc(`/proc/${pid}/stat`)?.toString('latin1')
  if (stat === undefined) return undefined
  // The second field is the program's name in parentheses and may hold anything.
  const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  if (state === 'Z' || state === 'X') return undefined
  const field = (index: number) => Number(rest[index - 4])
  return { pid: Number(pid), parent: field(4), group: field(5), session: field(6), tty: field(7), started: field(22) }
}

export function allProcesses(): ProcessInfo[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name)).map(processInfo).filter(one => one !== undefined)
}

/** Children, their children and so on, nearest first, without the root. */
export function descendants(root: number, all: readonly ProcessInfo[] = allProcesses()): ProcessInfo[] {
  const byParent = new Map<number, ProcessInfo[]>()
  for (const one of all) byParent.set(one.parent, [...byParent.get(one.parent) ?? [], one])
  const found: ProcessInfo[] = []
  for (let next = byParent.get(root) ?? []; next.length; next = next.flatMap(one => byParent.get(one.pid) ?? [])) found.push(...next)
  return found
}

export function markOf(pid: number): string | undefined {
  const environ = readProc(`/proc/${pid}/environ`)
  if (environ === undefined) return undefined
  const start = environ.indexOf(`${markVariable}=`)
  if (start < 0 || (start > 0 && environ[start - 1] !== 0)) return undefined
  const end = environ.indexOf(0, start)
  return environ.toString('latin1', start + markVariable.length + 1, end < 0 ? environ.length : end)
}

/** Whether a process is between its end and its death: it has given its memory back, and waits for others that end with it. */
export function isLeaving(pid: number): boolean {
  return processInfo(pid) !== undefined && hasNoMemory(pid)
}

/** Of one without memory, older kernels show an empty environment, newer ones say that there is no such process. */
function hasNoMemory(pid: number): boolean {
  try { return readFileSync(`/proc/${pid}/environ`).length === 0 } catch (error) {
    if (machineFault(error)) throw error
    return (error as NodeJS.ErrnoException).code === 'ESRCH'
  }
}

export function directoryOf(pid: number): string | undefined {
  try { return readlinkSync(`/proc/${pid}/cwd`) } catch { return undefined }
}

/** Negative: a process group. False where there is nobody to signal. */
export function signalTo(pid: number, signal: NodeJS.Signals): boolean {
  try { return process.kill(pid, signal) } catch { return false }
}

/**
 * Ends all that `find` finds, until it finds nothing. Gives up after ten seconds (a process in uninterruptible sleep cannot be
 * ended). Returns how many there were.
 */
export async function endAll(find: () => Iterable<number>): Promise<number> {
  const seen = new Set<number>()
  const deadline = performance.now() + 10_000
  for (let pause = 1; performance.now() < deadline; pause = Math.min(50, pause * 2)) {
    try {
      const stopped = stopAll(find)
      if (stopped.size === 0) break
      for (const pid of stopped) {
        seen.add(pid)
        signalTo(pid, 'SIGKILL')
      }
    } catch (error) {
      if (!machineFault(error)) throw error
    }
    await sleep(pause)
  }
  return seen.size
}

/** Until nobody new is found: who is stopped starts nobody, and makes no place for another, as the dead do. A chain whose links live a moment each may outrun this a few times. */
function stopAll(find: () => Iterable<number>): Set<number> {
  const stopped = new Set<number>()
  for (let look = 0; look < 20; look++) {
    const fresh = [...find()].filter(pid => !stopped.has(pid))
    if (fresh.length === 0) break
    for (const pid of fresh) {
      stopped.add(pid)
      signalTo(pid, 'SIGSTOP')
    }
  }
  return stopped
}

/** Undefined where there is no such process. That this one has no descriptor left says nothing about the other: it is thrown. */
function readProc(path: string): Buffer | undefined {
  try { return readFileSync(path) } catch (error) {
    if (machineFault(error)) throw error
    return undefined
  }
}
