import { chmodSync, lstatSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync, type Dirent, type Stats } from 'node:fs'
import { setImmediate, setTimeout as sleep } from 'node:timers/promises'
import { git } from './git.ts'
import type { ObjectFormat } from './gitdir.ts'
import { readIndex, type IndexEntry } from './gitindex.ts'
import { discard, isCrowded } from './trash.ts'

/**
 * A directory that holds a commit's files and nothing else. `index` is the farm's own, out of the job's reach; git wrote into
 * it what each file looked like (times to the nanosecond, inode, size) when it wrote the file.
 */
export interface Checkout {
  directory: string
  index: string
  /** The repository with the objects, bare. */
  gitDir: string
  format: ObjectFormat
  trash: string
  /** Directories where submodules are checked out, each a checkout of its own; `.git` of the outermost. */
  kept: ReadonlySet<string>
}

/** How long the event loop may be held by looking at files, in files. */
const batch = 2000
/** A directory that takes so many bytes for names is counted; with so many names more than the commit's it is not cleaned file by file: it costs the slot. */
const [largeBytes, spareNames] = [2 ** 20, 20_000]

/**
 * Makes the directory equal to the commit, from whatever a job made of commit `from` (undefined: the directory is empty).
 * Returns the tracked files. Throws when it cannot be proven.
 *
 * Everything that differs from the index is removed first, so that git finds the tree of `from`, less some files, and writes
 * what is missing or other. Nothing that a job did can make git read a program to run: repository, index and configuration
 * are the farm's.
 */
export async function checkOut(place: Checkout, sha: string, from: string | undefined, signal?: AbortSignal): Promise<IndexEntry[]> {
  // Whoever writes through a link writes elsewhere.
  if (!lstatSync(place.directory, { throwIfNoEntry: false })?.isDirectory()) throw new Error(`${place.directory} is not a directory`)
  const old = from === undefined ? [] : readIndex(place.index, place.format)
  const whole = await tidy(place, old, from === sha)
  if (from === sha && whole) return old
  // With nothing missing, git need not look at the files that both commits have.
  const how = whole && from !== undefined ? ['-m', '-u', '--no-recurse-submodules', from, sha] : ['--reset', '-u', '--no-recurse-submodules', sha]
  await git(['read-tree', ...how], {
    gitDir: place.gitDir, workTree: place.directory, index: place.index, cwd: place.directory, signal, timeoutMs: 1_800_000,
    config: ['checkout.workers=0'],
  })
  const entries = readIndex(place.index, place.format)
  await prove(place, old, entries)
  return entries
}

/**
 * Removes whatever is not as the index says. True when nothing of the index is missing then. Submodules belong to a commit:
 * where another one comes, they go.
 */
async function tidy(place: Checkout, entries: readonly IndexEntry[], stays: boolean): Promise<boolean> {
  const { folders, links } = foldersOf(entries)
  let missing = entries.length
  let looked = 0
  for (const [folder, files] of folders) {
    const path = pathOf(place.directory, folder)
    for (const child of listing(path, entries.length + spareNames)) {
      if (++looked % batch === 0) await setImmediate()
      const whole = folder === '' ? child.name : `${folder}/${child.name}`
      if (whole === '.git' && place.kept.has(whole)) continue
      if (child.isDirectory() && links.has(whole)) {
        missing--
        if (!stays || !place.kept.has(whole)) vacate(bytesOf(place.directory, whole), place.trash)
        continue
      }
      if (child.isDirectory() && folders.has(whole)) continue
      const entry = files.get(child.name)
      if (entry && isSame(lstatSync(pathOf(place.directory, whole)), entry)) missing--
      else discard(bytesOf(place.directory, whole), place.trash)
    }
    if (++looked % batch === 0) await setImmediate()
  }
  return missing === 0
}

function vacate(directory: Buffer, trash: string): void {
  if (listing(directory).length === 0) return
  discard(directory, trash)
  mkdirSync(directory)
}

/** Directory → its files by name, outer ones first; and the directories where submodules belong. */
function foldersOf(entries: readonly IndexEntry[]): { folders: Map<string, Map<string, IndexEntry>>; links: Set<string> } {
  const folders = new Map<string, Map<string, IndexEntry>>([['', new Map()]])
  const links = new Set<string>()
  for (const entry of entries) {
    const at = entry.path.lastIndexOf('/')
    const folder = at < 0 ? '' : entry.path.slice(0, at)
    if (!folders.has(folder)) for (let slash = folder.indexOf('/'); ; slash = folder.indexOf('/', slash + 1)) {
      const outer = slash < 0 ? folder : folder.slice(0, slash)
      if (!folders.has(outer)) folders.set(outer, new Map())
      if (slash < 0) break
    }
    if (entry.kind === 'gitlink') links.add(entry.path)
    else folders.get(folder)!.set(entry.path.slice(at + 1), entry)
  }
  return { folders, links }
}

const directoryMode = 0o777 & ~process.umask()

/** A directory's entries; none where it is missing. One that a job locked is opened again: its mode is the farm's. Throws where there are too many. */
function listing(path: string | Buffer, most = spareNames): Dirent[] {
  const stat = lstatSync(path, { throwIfNoEntry: false })
  if (!stat?.isDirectory()) return []
  if ((stat.mode & 0o7777) !== directoryMode) chmodSync(path, directoryMode)
  if (stat.size > largeBytes && isCrowded(path, most)) throw new Error(`there are more than ${most} names in one directory`)
  return readdirSync(path, { withFileTypes: true, encoding: 'latin1' })
}

/** Each file that git wrote, or that the old index had otherwise, is looked at; the rest was, a moment ago. */
async function prove(place: Checkout, old: readonly IndexEntry[], entries: readonly IndexEntry[]): Promise<void> {
  const before = new Map(old.map(entry => [entry.path, entry]))
  let looked = 0
  for (const entry of entries) {
    const was = before.get(entry.path)
    if (was && was.sha === entry.sha && was.ctimeMs === entry.ctimeMs && was.inode === entry.inode) continue
    const stat = lstatSync(pathOf(place.directory, entry.path), { throwIfNoEntry: false })
    if (!stat || !(entry.kind === 'gitlink' ? stat.isDirectory() : isSame(stat, entry))) throw new Error(`the checkout is not as git wrote it: ${entry.path}`)
    if (++looked % batch === 0) await setImmediate()
  }
}

/**
 * Waits until the file system's clock (its tick is some milliseconds) has moved on since `newest`, the change time of what
 * the farm wrote last, so that nothing a job writes can bear the same time. Then the index may claim to be newer than its
 * files, and git need not read them again only because they were written in the index's own second.
 */
export async function ripen(index: string, newest: number): Promise<void> {
  const probe = `${index}.probe`
  try {
    for (const end = Date.now() + 1000; Date.now() < end; await sleep(1)) {
      writeFileSync(probe, '')
      if (lstatSync(probe).ctimeMs > newest) break
    }
  } finally { rmSync(probe, { force: true }) }
  const later = Date.now() / 1000 + 60
  utimesSync(index, later, later)
}

/** The newest change time of tracked files, ms. */
export function newestIn(entries: readonly IndexEntry[]): number {
  return entries.reduce((most, entry) => Math.max(most, entry.ctimeMs), 0)
}

/** The change time tells: no program can set it. Fractions of a ms come from two divisions, hence the tolerance. */
function isSame(stat: Stats, entry: IndexEntry): boolean {
  return Math.abs(stat.ctimeMs - entry.ctimeMs) < 0.0006 && Math.abs(stat.mtimeMs - entry.mtimeMs) < 0.0006
    && stat.ino % 2 ** 32 === entry.inode && stat.size % 2 ** 32 === entry.size
    && (entry.kind === 'link' ? stat.isSymbolicLink() : stat.isFile())
}

/** Names are bytes; Node takes text where that is the same. */
function pathOf(directory: string, path: string): string | Buffer {
  return /^[\u0000-\u007f]*$/.test(path) ? `${directory}/${path}` : bytesOf(directory, path)
}

function bytesOf(directory: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(`${directory}/`), Buffer.from(path, 'latin1')])
}
