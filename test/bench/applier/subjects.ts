import { execFileSync } from 'node:child_process'
import type { Subject } from './mutations.ts'

/** A change of one text file, with the repository and the commit that it is put to. */
export interface Change extends Subject { mirror: string; sha: string }

/** Changes of 1 to 60 lines, newest first: what a finding's repair is like. At most so many of one commit. */
export function* subjectsOf(repository: string, perCommit: number): Generator<Change> {
  const git = (...args: string[]) => execFileSync('git', ['-c', 'core.quotePath=false', ...args], { cwd: repository, encoding: 'utf8', maxBuffer: 2 ** 28 })
  const mirror = git('rev-parse', '--path-format=absolute', '--git-common-dir').trim()
  for (const sha of git('log', '--no-merges', '--min-parents=1', '--format=%H', '--max-count=5000').trim().split('\n')) {
    let taken = 0
    for (const line of git('diff-tree', '-r', '--no-renames', '--diff-filter=M', '--numstat', `${sha}^`, sha).trim().split('\n')) {
      const { added = '', removed = '', path = '' } = /^(?<added>\d+)\t(?<removed>\d+)\t(?<path>.+)$/.exec(line)?.groups ?? {}
      if (path === '' || Number(added) + Number(removed) > 60 || path.includes('fixtures') || taken >= perCommit) continue
      const text = (at: string) => git('show', `${at}:${path}`)
      const [before, after] = [text(`${sha}^`), text(sha)]
      if (before.includes('\ufffd') || /\r|\0/.test(before + after) || !after.endsWith('\n')) continue
      taken++
      yield { mirror, sha: git('rev-parse', `${sha}^`).trim(), path, before, after, diff: git('diff-tree', '-p', '--no-renames', `${sha}^`, sha, '--', path).replace(/^[0-9a-f]{40,}\n/, '') }
    }
  }
}
