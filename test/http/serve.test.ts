import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { readConfig } from '../../core/config.ts'
import type { Farm } from '../../core/facade.ts'
import { openFarm } from '../../core/farm.ts'
import * as serve from '../../core/cli/serve.ts'
import * as token from '../../core/cli/token.ts'
import { ensureAdmin } from '../../core/http/admin.ts'
import { quietLogger } from '../../core/logger.ts'
import { environmentIn, repository } from './server.ts'
import { temporary } from '../support/temporary.ts'

const launcher = join(import.meta.dirname, '../../bin/crafting-table.js')

const environment = (directory: string, more: Record<string, string> = {}) => ({ PATH: process.env.PATH, ...environmentIn(directory), ...more })

async function cli(directory: string, ...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  return promisify(execFile)(process.execPath, [launcher, ...args], { env: environment(directory) })
    .then(({ stdout, stderr }) => ({ code: 0, stdout, stderr }), (error: { code: number; stdout: string; stderr: string }) => error)
}

/** A server as a user starts it; `ended` resolves with its exit code. */
async function start(t: Test, directory: string, more: Record<string, string> = {}): Promise<{ url: string; child: ChildProcess; ended: Promise<number | null> }> {
  const child = spawn(process.execPath, [launcher, 'serve', '--port', '0'], { env: environment(directory, more), stdio: ['ignore', 'pipe', 'ignore'] })
  const ended = once(child, 'exit').then(([code]) => code as number | null)
  t.teardown(async () => { child.kill('SIGKILL'); await ended })
  for await (const line of createInterface(child.stdout)) {
    const url = /^listening on (?<url>http:\S+)$/.exec(line)?.groups?.url
    if (url) return { url, child, ended }
  }
  throw new Error('the server did not start')
}

t.test('first boot, tokens from the command line, and a drain', async t => {
  const directory = temporary(t)
  const { url, child, ended } = await start(t, directory, { CRAFTING_DRAIN_SECS: '20' })
  const file = join(directory, 'data/admin-bearer.txt')
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.same(readdirSync(join(directory, 'data')).filter(name => name.startsWith('admin-bearer')), ['admin-bearer.txt'])
  const admin = readFileSync(file, 'utf8').trim()
  const ask = (path: string, token = admin, init: RequestInit = {}) => fetch(url + path, { ...init, headers: { authorization: `Bearer ${token}` } })
  t.equal((await ask('/admin/tokens')).status, 200)

  const minted = await cli(directory, 'token', 'mint', 'bob', '--cidr', '127.0.0.0/8')
  t.equal(minted.code, 0, minted.stderr)
  const bob = minted.stdout.trim()
  t.equal((await ask('/projects', bob)).status, 200)
  t.match((await cli(directory, 'token', 'list')).stdout, /^admin\tadmin\tanywhere\t.*\nbob\tuser\t127\.0\.0\.0\/8\t/)
  t.equal((await cli(directory, 'token', 'revoke', 'bob')).code, 0)
  t.equal((await ask('/projects', bob)).status, 401)
  const nobody = await cli(directory, 'token', 'revoke', 'nobody')
  t.match([nobody.code, nobody.stderr], [2, /^crafting-table: No token is named nobody\n/])

  const git_url = repository(join(directory, 'repo'), { 'a.txt': '' })
  await ask('/projects', admin, { method: 'POST', body: JSON.stringify({ name: 'p', git_url, subprojects: [{ path: '', language: 'bash', test: 'echo begun; sleep 1; echo finished' }] }) })
  const { job_id } = await (await ask('/projects/p/jobs', admin, { method: 'POST', body: '{"recipe":"test"}' })).json() as { job_id: string }
  const log = await ask(`/jobs/${job_id}/log?follow=sse`)
  let text = ''
  for await (const chunk of log.body ?? []) {
    if (!text.includes('begun') && (text += Buffer.from(chunk).toString()).includes('begun')) child.kill('SIGTERM')
    else text += Buffer.from(chunk).toString()
  }
  t.match(text, 'finished', 'a running job may finish')
  t.match(text, /"status":"passed"/)
  t.equal(await ended, 0)
})

t.test('a farm without a sandbox says so at its start, unless none is wanted', async t => {
  const log: unknown[] = []
  const say = (sandbox: string, mode: string) => serve.sayWithoutSandbox({
    config: { sandbox }, health: () => ({ sandbox: { mode, reason: 'bwrap: no permission' } }), log: { warn: (...words: unknown[]) => log.push(words) },
  } as unknown as Farm)
  say('auto', 'bubblewrap')
  say('require', 'bubblewrap')
  say('off', 'none')
  t.same(log, [])
  say('auto', 'none')
  t.match(log, [['no sandbox', { reason: 'bwrap: no permission', hint: /docs\/security\.md/ }]])
})

t.test('wrong use is told before anything is touched', async t => {
  const cases = [
    ['token'], ['token', 'mint'], ['token', 'mint', 'bob', 'x'], ['token', 'mint', '../x'], ['token', 'mint', 'x', '--cidr', 'lan'], ['token', 'list', '--admin'],
    ['token', 'list', 'x'], ['token', 'burn', 'x'], ['token', 'mint', 'x', '--root'], ['serve', '--port', 'x'], ['serve', '--port', '70000'], ['serve', '--speed', '1'], ['serve', 'now'],
  ]
  for (const [verb = '', ...args] of cases) await t.rejects((verb === 'serve' ? serve : token).run(args), { message: /./, code: /^invalid$|^ERR_PARSE_ARGS_/ }, [verb, ...args].join(' '))
})

t.test('a second signal does not wait', async t => {
  const directory = temporary(t)
  const { url, child, ended } = await start(t, directory, { CRAFTING_DRAIN_SECS: '600' })
  const admin = readFileSync(join(directory, 'data/admin-bearer.txt'), 'utf8').trim()
  const post = (path: string, body: unknown) => fetch(url + path, { method: 'POST', body: JSON.stringify(body), headers: { authorization: `Bearer ${admin}` } })
  await post('/projects', { name: 'p', git_url: repository(join(directory, 'repo'), { 'a.txt': '' }), subprojects: [{ path: '', language: 'bash', test: 'echo begun; sleep 600' }] })
  const { job_id } = await (await post('/projects/p/jobs', { recipe: 'test' })).json() as { job_id: string }
  const log = await fetch(`${url}/jobs/${job_id}/log?follow=1`, { headers: { authorization: `Bearer ${admin}` } })
  let text = ''
  for await (const chunk of log.body ?? []) {
    text += Buffer.from(chunk).toString()
    if (text.includes('begun')) break
  }
  child.kill('SIGINT')
  child.kill('SIGHUP')
  t.equal(await ended, 0)
})

t.test('every fault of the environment is told, by the name of its variable', t => {
  const wrong = {
    CRAFTING_PORT: '70000', CRAFTING_JOBS: '0', CRAFTING_SANDBOX: 'maybe', CRAFTING_GIT_ALLOW_FILE: 'perhaps', CRAFTING_JOB_MEMORY_MB: '-1', CRAFTING_JOB_PIDS: '1.5', CRAFTING_MIN_FREE_MB: 'x', CRAFTING_LOG_CAP_MB: '0', CRAFTING_KILL_GRACE_SECS: '601',
    CRAFTING_DRAIN_SECS: '-1', CRAFTING_BODY_LIMIT_KB: '0', CRAFTING_KEEP_LOG_DAYS: '0', CRAFTING_KEEP_LOG_MB: '0', CRAFTING_KEEP_JOB_DAYS: '0', CRAFTING_KEEP_JOBS: '0', CRAFTING_LAN_CIDRS: '10.0.0.0/8,:::::/5', CRAFTING_TRUSTED_PROXIES: '010.0.0.0/8', CRAFTING_JOB_ENV: 'GOOD,A B',
  }
  for (const [name, value] of Object.entries(wrong)) t.throws(() => readConfig({ [name]: value }), { code: 'invalid', message: new RegExp(`has 1 fault:\n  ${name}`) }, `${name}=${value}`)
  t.throws(() => readConfig(wrong), { message: new RegExp(`has ${Object.keys(wrong).length} faults`) })
  t.match(readConfig({ CRAFTING_JOB_ENV: 'GOOD, _also2', CRAFTING_LAN_CIDRS: '10.0.0.0/8,fe80::/10' }), { jobEnv: ['GOOD', '_also2'], lanCidrs: ['10.0.0.0/8', 'fe80::/10'] })
  t.end()
})

t.test('an admin is made once, and a failed write leaves none behind', async t => {
  const directory = temporary(t)
  const config = readConfig(environmentIn(directory))
  const farm = await openFarm(config, { kind: 'server', log: quietLogger })
  t.teardown(() => farm.close({ drainMs: 0 }))
  const path = join(config.dataDir, 'admin-bearer.txt')
  mkdirSync(join(path, 'in-the-way'), { recursive: true })
  t.throws(() => ensureAdmin(farm), { code: 'unavailable' })
  t.same(farm.tokens(), [])
  rmSync(path, { recursive: true })

  farm.mintToken({ name: 'root', isAdmin: true }, { name: 'admin', isAdmin: false, ipCidrs: [] })
  t.equal(ensureAdmin(farm), path)
  t.match(farm.authenticate(readFileSync(path, 'utf8').trim()), { name: 'admin-1', isAdmin: true })
  rmSync(path)
  t.equal(ensureAdmin(farm), undefined)
  t.same(readdirSync(config.dataDir).filter(name => name.startsWith('admin-bearer')), [])
})
