import { execFileSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { findProgram } from '../../core/run/program.ts'
import { makeRepository } from '../support/repository.ts'
import { jobEnd, startServer } from '../support/server.ts'
import { testdir } from '../support/temporary.ts'

t.setTimeout(60_000)
const prlimit = findProgram('prlimit')

t.test('out of file descriptors while a job is cancelled: it is ended, others say what is wrong, the farm lives on and works again', { skip: prlimit === undefined && 'no prlimit' }, async t => {
  const root = testdir(t)
  makeRepository(join(root, 'repository'), { 'a.txt': 'a\n' })
  const server = await startServer(root, { CRAFTING_JOBS: '4', CRAFTING_KILL_GRACE_SECS: '1' })
  t.teardown(() => server.stop('SIGKILL'))
  const pid = server.process.pid ?? 0
  const limit = (count: string) => execFileSync(prlimit ?? '', ['--pid', String(pid), `--nofile=${count}:`])
  const usual = execFileSync(prlimit ?? '', ['--pid', String(pid), '--nofile', '--output=SOFT', '--noheadings', '--raw'], { encoding: 'utf8' }).trim()
  await server.request('POST', '/projects', { name: 'p', git_url: `file://${join(root, 'repository')}`, subprojects: [{ path: '.', language: 'none', test: 'echo done', lint: 'echo begun; sleep 60' }] })
  const trigger = async (recipe: string) => (await server.request('POST', '/projects/p/jobs', { recipe })).body.job_id as string
  t.equal((await jobEnd(server, await trigger('test'))).job.status, 'passed')
  const running = await trigger('lint')
  while (!(await server.request('GET', `/jobs/${running}`)).body.log_tail.includes('begun')) await new Promise(resolve => setTimeout(resolve, 20))

  // The lowest number that is free: nothing can be opened any more, what is open goes on, the connection of these requests too.
  const used = new Set(readdirSync(`/proc/${pid}/fd`).map(Number))
  let free = 0
  while (used.has(free)) free++
  limit(String(free))
  const started = []
  for (let n = 0; n < 3; n++) started.push(await server.request('POST', '/projects/p/jobs', { recipe: 'test' }))
  const cancelled = server.request('POST', `/jobs/${running}/cancel`, {})
  await new Promise(resolve => setTimeout(resolve, 300))
  t.equal(server.process.exitCode, null, 'the farm lives')
  limit(usual)
  await cancelled
  t.equal((await jobEnd(server, running)).job.status, 'cancelled')
  t.equal((await jobEnd(server, await trigger('test'))).job.status, 'passed')
  t.equal((await server.request('GET', '/healthz')).status, 200)
  t.same(started.map(one => one.status), [202, 202, 202], 'requests over a connection that is open are answered')
  for (const one of started) t.match((await jobEnd(server, one.body.job_id)).job, { status: 'error', message: /EMFILE.*ulimit -n/ })
})
