import { existsSync, lstatSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export type ObjectFormat = 'sha1' | 'sha256'

/** What a git directory of the farm's making holds. */
export interface GitDirectory {
  /** The content of HEAD: a sha, or `ref: …`. */
  head: string
  bare: boolean
  format: ObjectFormat
  /** Directories of objects to borrow from. */
  alternates?: readonly string[]
  packedRefs?: string
  /** Further files by path. */
  files?: Readonly<Record<string, string | Buffer>>
}

/** Lays out a git directory, as `git init` does but without templates, and without a process. */
export function layOut(directory: string, { head, bare, format, alternates = [], packedRefs = '', files = {} }: GitDirectory): void {
  for (const path of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info']) mkdirSync(join(directory, path), { recursive: true, mode: 0o700 })
  writeFileSync(join(directory, 'HEAD'), `${head}\n`)
  writeFileSync(join(directory, 'config'), configuration(bare, format))
  if (alternates.length) writeFileSync(join(directory, 'objects/info/alternates'), alternates.map(one => `${one}\n`).join(''))
  if (packedRefs) writeFileSync(join(directory, 'packed-refs'), packedRefs)
  for (const [path, content] of Object.entries(files)) writeFileSync(join(directory, path), content)
}

function configuration(bare: boolean, format: ObjectFormat): string {
  const core = `[core]\n\trepositoryformatversion = ${format === 'sha256' ? 1 : 0}\n\tfilemode = true\n\tbare = ${bare}\n`
  return format === 'sha256' ? `${core}[extensions]\n\tobjectFormat = sha256\n` : core
}

/**
 * Puts a bare repository's own files right: configuration and HEAD are rewritten, locks of processes that died are
 * removed. False where it is none any more. The caller holds the project's lock.
 */
export function mend(directory: string, format: ObjectFormat): boolean {
  if (!lstatSync(join(directory, 'objects'), { throwIfNoEntry: false })?.isDirectory()) return false
  const { files = {}, head, bare } = bareMirror(format)
  for (const [path, content] of Object.entries({ ...files, HEAD: `${head}\n`, config: configuration(bare, format) })) {
    const whole = join(directory, path)
    if (readText(whole) === content) continue
    writeFileSync(`${whole}.farm`, content)
    renameSync(`${whole}.farm`, whole)
  }
  for (const path of ['objects/info', 'objects/pack', 'refs/heads', 'refs/tags', 'info']) mkdirSync(join(directory, path), { recursive: true, mode: 0o700 })
  for (const path of ['objects/info/alternates', 'commondir', 'gitdir', 'config.worktree', 'info/grafts', 'gc.pid']) rmSync(join(directory, path), { force: true })
  removeLocks(directory)
  return true
}

export function bareMirror(format: ObjectFormat): GitDirectory {
  return { head: 'ref: refs/heads/main', bare: true, format }
}

function readText(path: string): string | undefined {
  try { return readFileSync(path, 'utf8') } catch { return undefined }
}

function removeLocks(directory: string): void {
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name)
    if (entry.isDirectory() && entry.name !== 'objects') removeLocks(path)
    else if (entry.isFile() && entry.name.endsWith('.lock')) rmSync(path, { force: true })
  }
  const pack = join(directory, 'objects/pack')
  if (existsSync(pack)) for (const name of readdirSync(pack)) if (name.startsWith('tmp_')) rmSync(join(pack, name), { force: true })
}

/** The format that a repository's configuration names. */
export function formatOf(directory: string): ObjectFormat {
  return /objectformat\s*=\s*sha256/i.test(readText(join(directory, 'config')) ?? '') ? 'sha256' : 'sha1'
}
