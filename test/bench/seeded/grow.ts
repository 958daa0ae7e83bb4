import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Hidden, Seed, Tree } from './seeds.ts'

/** A repository with the tree as it came, then with the defects in it. */
export interface Grown { tree: Tree; source: string; hidden: Hidden; seeds: readonly Seed[] }

export function git(directory: string, ...args: string[]): string {
  return execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', '-c', 'commit.gpgsign=false', '-c', 'core.autocrlf=false', ...args], { cwd: directory, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 2 ** 26 })
}

/** The first commit. */
export async function lay(tree: Tree, source: string): Promise<Hidden> {
  mkdirSync(source, { recursive: true })
  const hidden = await tree.lay(source)
  git(source, 'init', '-q', '-b', 'main')
  git(source, 'add', '-A', '-f', '.')
  git(source, 'commit', '-qm', 'As it came')
  return hidden
}

/** The second commit. Answers the defects that found a place. */
export function plant(tree: Tree, source: string): Seed[] {
  const planted = tree.seeds(source).filter(seed => {
    const path = join(source, seed.file)
    const before = existsSync(path) ? readFileSync(path, 'utf8') : ''
    const after = seed.edit(before)
    if (after === undefined || after === before) return false
    for (const [file, text] of [[seed.file, after], ...seed.beside ? [[seed.beside.file, seed.beside.text] as const] : []] as const) {
      mkdirSync(dirname(join(source, file)), { recursive: true })
      writeFileSync(join(source, file), text)
    }
    return true
  })
  git(source, 'add', '-A', '-f', '.')
  git(source, 'commit', '-qm', 'With defects')
  return planted
}
