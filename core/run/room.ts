import { existsSync, mkdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { unlessRefused } from '../errors.ts'
import { collect } from './collect.ts'
import { GitError } from './git.ts'

/*
 * A job may write until its disk has not one block and not one inode left. What it wrote is removed by the next checkout, which itself
 * needs a lock file for that: so a few files lie ready to be given up.
 */

const reserveOf = (workspaceDir: string) => join(workspaceDir, '.reserve')
/** With so little left of a disk, a fetch that failed may have failed for that: what it had written is gone again. */
const [fewBytes, fewFiles] = [2 ** 30, 10_000]
const [reserveFiles, reserveBytes] = [8, 32_768]

/** Where there is no room for it, there is none: nothing is thrown for that. */
export function holdReserve(workspaceDir: string): void {
  const reserve = reserveOf(workspaceDir)
  if (existsSync(join(reserve, String(reserveFiles)))) return
  unlessRefused(() => {
    mkdirSync(reserve, { recursive: true, mode: 0o700 })
    for (let number = 1; number <= reserveFiles; number++) writeFileSync(join(reserve, String(number)), Buffer.alloc(reserveBytes), { mode: 0o600 })
  })
}

/** Whether it was for want of room, of quota or of inodes that something failed: here, or in a git that says so and may only hand on what a server says of its own disk. */
export function isFull(error: unknown, workspaceDir: string): boolean {
  if (!(error instanceof Error)) return false
  if ('code' in error && (error.code === 'ENOSPC' || error.code === 'EDQUOT')) return true
  return error instanceof GitError && /no space left/i.test(error.stderr) && isShort(workspaceDir) || isFull(error.cause, workspaceDir)
}

function isShort(workspaceDir: string): boolean {
  const { bavail, bsize, files, ffree } = statfsSync(workspaceDir)
  return bavail * bsize < fewBytes || (files > 0 && ffree < fewFiles)
}

const making = new Map<string, Promise<void>>()

/** Removes all checkouts that nobody uses, of all projects, and what lies in their trash. Whoever asks meanwhile waits for the same. */
export function makeRoom(workspaceDir: string): Promise<void> {
  const before = making.get(workspaceDir)
  if (before) return before
  const made = (async () => {
    rmSync(reserveOf(workspaceDir), { recursive: true, force: true })
    await collect(workspaceDir, { now: Date.now(), slotMaxAgeMs: -1, mirrorQuietMs: Infinity })
    holdReserve(workspaceDir)
  })().finally(() => making.delete(workspaceDir))
  making.set(workspaceDir, made)
  return made
}
