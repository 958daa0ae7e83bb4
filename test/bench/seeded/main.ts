/**
 * Defects planted in other people's sources, through the whole patch loop: which of the fixers' offers are taken, which are refused, and
 * what the tests that were held back say of it.
 *   npm run bench:patches -- [TREE…] [--verbose]
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { missingPrograms, trialAll } from './suite.ts'
import { trees } from './trees.ts'
import { mistakes, summaryOf, tableOf, type Judged } from './table.ts'

const { values, positionals } = parseArgs({ allowPositionals: true, options: { verbose: { type: 'boolean', default: false } } })
const wanted = trees.filter(tree => positionals.length === 0 || positionals.includes(tree.name))
const able = wanted.filter(tree => {
  const missing = missingPrograms(tree)
  if (missing.length > 0) console.log(`${tree.name} is left out: ${missing.join(', ')} not on this machine`)
  return missing.length === 0
})
const root = mkdtempSync(join(tmpdir(), 'crafting-seeded-'))
const all: Judged[] = []
const start = Date.now()
try {
  await trialAll(able, root, one => {
    all.push(...one.judged)
    console.log(`${one.tree}: ${one.judged.length} targets of ${summaryOf(one.judged).defects} defects in ${one.seconds.toFixed(0)} s${one.unseen.length > 0 ? `; ${one.unseen.length} planted that no tool reported` : ''}`)
    if (values.verbose) for (const seed of one.unseen) console.log(`  unseen: ${seed.tool} ${seed.rule ?? ''} in ${seed.file}`)
    if (values.verbose) for (const { tool, rule, file, defects: own, verdict, reason } of one.judged) console.log(`  ${tool} ${rule ?? ''} ${file} ${own} ${verdict}: ${reason.slice(0, 200)}`)
  })
} finally { rmSync(root, { recursive: true, force: true, maxRetries: 3 }) }
console.log(`\n${tableOf(all)}\n`)
for (const line of mistakes(all)) console.log(line)
const { defects, offers, tools, right, regressions } = summaryOf(all)
console.log(`${defects} defects of ${tools} tools in ${able.length} trees, ${offers} targets: ${(100 * right / Math.max(1, offers)).toFixed(1)} % rightly accepted or refused, ${regressions} accepted regressions, ${((Date.now() - start) / 1000).toFixed(0)} s`)
if (right / Math.max(1, offers) < 0.95 || regressions > 0) process.exitCode = 1
