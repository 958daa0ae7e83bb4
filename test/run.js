// Runs the suite with tap; then says what was skipped and why, and closes with one plain line of counts. Arguments go to tap.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const scratch = mkdtempSync(join(tmpdir(), 'crafting-test-'))
const output = join(scratch, 'tap.txt')
const tap = join(dirname(createRequire(import.meta.url).resolve('tap/package.json')), 'dist/esm/run.mjs')

try {
  // Its test class is generated for the plugins of .taprc, which the first run on a machine would do in the midst of running.
  spawnSync(process.execPath, [tap, 'build'], { stdio: 'ignore' })
  const ran = spawnSync(process.execPath, [tap, 'run', '--reporter=terse', `--output-file=${output}`, ...process.argv.slice(2)], { stdio: ['ignore', 'inherit', 'inherit'] })
  const lines = readFileSync(output, 'utf8').split('\n')
  const skipped = lines.filter(line => /^ *ok\b.*# SKIP/i.test(line))
  for (const line of skipped) console.log(`skipped: ${line.trim().replace(/^ok \d+ - /, '')}`)
  const points = (/** @type {string} */ word) => lines.filter(line => new RegExp(`^ *${word}\\b`).test(line)).length
  const failed = points('not ok')
  console.log(`${points('ok') - skipped.length} passed, ${failed} failed, ${skipped.length} skipped`)
  process.exitCode = ran.status === 0 && failed === 0 ? 0 : 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
