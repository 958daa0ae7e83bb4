import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import { processInfo } from './process-tree.ts'

export interface Lock {
  /** Its last holder died with it: what it guards may be half done, and processes of the dead one may still be at it. */
  inherited: boolean
  release(): void
}

/** Locks that this process holds: its own pid tells nothing about them. */
const held = new Set<string>()

/**
 * Takes the lock file, undefined where another holder lives. It names its holder by process id and start time, so that the
 * lock of a process that was killed is worth nothing, whoever got its id since.
 */
export function tryLock(path: string): Lock | undefined {
  if (held.has(path)) return undefined
  const mark = `${process.pid} ${startOf(process.pid)} ${randomUUID()}\n`
  const inherited = !create(path, mark)
  if (inherited && !takeOver(path, mark)) return undefined
  held.add(path)
  const release = () => {
    if (content(path) === mark) rmSync(path, { force: true })
    held.delete(path)
  }
  return { inherited, release }
}

/** Waits for the lock, looking every `pollMs`. */
export async function lock(path: string, signal?: AbortSignal, pollMs = 20): Promise<Lock> {
  for (;;) {
    const taken = tryLock(path)
    if (taken) return taken
    await sleep(pollMs, undefined, signal ? { signal } : {})
  }
}

/** Whether a living process holds it. */
export function isLocked(path: string): boolean {
  return held.has(path) || alive(content(path))
}

/** The mark appears whole or not at all: an empty lock would look like a dead holder's. */
function create(path: string, mark: string): boolean {
  const draft = `${path}.${process.pid}.new`
  writeFileSync(draft, mark, { mode: 0o600 })
  try {
    linkSync(draft, path)
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally { rmSync(draft, { force: true }) }
}

/**
 * Replaces a dead holder's mark. Two may find it dead at once: the right to replace *this* mark is a file of its own, and
 * who got it looks again, so that the later one sees the earlier one's new mark.
 */
function takeOver(path: string, mark: string): boolean {
  const old = content(path)
  if (old === undefined) return create(path, mark)
  if (alive(old)) return false
  const right = `${path}.${createHash('sha256').update(old).digest('hex').slice(0, 16)}`
  if (!create(right, mark) && alive(content(right))) return false
  try {
    if (content(path) !== old) return false
    const next = `${right}.${process.pid}.next`
    writeFileSync(next, mark, { mode: 0o600 })
    renameSync(next, path)
    return true
  } finally { rmSync(right, { force: true }) }
}

function content(path: string): string | undefined {
  try { return readFileSync(path, 'utf8') } catch { return undefined }
}

function alive(mark: string | undefined): boolean {
  const [pid = '', start = ''] = mark?.split(/\s+/) ?? []
  return /^\d+$/.test(pid) && startOf(Number(pid)) === start
}

/** When a process began, in clock ticks since boot; '' where there is none, or only what nobody has collected of it; '?' where the machine does not tell. */
function startOf(pid: number): string {
  const began = processInfo(pid)?.started
  if (began !== undefined) return String(began)
  try { return process.kill(pid, 0) && process.platform !== 'linux' ? '?' : '' } catch { return '' }
}
