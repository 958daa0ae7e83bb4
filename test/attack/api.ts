import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

// npm run attack:api -- [minutes, default 5] [seed, default 1]
// Requests made up from openapi.json (schemathesis, from PyPI) against a real farm. Projects get made-up URLs and shell text: so all of it happens
// without a network, behind bubblewrap.

const [minutes = '5', seed = '1'] = process.argv.slice(2)
const venv = join(tmpdir(), `crafting-schemathesis-${process.getuid?.() ?? 0}`)
const program = join(venv, 'bin/schemathesis')

const skip = (why: string) => {
  process.stdout.write(`skipped: ${why}\n`)
  process.exit(0)
}

const isolated = ['--dev-bind', '/', '/', '--unshare-net', '--unshare-pid', '--proc', '/proc', '--die-with-parent', '--']
if (spawnSync('bwrap', [...isolated, 'true'], { stdio: 'ignore' }).status !== 0) skip('bubblewrap cannot be used here, and the farm under attack must not reach a network')
if (!existsSync(program)) {
  try {
    execFileSync('python3', ['-m', 'venv', venv], { stdio: 'pipe' })
    execFileSync(join(venv, 'bin/pip'), ['install', '--quiet', 'schemathesis>=4.32,<5'], { stdio: ['ignore', 'ignore', 'pipe'] })
  } catch (error) {
    skip(`schemathesis cannot be installed: ${error instanceof Error ? error.message.slice(0, 500) : String(error)}`)
  }
}
const inside = fileURLToPath(new URL('api-inside.ts', import.meta.url))
const { status } = spawnSync('bwrap', [...isolated, process.execPath, ...process.execArgv, inside, program, minutes, seed], { stdio: 'inherit' })
process.exitCode = status ?? 1
