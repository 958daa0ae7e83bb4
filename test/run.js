// Runs the suite with tap; then says what was skipped and why, what failed, and closes with one plain line of counts. Arguments go to tap.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const scratch = mkdtempSync(join(tmpdir(), 'crafting-test-'))
const output = join(scratch, 'tap.txt')
const tap = join(dirname(createRequire(import.meta.url).resolve('tap/package.json')), 'dist/esm/run.mjs')
const env = { ...process.env, TMPDIR: scratch }

try {
  // Its test class is generated for the plugins of .taprc, which the first run on a machine would do in the midst of running.
  spawnSync(process.execPath, [tap, 'build'], { stdio: 'ignore' })
  const ran = spawnSync(process.execPath, [tap, 'run', '--reporter=terse', `--output-file=${output}`, ...process.argv.slice(2)], { env, stdio: ['ignore', 'inherit', 'inherit'] })
  const points = readFileSync(output, 'utf8').split('\n').filter(line => /^ *(?:not )?ok\b/.test(line))
  const skipped = points.filter(line => /# SKIP/i.test(line))
  const failed = points.filter(line => /^ *not ok\b/.test(line) && !/# (?:SKIP|TODO)/i.test(line))
  // The reporter ends in the midst of a line, with the terminal's cursor.
  console.log()
  for (const line of skipped) console.log(`skipped: ${line.trim().replace(/^(?:not )?ok \d+ - /, '')}`)
  for (const line of failed) console.log(`failed: ${line.replace(/not ok \d+ - /, '')}`)
  console.log(`${points.length - failed.length - skipped.length} passed, ${failed.length} failed, ${skipped.length} skipped`)
  process.exitCode = ran.status === 0 && failed.length === 0 ? 0 : 1
} finally {
  rmSync(scratch, { recursive: true, force: true })
}
