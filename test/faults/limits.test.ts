import { join } from 'node:path'
import t, { type Test } from 'tap'
import { detectLimits, lowered, unlimited } from '../../core/run/limits.ts'
import { detectSandbox } from '../../core/run/sandbox.ts'
import { groupsIn, placeOf } from '../../core/run/cgroups.ts'
import { makeRepository } from '../support/repository.ts'
import { jobEnd, startServer, type Server } from '../support/server.ts'
import { temporary } from '../support/temporary.ts'

t.setTimeout(120_000)

const found = await detectLimits({ memoryMb: 100, pids: 100 })
const sandbox = await detectSandbox('auto')
const without = (controller: string) => !found.places.some(place => place.controller === controller) && found.reason

/** Grows by forks that nobody waits for; takes memory in pieces and touches it. */
const recipes = {
  build: `perl -e 'for (;;) { fork; select undef, undef, undef, .01 }'`,
  test: `perl -e 'my @all; for (;;) { push @all, "x" x 4_000_000 }'`,
  lint: 'echo done',
}

async function farm(t: Test, more: Record<string, string> = {}, settings: object = {}) {
  // Bubblewrap gives a job its own /tmp.
  const root = temporary(t)
  makeRepository(join(root, 'repository'), { 'a.txt': 'a\n' })
  const server = await startServer(root, { CRAFTING_JOBS: '2', CRAFTING_JOB_MEMORY_MB: '200', CRAFTING_JOB_PIDS: '100', ...more })
  t.teardown(() => server.stop('SIGKILL'))
  await server.request('POST', '/projects', { name: 'p', git_url: `file://${join(root, 'repository')}`, subprojects: [{ path: '.', language: 'none', ...recipes }], ...settings })
  const trigger = async (recipe: string) => (await server.request('POST', '/projects/p/jobs', { recipe })).body.job_id as string
  return { server, trigger }
}

/** Asks for its health as long as a job runs; the slowest answer in ms. */
async function slowestWhile(server: Server, job: Promise<unknown>): Promise<number> {
  let slowest = 0
  const state = { over: false }
  void job.finally(() => { state.over = true })
  while (!state.over) {
    const start = performance.now()
    await server.request('GET', '/healthz')
    slowest = Math.max(slowest, performance.now() - start)
    await new Promise(resolve => setTimeout(resolve, 20))
  }
  return slowest
}

for (const [mode, skip] of [['auto', sandbox.mode === 'none' && sandbox.reason], ['off', false]] as const) {
  t.test(`sandbox ${mode}: a fork bomb ends with its job, and the farm answers meanwhile`, { skip: skip || without('pids') }, async t => {
    const { server, trigger } = await farm(t, { CRAFTING_SANDBOX: mode })
    const end = jobEnd(server, await trigger('build'))
    const slowest = await slowestWhile(server, end)
    const { job } = await end
    t.match(job, { status: 'failed', message: /^too many processes: the limit is 100/ })
    t.ok(slowest < 2_000, `/healthz after ${slowest.toFixed(0)} ms at most`)
    t.equal((await jobEnd(server, await trigger('lint'))).job.status, 'passed')
    t.same(left(server), [], 'no group is left')
  })

  t.test(`sandbox ${mode}: a hog of memory ends with its job, and the farm answers meanwhile`, { skip: skip || without('memory') }, async t => {
    const { server, trigger } = await farm(t, { CRAFTING_SANDBOX: mode })
    const end = jobEnd(server, await trigger('test'))
    const slowest = await slowestWhile(server, end)
    const { job } = await end
    t.match(job, { status: 'failed', message: /^out of memory: the limit is 200 MiB/ })
    t.ok(slowest < 2_000, `/healthz after ${slowest.toFixed(0)} ms at most`)
    t.equal((await jobEnd(server, await trigger('lint'))).job.status, 'passed')
    t.same(left(server), [], 'no group is left')
  })
}

/** The groups of a farm's jobs that are there. */
const left = ({ process: { pid } }: Server) => found.places.flatMap(place => groupsIn(place.directory)).filter(name => name.startsWith(`crafting-${pid}-`))

t.test('a project asks for less, and gets no more', { skip: without('memory') }, async t => {
  const { server, trigger } = await farm(t, {}, { limits: { memory_mb: 60, pids: 1_000_000 } })
  t.match((await jobEnd(server, await trigger('test'))).job, { status: 'failed', message: /limit is 60 MiB/ })
  t.match((await server.request('GET', '/projects/p')).body, { limits: { memory_mb: 60 } })
  t.match((await server.request('POST', '/projects', { name: 'q', git_url: 'https://example.org/q.git', limits: { memory_mb: 1 } })), { status: 400 })
  t.match(lowered({ ...unlimited(''), memoryMb: 100, pids: 50 }, { memoryMb: 200, pids: 20 }), { memoryMb: 100, pids: 20 })
})

t.test('what a killed farm leaves is ended and removed by the next', { skip: without('pids') }, async t => {
  const root = temporary(t)
  makeRepository(join(root, 'repository'), { 'a.txt': 'a\n' })
  const limits = { CRAFTING_JOB_PIDS: '100', CRAFTING_JOB_MEMORY_MB: '200', CRAFTING_SANDBOX: 'off' }
  const server = await startServer(root, limits)
  await server.request('POST', '/projects', { name: 'p', git_url: `file://${join(root, 'repository')}`, subprojects: [{ path: '.', language: 'none', test: 'echo begun; sleep 60' }] })
  const { body } = await server.request('POST', '/projects/p/jobs', { recipe: 'test' })
  while (!(await server.request('GET', `/jobs/${body.job_id}`)).body.log_tail.includes('begun')) await new Promise(resolve => setTimeout(resolve, 10))
  t.not(left(server).length, 0)
  await server.stop('SIGKILL')
  const again = await startServer(root, limits)
  t.teardown(() => again.stop('SIGKILL'))
  t.same(left(server), [])
})

t.test('health says what is held, and what is not and why', async t => {
  const { server } = await farm(t, { CRAFTING_JOB_MEMORY_MB: '0', CRAFTING_JOB_PIDS: '0' })
  t.match((await server.request('GET', '/healthz')).body.limits, { mode: 'none', reason: /switched off/, memory_mb: 0, pids: 0 })
})

t.test('where the kernel keeps the groups of this process', async t => {
  const two = '30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate'
  t.same(placeOf('memory', '0::/system.slice/crafting-table.service\n', two), { controller: 'memory', version: 2, directory: '/sys/fs/cgroup/system.slice/crafting-table.service' })
  t.same(placeOf('pids', '0::/\n', '30 23 0:26 / /sys/fs/cgroup ro - cgroup2 cgroup ro'), { controller: 'pids', version: 2, directory: '/sys/fs/cgroup' }, 'a container with a name space of its own')
  t.same(placeOf('pids', '0::/docker/c0ffee\n', '30 23 0:26 /docker/c0ffee /sys/fs/cgroup ro - cgroup2 cgroup ro'), { controller: 'pids', version: 2, directory: '/sys/fs/cgroup' }, 'one that shares the machine\'s')
  const one = ['35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory', '39 31 0:36 / /sys/fs/cgroup/cpu,pids rw - cgroup cgroup rw,cpu,pids', '41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw'].join('\n')
  t.same(placeOf('pids', '8:cpu,pids:/a\n4:memory:/b/c\n0::/\n', one), { controller: 'pids', version: 1, directory: '/sys/fs/cgroup/cpu,pids/a' })
  t.same(placeOf('memory', '8:cpu,pids:/a\n4:memory:/b/c\n0::/\n', one), { controller: 'memory', version: 1, directory: '/sys/fs/cgroup/memory/b/c' })
  t.equal(placeOf('memory', '', two), undefined)
  t.equal(placeOf('memory', '0::/other\n', '30 23 0:26 /docker/c0ffee /sys/fs/cgroup ro - cgroup2 cgroup ro'), undefined)
})
