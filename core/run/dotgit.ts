import { copyFileSync, lstatSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { layOut, type ObjectFormat } from './gitdir.ts'
import { discard } from './trash.ts'

/** What the job's own git directory is to hold. */
export interface DotGit {
  sha: string
  format: ObjectFormat
  /** The mirror. */
  mirror: string
  /** Text of packed-refs. */
  tags: string
  index: string
}

/** Every entry of a git directory as the farm left it: path → change time and inode. */
export type Seal = Readonly<Record<string, readonly [number, number]>>

/**
 * Gives a checkout its git directory, for the job's tools (`git describe`, `git ls-files`): its own, with the mirror's
 * objects borrowed. The farm itself never reads it. A job may have done anything to it, so it is made anew unless
 * it is untouched since `seal`.
 */
export function dress(tree: string, want: DotGit, trash: string, seal: Seal | undefined): Seal {
  const directory = join(tree, '.git')
  if (seal && isSealed(directory, seal)) return seal
  discard(directory, trash)
  const files: Record<string, Buffer> = {}
  for (const path of ['shallow', 'info/attributes']) {
    const content = read(join(want.mirror, path))
    if (content) files[path] = content
  }
  layOut(directory, { head: want.sha, bare: false, format: want.format, alternates: [join(want.mirror, 'objects')], packedRefs: want.tags, files })
  copyFileSync(want.index, join(directory, 'index'))
  return sealOf(directory)
}

/** The newest change time in a seal, ms. */
export function newestOf(seal: Seal): number {
  return Math.max(...Object.values(seal).map(([ctime]) => ctime))
}

function isSealed(directory: string, seal: Seal): boolean {
  let entries = 0
  return walk(directory, (path, ctime, inode) => {
    const known = Object.hasOwn(seal, path) ? seal[path] : undefined
    return known !== undefined && ++entries > 0 && known[0] === ctime && known[1] === inode
  }) && entries === Object.keys(seal).length
}

function sealOf(directory: string): Seal {
  const seal: Record<string, [number, number]> = {}
  walk(directory, (path, ctime, inode) => { seal[path] = [ctime, inode]; return true })
  return seal
}

/** Visits until told to stop; true when it was not. */
function walk(root: string, visit: (path: string, ctime: number, inode: number) => boolean, path = ''): boolean {
  const stat = lstatSync(join(root, path), { throwIfNoEntry: false })
  if (!stat || !visit(path, stat.ctimeMs, stat.ino)) return false
  return !stat.isDirectory() || readdirSync(join(root, path)).every(name => walk(root, visit, path === '' ? name : `${path}/${name}`))
}

function read(path: string): Buffer | undefined {
  try { return readFileSync(path) } catch { return undefined }
}
