/**
 * How often a well-meant answer becomes the change that was meant: commits of a repository, spoiled as models spoil them.
 *   npm run bench:applier -- [REPOSITORY] [--commits N]
 */
import { execFileSync } from 'node:child_process'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { openBase } from '../../../core/run/patch.ts'
import { applyReply } from '../../../plugins/patch-loop/apply.ts'
import { mutations, type Subject } from './mutations.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { commits: { type: 'string', default: '200' } } })
const repository = resolve(positionals[0] ?? '.')
const git = (...args: string[]) => execFileSync('git', ['-c', 'core.quotePath=false', ...args], { cwd: repository, encoding: 'utf8', maxBuffer: 2 ** 28 })
const mirror = git('rev-parse', '--path-format=absolute', '--git-common-dir').trim()

/** Changes of one text file, of 1 to 60 lines: what a finding's repair is like. */
function* subjects(): Generator<Subject & { sha: string }> {
  for (const sha of git('log', '--no-merges', '--format=%H', '--max-count=5000').trim().split('\n')) {
    for (const line of git('diff-tree', '-r', '--no-renames', '--diff-filter=M', '--numstat', `${sha}^`, sha).trim().split('\n')) {
      const { added = '', removed = '', path = '' } = /^(?<added>\d+)\t(?<removed>\d+)\t(?<path>.+)$/.exec(line)?.groups ?? {}
      if (path === '' || Number(added) + Number(removed) > 60 || path.includes('fixtures')) continue
      const text = (at: string) => git('show', `${at}:${path}`)
      const [before, after] = [text(`${sha}^`), text(sha)]
      if (before.includes('\ufffd') || /\r|\0/.test(before + after) || !after.endsWith('\n')) continue
      yield { sha: git('rev-parse', `${sha}^`).trim(), path, before, after, diff: git('diff-tree', '-p', '--no-renames', `${sha}^`, sha, '--', path).replace(/^[0-9a-f]{40,}\n/, '') }
      break
    }
  }
}

interface Tally { right: number; wrong: number; refused: number }
const tallies = new Map<string, Tally>(Object.keys(mutations).map(name => [name, { right: 0, wrong: 0, refused: 0 }]))
let seen = 0
for (const subject of subjects()) {
  if (seen++ >= Number(values.commits)) break
  const base = await openBase(mirror, subject.sha)
  try {
    const wanted = (await base.write(new Map([[subject.path, Buffer.from(subject.after)]]))).diff
    for (const [name, mutate] of Object.entries(mutations)) {
      const applied = await applyReply(base, mutate(subject))
      const tally = tallies.get(name)
      if (tally) tally['refused' in applied ? 'refused' : applied.change.diff.equals(wanted) ? 'right' : 'wrong']++
    }
  } finally { await base.close() }
}
const percent = (part: number, whole: number) => `${(100 * part / Math.max(1, whole)).toFixed(1)} %`.padStart(8)
const sum = { right: 0, wrong: 0, refused: 0 }
process.stdout.write(`${'answer'.padEnd(34)}   right    wrong  refused\n`)
for (const [name, tally] of tallies) {
  const whole = tally.right + tally.wrong + tally.refused
  process.stdout.write(`${name.padEnd(32)}${percent(tally.right, whole)} ${percent(tally.wrong, whole)} ${percent(tally.refused, whole)}\n`)
  for (const key of ['right', 'wrong', 'refused'] as const) sum[key] += tally[key]
}
const whole = sum.right + sum.wrong + sum.refused
process.stdout.write(`${`all, ${whole} answers`.padEnd(32)}${percent(sum.right, whole)} ${percent(sum.wrong, whole)} ${percent(sum.refused, whole)}\n`)
if (sum.wrong / Math.max(1, whole) > 0.015 || sum.right / Math.max(1, whole) < 0.97) process.exitCode = 1
