import { createHash } from 'node:crypto'
import { constants } from 'node:fs'
import { lstat, open, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { FarmError, makeScratch, type Base, type Core } from '../../core/service.ts'

/** What a program left of a file; the directory is its own, so nothing here is followed and nothing executed. */
interface Found { kind: 'file' | 'link' | 'other'; size: number; executable: boolean; sum: string }

/** Never a part of a patch: what tools leave behind. */
const leftovers = new Set(['.git', 'node_modules', '.venv', 'venv', 'target', '__pycache__', '.tox', '.nox', '.ruff_cache', '.mypy_cache', '.pytest_cache', '.eslintcache', '.gradle', '.bundle', 'vendor', 'bin', 'obj', '.yarn', '.pnp.cjs', '.pnp.loader.mjs', '.build', '.cache', '.swiftpm'])
const mostFiles = 200_000
const mostBytes = 2 ** 20

/** The commit's files in a directory that is gone afterwards, to be changed by `work`; answers what it changed. */
export async function changedIn(core: Core, project: string, base: Base, work: (directory: string) => Promise<void>, options: { added: boolean }): Promise<Map<string, Buffer | null>> {
  const directory = await makeScratch('draft')
  try {
    await core.exportCommit(project, base.sha, directory)
    const tracked = new Set((await base.files()).map(file => file.path))
    const before = await look(directory, tracked)
    await work(directory)
    const after = await look(directory, tracked)
    if (options.added) for (const [path, found] of await look(directory, undefined)) after.set(path, found)
    return await difference(directory, base, before, after)
  } finally {
    await rm(directory, { recursive: true, force: true, maxRetries: 3 })
  }
}

async function difference(directory: string, base: Base, before: ReadonlyMap<string, Found>, after: ReadonlyMap<string, Found>): Promise<Map<string, Buffer | null>> {
  const changes = new Map<string, Buffer | null>()
  for (const path of before.keys()) if (!after.has(path)) changes.set(path, null)
  for (const [path, found] of after) {
    const was = before.get(path)
    if (was && was.sum === found.sum && was.kind === found.kind && was.executable === found.executable) continue
    if (found.kind !== 'file' || (was && was.kind !== 'file')) throw new FarmError('invalid', `${JSON.stringify(path.slice(0, 100))} became something else than a plain file`)
    if (was && was.executable !== found.executable) throw new FarmError('invalid', `${JSON.stringify(path.slice(0, 100))} got another mode`)
    if (found.size > mostBytes) throw new FarmError('invalid', `${JSON.stringify(path.slice(0, 100))} is larger than 1 MiB`)
    changes.set(path, await committed(base, path, await contentOf(join(directory, path)), was))
    if (changes.size > 50) throw new FarmError('invalid', 'more than 50 files were changed')
  }
  return changes
}

/** A checkout may turn line ends into CRLF; the commit keeps its own. */
async function committed(base: Base, path: string, now: Buffer, was: Found | undefined): Promise<Buffer> {
  const blob = was && await base.read(path)
  if (!blob || was.sum === sumOf(blob) || blob.includes('\r\n')) return now
  return Buffer.from(now.toString('latin1').replaceAll('\r\n', '\n'), 'latin1')
}

/** Every file below, or those of a set. No link is followed, that of a directory neither. */
async function look(root: string, only: ReadonlySet<string> | undefined): Promise<Map<string, Found>> {
  const found = new Map<string, Found>()
  const folders = only && foldersOf(only)
  const walk = async (folder: string): Promise<void> => {
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`
      if (entry.isDirectory()) { if (folders ? folders.has(path) : !leftovers.has(entry.name)) await walk(path) }
      else if (only ? only.has(path) : !leftovers.has(entry.name)) found.set(path, await describe(join(root, path)))
      if (found.size > mostFiles) throw new FarmError('invalid', `there are more than ${mostFiles} files`)
    }
  }
  await walk('')
  return found
}

function foldersOf(paths: ReadonlySet<string>): Set<string> {
  const folders = new Set<string>()
  for (const path of paths) for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) folders.add(path.slice(0, at))
  return folders
}

async function describe(path: string): Promise<Found> {
  const stat = await lstat(path)
  const kind = stat.isFile() ? 'file' : stat.isSymbolicLink() ? 'link' : 'other'
  const sum = kind === 'file' && stat.size <= mostBytes ? sumOf(await contentOf(path)) : `${stat.size} ${kind === 'link' ? '' : stat.mtimeMs}`
  return { kind, size: stat.size, executable: (stat.mode & 0o100) !== 0, sum }
}

async function contentOf(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try { return await file.readFile() } finally { await file.close() }
}

const sumOf = (content: Buffer) => createHash('sha256').update(content).digest('hex')
