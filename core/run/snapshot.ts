import { createHash } from 'node:crypto'
import { accessSync, constants, existsSync, lstatSync, mkdirSync, readdirSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { FarmError } from '../errors.ts'
import { complaint, git, type GitOptions } from './git.ts'
import { bareMirror, formatOf, layOut, mend, type ObjectFormat } from './gitdir.ts'
import { readIndex } from './gitindex.ts'
import { lock } from './lock.ts'
import { isSha } from './remote.ts'
import { discard, sweep, trashOf } from './trash.ts'

/** A directory's files as a commit. */
export interface Snapshot {
  sha: string
  /** The commit that is checked out there, and its branch. */
  head?: string
  branch?: string
  /** Whether the files differ from `head`'s; true where there is none. */
  dirty: boolean
  /** Paths that could not be taken along: unreadable files, sockets, pipes, devices. */
  skipped: string[]
}

/** What git says about the directory: nothing where it belongs to no repository. */
interface Repository { gitDir: string; prefix: string; bare: boolean; head: string | undefined; branch: string | undefined; format: ObjectFormat }

/** Of a directory that no repository's .gitignore speaks for. */
const dependencyFolders = ['node_modules', '.venv', 'venv', '__pycache__', '.tox', '.nox', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.hg', '.svn']
const maxNesting = 50
const maxSnapshots = 20
const listBytes = 1024 * 2 ** 20

/**
 * Takes a local directory as it is into the mirror: what git tracks there and what it neither tracks nor ignores, byte for
 * byte, nested repositories as plain files. Nothing is written to the directory or its repository. The same files on
 * the same HEAD give the same sha; a clean checkout's is HEAD itself. The mirror's index remembers the files' times, so
 * that a second snapshot reads only what changed.
 *
 * Throws `invalid` (field `path`) where there is no such directory or no file in it.
 */
export async function snapshotDirectory(directory: string, mirror: string, options: { signal?: AbortSignal } = {}): Promise<Snapshot> {
  const root = rootOf(directory)
  const { signal } = options
  mkdirSync(dirname(mirror), { recursive: true, mode: 0o700 })
  const { release } = await lock(`${mirror}.lock`, signal)
  try {
    const found = await repositoryOf(root, signal)
    open(mirror, found?.format ?? 'sha1')
    const head = found?.head && await bringHistory(found, mirror, signal) ? found.head : undefined
    const known = { ...found?.head ? { head: found.head } : {}, ...found?.branch ? { branch: found.branch } : {} }
    if (found?.bare) {
      if (!head) throw new FarmError('invalid', `${directory} is a bare repository without a commit`, { field: 'path' })
      return { sha: head, ...known, dirty: false, skipped: [] }
    }
    const skipped: string[] = []
    const paths = await pathsOf(root, found, mirror, skipped, signal)
    if (paths.length === 0) throw new FarmError('invalid', `${directory} holds no files`, { field: 'path' })
    const tree = await writeTree(root, mirror, paths, signal)
    const sha = await commit(mirror, tree, head, found?.prefix ?? '', signal)
    return { sha, ...known, dirty: sha !== head, skipped }
  } finally { release() }
}

function rootOf(directory: string): string {
  try {
    const root = realpathSync(directory)
    if (lstatSync(root).isDirectory()) return root
  } catch { /* said below */ }
  throw new FarmError('invalid', `${directory} is not a directory`, { field: 'path', hint: 'Give a directory, or a git URL.' })
}

/** Makes the mirror, or puts right what a killed process left. Its attributes turn every conversion off, both ways. */
function open(mirror: string, format: ObjectFormat): void {
  const trash = trashOf(dirname(mirror))
  if (existsSync(mirror) && (formatOf(mirror) !== format || !mend(mirror, format))) discard(mirror, trash)
  if (!existsSync(mirror)) {
    const draft = `${mirror}-new-${process.pid}`
    discard(draft, trash)
    layOut(draft, bareMirror(format))
    renameSync(draft, mirror)
  }
  writeFileSync(join(mirror, 'info/attributes'), '* -text !eol -ident -filter !working-tree-encoding\n')
  void sweep(trash)
}

async function repositoryOf(root: string, signal?: AbortSignal): Promise<Repository | undefined> {
  const options: GitOptions = { cwd: root, signal }
  try {
    const [gitDir = '', bare, format, prefix = ''] = (await git(['rev-parse', '--absolute-git-dir', '--is-bare-repository', '--show-object-format', '--show-prefix'], options)).toString('utf8').split('\n')
    const head = (await git(['rev-parse', '--verify', '--quiet', 'HEAD^{commit}'], options).catch(() => undefined))?.toString('latin1').trim()
    const branch = (await git(['symbolic-ref', '--quiet', '--short', 'HEAD'], options).catch(() => undefined))?.toString('utf8').trim()
    return { gitDir, prefix, bare: bare === 'true', head, branch, format: format === 'sha256' ? 'sha256' : 'sha1' }
  } catch {
    signal?.throwIfAborted()
    return undefined
  }
}

/** HEAD with its history, and the tags, for `git describe`. False where the repository cannot give them: a broken or partial one. */
async function bringHistory(found: Repository, mirror: string, signal?: AbortSignal): Promise<boolean> {
  const refspecs = ['+HEAD:refs/snapshots/head', '+refs/tags/*:refs/tags/*']
  const fetch = (specs: readonly string[]) => git(['fetch', '--quiet', '--force', '--prune', '--no-tags', '--no-write-fetch-head', '--no-auto-maintenance', '--update-shallow', found.gitDir, ...specs], { gitDir: mirror, allowFile: true, signal, timeoutMs: 1_800_000 })
  for (const specs of [refspecs, refspecs.slice(0, 1)]) {
    try {
      await fetch(specs)
      return true
    } catch { signal?.throwIfAborted() }
  }
  return false
}

/** Every path to take, relative to the root, bytes as latin1. */
async function pathsOf(root: string, found: Repository | undefined, mirror: string, skipped: string[], signal?: AbortSignal): Promise<string[]> {
  const paths: string[] = []
  const own = found && await listed(root, '', undefined, signal).catch(() => signal?.throwIfAborted())
  // A directory that the repository around it ignores, such as one of build outputs, is looked at for itself.
  await take(root, own?.length ? own : await listed(root, '', mirror, signal), mirror, { paths, skipped, depth: 0 }, signal)
  return paths
}

/** What git lists below a folder: by the repository there, or, given a mirror, as if there was none. */
async function listed(root: string, folder: string, mirror: string | undefined, signal?: AbortSignal): Promise<string[]> {
  const cwd = join(root, folder)
  const ignored = userExcludes()
  const options: GitOptions = { cwd, signal, maxBytes: listBytes, timeoutMs: 600_000, config: [`core.excludesFile=${ignored ?? '/dev/null'}`] }
  const list = async (where: GitOptions, ...args: string[]) => (await git(['ls-files', '-z', ...args, '--exclude-standard'], where)).toString('latin1').split('\0').filter(Boolean)
  if (mirror === undefined) return list(options, '--cached', '--others', '--deduplicate')
  const alone: GitOptions = { ...options, gitDir: mirror, workTree: cwd, index: join(mirror, 'no-index') }
  const excludes = dependencyFolders.map(name => `--exclude=${name}/`)
  const wanted = await list(alone, '--others', ...excludes)
  const time = archiveTime(cwd)
  return time === undefined ? wanted : [...wanted, ...(await list(alone, '--others', '--ignored', ...excludes)).filter(path => isArchived(cwd, path, time))]
}

/**
 * The commit's time, where the folder looks like an unpacked `git archive`: all its files carry it, in whole seconds. An ignored
 * file that does is one that was committed nevertheless, such as a `config.h.in` below the pattern `config.h*`.
 */
function archiveTime(folder: string): bigint | undefined {
  const time = lstatSync(join(folder, '.gitignore'), { bigint: true, throwIfNoEntry: false })?.mtimeNs
  return time !== undefined && time % 1_000_000_000n === 0n ? time : undefined
}

function isArchived(folder: string, path: string, time: bigint): boolean {
  if (path.split('/').some(name => dependencyFolders.includes(name))) return false
  return lstatSync(Buffer.concat([Buffer.from(`${folder}/`), Buffer.from(path, 'latin1')]), { bigint: true, throwIfNoEntry: false })?.mtimeNs === time
}

interface Haul { paths: string[]; skipped: string[]; depth: number; prefix?: string }

/** Sorts what was listed: files and links are taken, nested repositories looked into, the rest named. */
async function take(root: string, names: readonly string[], mirror: string, haul: Haul, signal?: AbortSignal): Promise<void> {
  for (const name of names) {
    const path = (haul.prefix ?? '') + name.replace(/\/$/, '')
    const whole = Buffer.concat([Buffer.from(`${root}/`), Buffer.from(path, 'latin1')])
    const stat = lstatSync(whole, { throwIfNoEntry: false })
    if (!stat) continue
    if (stat.isSymbolicLink() || stat.isFile() && isReadable(whole)) haul.paths.push(path)
    else if (stat.isDirectory() && haul.depth < maxNesting) await takeNested(root, path, mirror, haul, signal)
    else haul.skipped.push(Buffer.from(path, 'latin1').toString('utf8'))
  }
}

async function takeNested(root: string, path: string, mirror: string, haul: Haul, signal?: AbortSignal): Promise<void> {
  const folder = Buffer.from(path, 'latin1').toString('utf8')
  if (existsSync(join(root, folder, '.git'))) {
    const own = await listed(root, folder, undefined, signal).catch(() => undefined)
    const names = own ?? await listed(root, folder, mirror, signal).catch(() => undefined)
    if (names) return take(root, names, mirror, { ...haul, depth: haul.depth + 1, prefix: `${path}/` }, signal)
    haul.skipped.push(folder)
  }
}

function isReadable(path: Buffer): boolean {
  try { accessSync(path, constants.R_OK); return true } catch { return false }
}

/** The user's own ignore file, where git looks by default. */
function userExcludes(): string | undefined {
  const path = join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'git/ignore')
  return existsSync(path) ? path : undefined
}

/** Brings the mirror's index of this directory up to date and writes its tree. */
async function writeTree(root: string, mirror: string, paths: readonly string[], signal?: AbortSignal): Promise<string> {
  const index = join(mirror, `index-${createHash('sha256').update(root).digest('hex').slice(0, 16)}`)
  const options: GitOptions = { gitDir: mirror, workTree: root, index, cwd: root, signal, timeoutMs: 1_800_000 }
  const wanted = new Set(paths)
  const gone = indexed(index, formatOf(mirror)).filter(path => !wanted.has(path))
  try {
    if (gone.length) await git(['update-index', '-z', '--force-remove', '--stdin'], { ...options, input: Buffer.from(gone.map(path => `${path}\0`).join(''), 'latin1') })
    await git(['update-index', '--add', '--replace', '--remove', '-z', '--stdin'], { ...options, input: Buffer.from(paths.map(path => `${path}\0`).join(''), 'latin1') })
    return (await git(['write-tree'], options)).toString('latin1').trim()
  } catch (error) {
    signal?.throwIfAborted()
    discard(index, trashOf(dirname(mirror)))
    throw new FarmError('unavailable', `The files of ${root} could not be read: ${complaint(error)}`, { cause: error, hint: 'If they change while they are read, try again.' })
  }
}

function indexed(index: string, format: ObjectFormat): string[] {
  try { return readIndex(index, format).map(entry => entry.path) } catch { return [] }
}

/** The commit of a tree: HEAD itself where it is HEAD's, else one on top of it whose sha depends on nothing else. */
async function commit(mirror: string, tree: string, head: string | undefined, prefix: string, signal?: AbortSignal): Promise<string> {
  const options: GitOptions = { gitDir: mirror, signal }
  const [headTree = '', date = ''] = head ? (await git(['show', '--no-patch', '--format=%T%n%ct', head], options)).toString('latin1').split('\n') : []
  if (headTree === tree && prefix === '') return head!
  const when = `@${date || 946_684_800} +0000`
  const env = Object.fromEntries(['AUTHOR', 'COMMITTER'].flatMap(role => [[`GIT_${role}_NAME`, 'crafting-table'], [`GIT_${role}_EMAIL`, 'crafting-table@localhost'], [`GIT_${role}_DATE`, when]]))
  const sha = (await git(['commit-tree', ...head ? ['-p', head] : [], '-m', 'The working tree as it is', tree], { ...options, env })).toString('latin1').trim()
  await git(['update-ref', `refs/snapshots/${sha}`, sha], options)
  forgetOld(join(mirror, 'refs/snapshots'))
  return sha
}

/** Snapshots that nobody will check out again; the hourly round gives their room back. */
function forgetOld(refs: string): void {
  const byAge = readdirSync(refs).filter(isSha).map(name => ({ path: join(refs, name), at: lstatSync(join(refs, name)).mtimeMs })).sort((a, b) => b.at - a.at)
  for (const { path } of byAge.slice(maxSnapshots)) rmSync(path, { force: true })
}
