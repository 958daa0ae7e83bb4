/**
 * `npm run bench:tracking -- REPOSITORY [--tool oxlint|ruff|shellcheck] [--commits N] [--every N] [--seed N] [--explain TRACKER]`:
 * how well findings are followed through a history, beside other tools' ways on the same data. Every Nth commit also has changes
 * planted in it, whose truth does not come from git. `--explain` lists a tracker's mistakes.
 */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { checkout, cloneOf, commitsOf, lint, linters, type Snapshot } from './snapshot.ts'
import { plant } from './planted.ts'
import { count, emptyTally, explain, printTallies, sum } from './tally.ts'
import { trackers } from './trackers.ts'
import { truthOfDiff, type Truth } from './truth.ts'

const { values: option, positionals } = parseArgs({ allowPositionals: true, options: { tool: { type: 'string', default: 'oxlint' }, commits: { type: 'string', default: '60' }, every: { type: 'string', default: '10' }, seed: { type: 'string', default: '1' }, explain: { type: 'string' } } })
const linter = linters.find(one => one.name === option.tool)
if (!linter) throw new Error(`--tool is one of ${linters.map(one => one.name).join(', ')}`)
const repository = resolve(positionals[0] ?? '.')

const clone = cloneOf(repository)
const tallies = () => new Map(Object.keys(trackers).map(name => [name, emptyTally()]))
const history = tallies()
const planted = new Map<string, ReturnType<typeof tallies>>()

async function judge(into: ReturnType<typeof tallies>, old: Snapshot, now: Snapshot, truth: Truth): Promise<void> {
  for (const [name, tracker] of Object.entries(trackers)) {
    const partners = await tracker(old, now, clone)
    count(into.get(name)!, truth, partners)
    if (option.explain === name) explain(old, now, truth, partners)
  }
}

try {
  let old: Snapshot | undefined
  for (const [at, sha] of commitsOf(clone, Number(option.commits)).entries()) {
    checkout(clone, sha)
    const now = await lint(linter, clone, sha)
    if (old) await judge(history, old, now, truthOfDiff(clone, old, now))
    old = now
    if (at % Number(option.every) !== 0) continue
    for await (const { mutation, now: mutated, truth } of plant(linter, clone, now, Number(option.seed) + at)) {
      if (!planted.has(mutation)) planted.set(mutation, tallies())
      await judge(planted.get(mutation)!, now, mutated, truth)
    }
  }
  printTallies(`${option.commits} commits with ${linter.name}, judged by the lines that git calls unchanged`, history)
  for (const [mutation, found] of planted) printTallies(`planted: ${mutation}`, found)
  printTallies('planted, all', new Map(Object.keys(trackers).map(name => [name, sum([...planted.values()].map(each => each.get(name)!))])))
} finally {
  rmSync(dirname(clone), { recursive: true, force: true })
}

const ran = spawnSync(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('scale.ts', import.meta.url))], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })
const scale = JSON.parse(ran.stdout) as Record<'old' | 'now' | 'kept' | 'floor' | 'seconds' | 'processor' | 'peak', number>
console.log(`\n${scale.old} findings against ${scale.now} in ${scale.seconds.toFixed(2)} s with git, ${scale.processor.toFixed(2)} s of processor time without it; a join by line and rule takes ${scale.floor.toFixed(2)} s, ratio ${(scale.seconds / scale.floor).toFixed(1)}; ${scale.peak.toFixed(0)} MiB at most; ${scale.kept} kept`)
