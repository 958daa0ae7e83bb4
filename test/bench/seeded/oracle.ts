import { spawnSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { git, type Grown } from './grow.ts'

/** Asks the tests that were held back, with those that were not. */
export interface Oracle {
  /** Those of the patches with which the tests do not pass any more. */
  broken(diffs: readonly string[]): Set<string>
  close(): void
}

/** Throws where the tests do not pass without any patch: then they say nothing. */
export function oracleOf({ source, hidden, tree }: Grown, directory: string): Oracle {
  git(dirname(directory), 'clone', '-q', '--no-hardlinks', source, directory)
  for (const [file, content] of hidden.files) {
    mkdirSync(dirname(join(directory, file)), { recursive: true })
    writeFileSync(join(directory, file), content)
  }
  const passes = () => {
    const { status, stdout, stderr } = spawnSync('bash', ['-c', hidden.run], { cwd: directory, encoding: 'utf8', timeout: 300_000, maxBuffer: 2 ** 26, env: { ...process.env, PYTHONDONTWRITEBYTECODE: '1' } })
    return { ok: status === 0, said: `${stdout}${stderr}` }
  }
  const apply = (diff: string) => spawnSync('git', ['apply', '--whitespace=nowarn', '-'], { cwd: directory, input: diff }).status === 0
  // Only what git knows: the tests that were held back stay.
  const reset = () => git(directory, 'checkout', '-q', '--', '.')
  const first = passes()
  if (!first.ok) throw new Error(`${tree.name}: its own tests fail with the defects alone:\n${first.said.slice(-3000)}`)

  const one = (diff: string) => {
    try { return apply(diff) && passes().ok } finally { reset() }
  }
  return {
    broken(diffs) {
      const broken = new Set<string>()
      // As many at once as fit: where the tests pass with all of them, each is sound.
      for (let left = [...new Set(diffs)]; left.length > 0;) {
        const some = left.filter(apply)
        const hold = some.length > 0 && passes().ok
        reset()
        if (!hold) for (const diff of some.length > 0 ? some : left) if (!one(diff)) broken.add(diff)
        left = some.length > 0 ? left.filter(diff => !some.includes(diff)) : []
      }
      return broken
    },
    close: () => rmSync(directory, { recursive: true, force: true }),
  }
}
