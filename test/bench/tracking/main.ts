/**
 * `npm run bench:tracking -- REPOSITORY [--tool oxlint|ruff|shellcheck] [--commits N] [--seed N]`: how well findings are followed
 * through a history, beside other tools' ways on the same data.
 */
import { rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { checkout, cloneOf, commitsOf, lint, linters, type Snapshot } from './snapshot.ts'
import { count, emptyTally, printTallies } from './tally.ts'
import { trackers } from './trackers.ts'
import { truthOfDiff, type Truth } from './truth.ts'

const { values: option, positionals } = parseArgs({ allowPositionals: true, options: { tool: { type: 'string', default: 'oxlint' }, commits: { type: 'string', default: '60' }, seed: { type: 'string', default: '1' } } })
const linter = linters.find(one => one.name === option.tool)
if (!linter) throw new Error(`--tool is one of ${linters.map(one => one.name).join(', ')}`)
const repository = resolve(positionals[0] ?? '.')

const clone = cloneOf(repository)
const historyTallies = new Map(Object.keys(trackers).map(name => [name, emptyTally()]))

async function judge(tallies: typeof historyTallies, old: Snapshot, now: Snapshot, truth: Truth): Promise<void> {
  for (const [name, tracker] of Object.entries(trackers)) {
    const partners = await tracker(old, now, clone)
    count(tallies.get(name)!, truth, partners)
  }
}

try {
  let old: Snapshot | undefined
  for (const sha of commitsOf(clone, Number(option.commits))) {
    checkout(clone, sha)
    const now = await lint(linter, clone, sha)
    if (old) await judge(historyTallies, old, now, truthOfDiff(clone, old, now))
    old = now
  }
  printTallies(`${option.commits} commits with ${linter.name}, judged by the lines that git calls unchanged`, historyTallies)
} finally {
  rmSync(dirname(clone), { recursive: true, force: true })
}
