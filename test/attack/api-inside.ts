import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repository } from '../http/server.ts'
import { jobEnd, startServer } from '../support/server.ts'

/**
 * Left out of schemathesis' checks: `positive_data_acceptance`, since what a schema allows can still be wrong (a cursor that the farm did not give, a
 * toolset that does not exist, a secret of 7 letters), and `ensure_resource_availability`, which takes "no such finding" of a request that names one
 * in its body for a project that is gone. Left out of the operations: revoking the token in use.
 */
const leftOut = ['--exclude-checks', 'positive_data_acceptance,ensure_resource_availability', '--exclude-operation-id', 'deleteAdminTokensName']

const [program = '', minutes = '5', seed = '1'] = process.argv.slice(2)
const root = mkdtempSync(join(tmpdir(), 'crafting-attack-'))
const server = await startServer(root, { CRAFTING_DRAIN_SECS: '0', CRAFTING_KILL_GRACE_SECS: '1', CRAFTING_TRUSTED_PROXIES: '127.0.0.0/8' })
try {
  await seedFarm()
  let failed = false
  for (const [who, bearer] of [['an admin', server.admin], ['an owner', await mint()]] as const) {
    process.stdout.write(`\nas ${who}\n`)
    failed = await attack(bearer) !== 0 || failed
  }
  const lines = server.log.map(line => JSON.parse(line) as { message: string; status?: number; reason?: string; path?: string })
  const answers = lines.filter(line => line.message === 'request')
  const broken = answers.filter(line => (line.status ?? 0) >= 500 && line.status !== 503)
  for (const line of lines.filter(one => one.message === 'request failed')) process.stdout.write(`${line.path}: ${line.reason}\n`)
  const health = await server.request('GET', '/healthz')
  process.stdout.write(`\n${answers.length} answers, ${broken.length} of them 5xx; afterwards /healthz says ${health.status}\n`)
  process.exitCode = failed || broken.length || health.status !== 200 ? 1 : 0
} finally {
  await server.stop('SIGTERM')
  rmSync(root, { recursive: true, force: true, maxRetries: 3 })
}

/** A project with a finished job and findings: what tests find by themselves. */
async function seedFarm(): Promise<void> {
  const git_url = repository(join(root, 'site'), { 'a.c': 'int a;\n' })
  await server.request('POST', '/projects', { name: 'site', git_url, subprojects: [{ path: '', language: 'c', build: null, test: null, audit: null, lint: 'echo "a.c:1:5: error: bad"; exit 1' }] })
  const { body } = await server.request('POST', '/projects/site/jobs', { recipe: 'lint' })
  await jobEnd(server, body.job_id)
}

async function mint(): Promise<string> {
  return (await server.request('POST', '/admin/tokens', { name: 'fuzzer' })).body.bearer as string
}

async function attack(bearer: string): Promise<number | null> {
  const child = spawn(program, [
    'run', `${server.url}/openapi.json`, '--header', `Authorization: Bearer ${bearer}`, '--max-time', String(Math.ceil(Number(minutes) * 30)), '--seed', seed,
    '--request-timeout', '60', '--continue-on-failure', '--no-color', '--warnings', 'off', ...leftOut,
  ], { stdio: ['ignore', 'inherit', 'inherit'], cwd: root, env: { ...process.env, SCHEMATHESIS_HOOKS: 'addresses', PYTHONPATH: import.meta.dirname, PYTHONDONTWRITEBYTECODE: '1' } })
  return (await once(child, 'exit') as [number | null])[0]
}
