import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { chanceOf, mutations, originsOf, treeOf, type Tree } from './mutations.ts'
import { checkout, lint, type Linter, type Snapshot } from './snapshot.ts'
import { truthOf, type Truth } from './truth.ts'

export interface Planted { mutation: string; now: Snapshot; truth: Truth }

/** A file that does not parse says nothing any more. */
const isBroken = ({ rule, message }: { rule?: string; message: string }) => rule === undefined || /syntax|parse/i.test(rule) || /^SyntaxError|unexpected token/i.test(message)

/** Plants each kind of change into some files of a commit, lints again, and knows where every line came from. */
export async function* plant(linter: Linter, directory: string, old: Snapshot, seed: number): AsyncGenerator<Planted> {
  const chance = chanceOf(seed)
  const flagged = flaggedLines(old)
  for (const [mutation, apply] of Object.entries(mutations)) {
    checkout(directory, old.sha)
    const tree = treeOf(old)
    let planted = 0
    for (const path of old.files.keys()) {
      if (chance(3) === 0) continue
      planted += Number(apply({ tree, path, flagged: flagged.get(path) ?? new Set(), comment: linter.name === 'oxlint' ? '//' : '#', python: linter.name === 'ruff', chance }))
    }
    if (planted === 0) continue
    write(directory, tree)
    const sha = commit(directory)
    const now = await lint(linter, directory, sha)
    const broken = new Set(now.findings.filter(isBroken).map(one => one.file))
    const truth = truthOf(old, now, originsOf(tree)).map((certain, at) => broken.has(now.findings[at]?.file) ? undefined : certain)
    yield { mutation, now, truth }
  }
}

function flaggedLines({ findings }: Snapshot): Map<string, Set<number>> {
  const lines = new Map<string, Set<number>>()
  for (const { file = '', line = 1 } of findings) lines.set(file, (lines.get(file) ?? new Set()).add(line))
  return lines
}

function write(directory: string, tree: Tree): void {
  for (const [path, lines] of tree) {
    mkdirSync(dirname(join(directory, path)), { recursive: true })
    if (lines.length === 0) rmSync(join(directory, path), { force: true })
    else writeFileSync(join(directory, path), lines.map(line => line.text).join('\n'))
  }
}

function commit(directory: string): string {
  const git = (...args: string[]) => execFileSync('git', ['-C', directory, '-c', 'user.name=bench', '-c', 'user.email=bench@example.org', ...args], { encoding: 'utf8' }).trim()
  git('add', '--all', '--force')
  git('commit', '--quiet', '--allow-empty', '--no-verify', '--message', 'planted')
  return git('rev-parse', 'HEAD')
}
