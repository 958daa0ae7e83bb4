import { chmodSync, existsSync, lstatSync, mkdirSync, opendirSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { findProgram } from './program.ts'
import { startProcess } from './spawner.ts'

/*
 * What a job left behind may be anything: a hundred thousand directories in each other, directories without any
 * permission, files of someone else. So nothing is searched or deleted while a job waits: it is renamed aside, which
 * takes the same moment whatever it is, and deleted later.
 */

/** Where a project's rubbish goes; on the same file system as its slots. */
export const trashOf = (projectDir: string) => join(projectDir, '.trash')

/** Removes one entry of a directory. Throws where the file system does not let go of it. */
export function discard(entry: string | Buffer, trash: string): void {
  const path = Buffer.isBuffer(entry) ? entry : Buffer.from(entry)
  let stat
  try { stat = lstatSync(path) } catch (error) { if (isGone(error)) return; throw error }
  if (!stat.isDirectory()) return permitted(path, () => unlinkSync(path))
  try { return rmdirSync(path) } catch { /* not empty, then */ }
  mkdirSync(trash, { recursive: true, mode: 0o700 })
  // A directory that moves gets another "..", for which it must be writable itself.
  if ((stat.mode & 0o700) !== 0o700) try { chmodSync(path, 0o700) } catch { /* not ours: the rename tells */ }
  permitted(path, () => renameSync(path, join(trash, randomUUID())))
}

/** A directory with more than this goes as a whole. */
const crowd = 200

/** Empties a directory; makes it where it is missing, and anew where something else stands in its place. */
export function emptied(directory: string, trash: string): void {
  const stat = lstatSync(directory, { throwIfNoEntry: false })
  const stays = stat?.isDirectory() && (stat.mode & 0o777) === 0o700 && !isCrowded(directory, crowd)
  if (stays) for (const name of readdirSync(directory, 'buffer')) discard(Buffer.concat([Buffer.from(`${directory}/`), name]), trash)
  else {
    discard(directory, trash)
    mkdirSync(directory, { recursive: true, mode: 0o700 })
  }
}

/** Whether a directory has more entries than that. No more of them are looked at: a job may have made a million. */
export function isCrowded(path: string | Buffer, most: number): boolean {
  const directory = opendirSync(path)
  try {
    for (let count = 0; directory.readSync() !== null;) if (++count > most) return true
    return false
  } finally { directory.closeSync() }
}

/** Tries again with a writable parent: jobs make directories read-only. */
function permitted(path: Buffer, action: () => void): void {
  try { action() } catch (error) {
    if (isGone(error)) return
    if (!['EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error
    chmodSync(Buffer.from(dirname(path.toString('latin1')), 'latin1'), 0o700)
    action()
  }
}

const isGone = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ENOENT'

const sweeping = new Map<string, Promise<void>>()
/** How many names one command line is given: the kernel takes no longer ones than some megabytes. */
const batch = 100

/** Deletes what lies in the trash, in the background; what cannot be deleted stays for the next time. */
export function sweep(trash: string): Promise<void> {
  const before = sweeping.get(trash)
  if (before) return before
  if (!existsSync(trash)) return Promise.resolve()
  const done = (async () => {
    for (let names = readdirSync(trash), last = ''; names.length && names.join() !== last; names = readdirSync(trash)) {
      last = names.join()
      for (let at = 0; at < names.length; at += batch) await erase(names.slice(at, at + batch).map(name => join(trash, name)))
    }
  })().catch(() => { /* the next sweep tries again */ }).finally(() => sweeping.delete(trash))
  sweeping.set(trash, done)
  return done
}

async function erase(paths: readonly string[]): Promise<void> {
  if (await run('rm', ['-rf', '--', ...paths]) === 0) return
  await run('chmod', ['-R', 'u+rwX', '--', ...paths.filter(path => existsSync(path))])
  await run('rm', ['-rf', '--', ...paths])
}

/** Resolves when no background deletion is under way. */
export async function swept(): Promise<void> {
  while (sweeping.size) await Promise.all(sweeping.values())
}

/** Programs, not Node's own removal: that follows paths by name and ends at PATH_MAX. */
async function run(program: string, args: readonly string[]): Promise<number | null> {
  const file = findProgram(program)
  if (file === undefined) return null
  const { exited } = await startProcess({ file, args, cwd: '/', env: { LC_ALL: 'C' }, outputs: ['/dev/null', '/dev/null'] })
  return (await exited)[0]
}
