import { existsSync } from 'node:fs'
import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FarmError } from '../errors.ts'
import { git, GitError, type GitOptions } from './git.ts'
import { lock } from './lock.ts'
import { isSha } from './remote.ts'
import { makeScratch } from './scratch.ts'

/** A file of a commit. `mode` is git's: 100644, 100755, 120000 (link), 160000 (other repository). */
export interface BaseFile { path: string; mode: string; object: string; size: number }

/** What a patch does to one file. A mode of 000000: it is not there. Renames are a removal and an addition. */
export interface ChangedFile { path: string; oldMode: string; newMode: string }

/** A patch that fits its commit. */
export interface Change {
  files: readonly ChangedFile[]
  /** As git writes it, with three lines of context; bytes, since files need not be UTF-8. */
  diff: Buffer
}

/** A commit to which patches are put. Only git's index ever holds them: nothing is written where files are, so no path or link leads anywhere. */
export interface Base {
  sha: string
  files(): Promise<readonly BaseFile[]>
  /** A regular file's bytes; undefined where there is none, or it is larger than 1 MiB. */
  read(path: string): Promise<Buffer | undefined>
  /** Undefined where the diff does not fit. `recount`: the counts of its hunk headers are not believed. `reverse`: takes it back. */
  apply(diff: Buffer, options?: { recount?: boolean; reverse?: boolean }): Promise<Change | undefined>
  /** Whole contents, null for a file to remove. Modes stay; a new file is a plain one. */
  write(files: ReadonlyMap<string, Buffer | null>): Promise<Change>
  close(): Promise<void>
}

const maxRead = 2 ** 20
const maxDiff = 4 * 2 ** 20
const absent = '0'.repeat(40)

/** Throws `not_found` for an unknown commit. Objects that it makes are its own, and gone with it. */
export async function openBase(mirror: string, sha: string, signal?: AbortSignal): Promise<Base> {
  await known(mirror, sha, signal)
  const scratch = await makeScratch('patch')
  const objects = join(scratch, 'objects')
  await mkdir(objects)
  const options: GitOptions = {
    gitDir: mirror, index: join(scratch, 'index'), signal, cwd: scratch,
    env: { GIT_OBJECT_DIRECTORY: objects, GIT_ALTERNATE_OBJECT_DIRECTORIES: join(mirror, 'objects') },
  }
  let listed: Promise<readonly BaseFile[]> | undefined
  const files = () => listed ??= filesOf(sha, options)
  const changed = async () => changeOf(sha, text(await git(['write-tree'], options)), options)
  return {
    sha, files,
    async read(path) {
      const file = (await files()).find(one => one.path === path)
      if (!file || !file.mode.startsWith('100') || file.size > maxRead) return undefined
      return git(['cat-file', 'blob', file.object], options)
    },
    async apply(diff, how) {
      await git(['read-tree', sha], options)
      try { await applyTo(diff, options, how) } catch (error) {
        if (error instanceof GitError) return undefined
        throw error
      }
      return changed()
    },
    async write(contents) {
      const modes = new Map((await files()).map(file => [file.path, file.mode]))
      await git(['read-tree', sha], options)
      const entries: string[] = []
      for (const [path, content] of contents) {
        const object = content === null ? absent : text(await git(['hash-object', '-w', '--no-filters', '--stdin'], { ...options, input: content }))
        entries.push(`${content === null ? '0' : modes.get(path) ?? '100644'} ${object}\t${path}\0`)
      }
      await git(['update-index', '-z', '--index-info'], { ...options, input: entries.join('') })
      // git passes over paths that it does not like, and lets a file go for a directory of its name.
      const there = new Set((await git(['ls-files', '-z'], options)).toString('utf8').split('\0'))
      const change = await changed()
      const stray = [...contents].find(([path, content]) => content !== null && !there.has(path))?.[0] ?? change.files.find(file => !contents.has(file.path))?.path
      if (stray !== undefined) throw new FarmError('invalid', `${JSON.stringify(stray.slice(0, 100))} cannot be written there`)
      return change
    },
    close: () => rm(scratch, { recursive: true, force: true }),
  }
}

export interface PatchCommit {
  base: string
  diff: Buffer
  /** Below refs/patches/, where no fetch prunes it. */
  name: string
  message: string
  /** ms; the same patch at the same time is the same commit, however often it is made. */
  at: number
}

/** Makes the commit in the mirror, without any checkout. Throws `conflict` where the name is another commit's. */
export async function commitPatch(mirror: string, { base, diff, name, message, at }: PatchCommit, signal?: AbortSignal): Promise<string> {
  await known(mirror, base, signal)
  const scratch = await makeScratch('patch')
  const { release } = await lock(`${mirror}.lock`, signal)
  try {
    const when = `@${Math.floor(at / 1000)} +0000`
    const env = Object.fromEntries(['AUTHOR', 'COMMITTER'].flatMap(role => [[`GIT_${role}_NAME`, 'crafting-table'], [`GIT_${role}_EMAIL`, 'crafting-table@localhost'], [`GIT_${role}_DATE`, when]]))
    const options: GitOptions = { gitDir: mirror, index: join(scratch, 'index'), signal, cwd: scratch, env }
    await git(['read-tree', base], options)
    await applyTo(diff, options)
    const tree = text(await git(['write-tree'], options))
    const sha = text(await git(['commit-tree', '-p', base, '-F', '-', tree], { ...options, input: message }))
    const ref = `refs/patches/${name}`
    const taken = text(await git(['rev-parse', '--verify', '--quiet', ref], options).catch(() => Buffer.alloc(0)))
    if (taken !== '' && taken !== sha) throw new FarmError('conflict', `${name} is another commit already`)
    if (taken === '') await git(['update-ref', ref, sha, absent.padEnd(sha.length, '0')], options)
    return sha
  } finally {
    release()
    await rm(scratch, { recursive: true, force: true })
  }
}

/** Names of what `commitPatch` has made; none where there is no mirror yet. */
export async function patchNames(mirror: string, signal?: AbortSignal): Promise<string[]> {
  if (!existsSync(mirror)) return []
  const listed = await git(['for-each-ref', '--format=%(refname)', 'refs/patches/'], { gitDir: mirror, signal })
  return listed.toString('utf8').split('\n').filter(Boolean).map(name => name.slice('refs/patches/'.length))
}

/** Lets commits of `commitPatch` go; git removes them when it likes. */
export async function dropPatches(mirror: string, names: readonly string[], signal?: AbortSignal): Promise<void> {
  if (names.length === 0) return
  const { release } = await lock(`${mirror}.lock`, signal)
  try {
    await git(['update-ref', '--stdin'], { gitDir: mirror, signal, input: names.map(name => `delete refs/patches/${name}\n`).join('') })
  } finally { release() }
}

/** Whether the message of a commit that `to` has and `from` has not holds that text. */
export async function isSaidBetween(mirror: string, { from, to, text: wanted }: { from: string; to: string; text: string }, signal?: AbortSignal): Promise<boolean> {
  await known(mirror, from, signal)
  await known(mirror, to, signal)
  return text(await git(['log', '--max-count=1', '--format=%H', '--fixed-strings', `--grep=${wanted}`, `${from}..${to}`, '--'], { gitDir: mirror, signal })) !== ''
}

async function known(mirror: string, sha: string, signal: AbortSignal | undefined): Promise<void> {
  if (!isSha(sha)) throw new FarmError('invalid', `${JSON.stringify(sha.slice(0, 80))} is not a whole sha`, { field: 'sha' })
  await git(['cat-file', '-e', `${sha}^{commit}`], { gitDir: mirror, signal }).catch(() => {
    signal?.throwIfAborted()
    throw new FarmError('not_found', `The mirror has no commit ${sha}`)
  })
}

async function applyTo(diff: Buffer, options: GitOptions, { recount, reverse }: { recount?: boolean; reverse?: boolean } = {}): Promise<void> {
  await git(['apply', '--cached', '--whitespace=nowarn', ...recount ? ['--recount'] : [], ...reverse ? ['--reverse'] : [], '-'], { ...options, input: diff })
}

async function filesOf(sha: string, options: GitOptions): Promise<BaseFile[]> {
  const output = await git(['ls-tree', '-r', '-l', '-z', '--full-tree', sha], options)
  return output.toString('utf8').split('\0').flatMap(line => {
    const { mode = '', object = '', size = '', path = '' } = /^(?<mode>\d{6}) \w+ (?<object>[0-9a-f]+) +(?<size>[\d-]+)\t(?<path>[\s\S]+)$/.exec(line)?.groups ?? {}
    return path === '' ? [] : [{ path, mode, object, size: Number(size) || 0 }]
  })
}

async function changeOf(sha: string, tree: string, options: GitOptions): Promise<Change> {
  const from = ['diff-tree', '-r', '--no-renames', '--no-ext-diff', '--no-textconv']
  const raw = (await git([...from, '-z', '--raw', sha, tree], options)).toString('utf8').split('\0')
  const files: ChangedFile[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) {
    const { oldMode = '', newMode = '' } = /^:(?<oldMode>\d{6}) (?<newMode>\d{6}) /.exec(raw[at] ?? '')?.groups ?? {}
    files.push({ path: raw[at + 1] ?? '', oldMode, newMode })
  }
  const diff = await git([...from, '--patch', '--text', '--full-index', '--no-color', '-U3', '--src-prefix=a/', '--dst-prefix=b/', sha, tree], { ...options, maxBytes: maxDiff })
  return { files, diff }
}

const text = (output: Buffer) => output.toString('latin1').trim()
