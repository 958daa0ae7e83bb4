import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { command } from '../support/command.ts'
import { mount, noDisks, remount, unmount } from '../support/disk.ts'
import { makeRepository } from '../support/repository.ts'
import { jobEnd, startServer, type Server } from '../support/server.ts'
import { until } from '../support/until.ts'
import { temporary } from '../support/temporary.ts'

t.setTimeout(120_000)
const skip = noDisks()

/** A farm of which one directory is a disk of its own; jobs print, wait for a file of the repository's owner, or write much. */
async function farm(t: Test, directory: 'data' | 'workspace' | 'caches', megabytes: number) {
  const root = temporary(t)
  const disk = join(root, directory)
  mount(disk, megabytes)
  const repository = join(root, 'repository')
  makeRepository(repository, { 'a.txt': 'a\n' })
  const gate = join(root, 'caches/pip/gate')
  const server = await startServer(root, { CRAFTING_JOBS: '2', CRAFTING_MIN_FREE_MB: '1', CRAFTING_LOG_CAP_MB: '64' })
  t.teardown(async () => {
    await server.stop('SIGKILL')
    unmount(disk)
  })
  await server.request('POST', '/projects', { name: 'p', git_url: `file://${repository}`, subprojects: [{ path: '.', language: 'none',
    test: 'echo done', lint: `echo begun; until [ -e ${gate} ]; do sleep 0.02; done; echo through`, audit: 'cat /dev/zero >big', build: 'yes 0123456789012345678901234567890123456789 | head -n 400000' }] })
  const trigger = async (recipe: string) => (await server.request('POST', '/projects/p/jobs', { recipe })).body.job_id as string
  const full = () => fill(disk)
  const empty = () => { rmSync(join(disk, 'filler'), { force: true }) }
  return { root, disk, server, trigger, gate, full, empty }
}

/** Until not one block is left. */
function fill(disk: string): void {
  for (let size = 2 ** 20; size >= 1; size = Math.floor(size / 4)) {
    try { for (;;) writeFileSync(join(disk, 'filler'), Buffer.alloc(size), { flag: 'a' }) } catch { /* smaller pieces fit, perhaps */ }
  }
}

const health = async (server: Server) => server.request('GET', '/healthz')

t.test('data directory full: the end of a job waits for the ledger, requests are told, and all goes on by itself', { skip }, async t => {
  const { server, trigger, gate, full, empty } = await farm(t, 'data', 8)
  t.equal((await health(server)).status, 200)
  const running = await trigger('lint')
  await until(async () => (await server.request('GET', `/jobs/${running}`)).body.log_tail.includes('begun'))
  full()
  const refused = await refusal(server)
  t.match(refused, { status: 503, body: { code: 'unavailable', detail: /refuses/, hint: /healthz/ } })
  const seen = await health(server)
  t.equal(seen.status, 503)
  t.match(seen.body, { status: 'degraded', disks: [{ name: 'data', ok: false, message: /MiB are free/ }, { name: 'workspace', ok: true }, { name: 'cache', ok: true }] })
  t.equal((await server.request('GET', `/jobs/${running}`)).status, 200, 'reading goes on')
  writeFileSync(gate, '')
  await until(async () => !(await health(server)).body.ledger.ok)
  t.equal((await server.request('GET', `/jobs/${running}`)).body.job.status, 'running', 'its end is not written yet')
  empty()
  const { job } = await jobEnd(server, running)
  t.ok(job.status === 'passed' || (job.status === 'error' && /log could not be written/.test(job.message)), `${job.status} ${job.message}`)
  t.equal((await jobEnd(server, await trigger('test'))).job.status, 'passed', 'without a restart')
  t.match(await health(server), { status: 200, body: { status: 'ok' } })
  t.equal((await server.request('PUT', '/projects/p/secrets/FIRST', { value: 'what had no room before' })).status, 204, 'the key that could not be made is made now')
})

/** A ledger has some room left in its files: asks for things that have to be written until one is refused. */
async function refusal(server: Server) {
  for (let n = 0; n < 5_000; n++) {
    const answer = await server.request('PUT', `/projects/p/secrets/FILLER_${n}`, { value: `${n} `.padEnd(2_000, 'abcdefgh') })
    if (answer.status >= 400) return answer
  }
  throw new Error('nothing was refused')
}

t.test('data directory full while a job prints: an error that says so, and no half log', { skip }, async t => {
  const { server, trigger } = await farm(t, 'data', 8)
  const { job } = await jobEnd(server, await trigger('build'))
  t.match(job, { status: 'error', message: /the log could not be written: .*ENOSPC/ })
  const { body } = await server.request('GET', `/jobs/${job.id}/log`)
  t.same(String(body).split('\n').filter(line => !/^(?:\[crafting-table\] .*|[0-9]{40}|)$/.test(line)), [], 'whole lines')
  t.equal((await jobEnd(server, await trigger('test'))).job.status, 'passed', 'one that prints little still has room')
})

t.test('workspace full: the job says so; with room again the next one passes', { skip }, async t => {
  const { server, trigger, full, empty } = await farm(t, 'workspace', 4)
  t.equal((await jobEnd(server, await trigger('test'))).job.status, 'passed')
  full()
  t.match((await health(server)).body, { status: 'degraded', disks: [{ name: 'data', ok: true }, { name: 'workspace', ok: false }, {}] })
  const { job } = await jobEnd(server, await trigger('test'))
  t.comment(`${job.status}: ${job.message}`)
  t.ok(job.status === 'passed' || (job.status === 'error' && job.message), 'a warm slot needs no room, else a clear error')
  empty()
  t.equal((await jobEnd(server, await trigger('test'))).job.status, 'passed')
  t.equal((await health(server)).status, 200)
})

t.test('a job that fills the workspace keeps the next one from nothing, nor does a farm that was killed at it', { skip }, async t => {
  const { root, server, trigger } = await farm(t, 'workspace', 8)
  t.match((await jobEnd(server, await trigger('audit'))).job, { status: 'failed', message: /No space left/i })
  t.equal((await jobEnd(server, await trigger('test'))).job.status, 'passed')
  t.match((await jobEnd(server, await trigger('audit'))).job, { status: 'failed', message: /No space left/i })
  await server.stop('SIGKILL')
  const again = await startServer(root, { CRAFTING_MIN_FREE_MB: '1' })
  t.teardown(() => again.stop('SIGKILL'))
  const { body } = await again.request('POST', '/projects/p/jobs', { recipe: 'test' })
  t.equal((await jobEnd(again, body.job_id)).job.status, 'passed')
  t.equal((await health(again)).status, 200)
  t.match((await again.request('POST', '/admin/gc', {})).body, { slots: 0, faults: [] }, 'a warm checkout stays')
})

t.test('workspace read-only: the job says so; writable again the next one passes', { skip }, async t => {
  const { disk, server, trigger } = await farm(t, 'workspace', 4)
  remount(disk, 'ro')
  t.match((await health(server)).body, { status: 'degraded', disks: [{}, { name: 'workspace', ok: false, message: /EROFS|read-only/i }, {}] })
  t.match((await jobEnd(server, await trigger('test'))).job, { status: 'error', message: /EROFS|read-only/i })
  remount(disk, 'rw')
  t.equal((await jobEnd(server, await trigger('test'))).job.status, 'passed')
  t.equal((await health(server)).status, 200)
})

t.test('a data directory that is read-only from the start: one clear message', { skip }, async t => {
  const root = temporary(t)
  const disk = join(root, 'data')
  mount(disk, 4)
  t.teardown(() => unmount(disk))
  remount(disk, 'ro')
  const { status, stderr } = await command(root, ['serve', '--port', '0'])
  t.equal(status, 2)
  t.match(stderr, /^crafting-table: The ledger .* cannot be opened: .*\n {2}.*writable.*\n$/)
})

t.test('cache read-only: jobs run, health tells', { skip }, async t => {
  const { disk, server, trigger } = await farm(t, 'caches', 4)
  remount(disk, 'ro')
  t.match((await health(server)).body, { status: 'degraded', disks: [{}, {}, { name: 'cache', ok: false, message: /EROFS|read-only/i }] })
  t.ok((await jobEnd(server, await trigger('test'))).job.status, 'ended')
  remount(disk, 'rw')
  t.equal((await jobEnd(server, await trigger('test'))).job.status, 'passed')
  t.equal((await health(server)).status, 200)
})

t.test('check on a disk that fills up at any moment of it: a clear message, status 2, no stack', { skip }, async t => {
  const root = temporary(t)
  const disk = join(root, 'data')
  makeRepository(join(root, 'repository'), { 'a.sh': 'echo a\n' })
  let refused = 0
  for (let kilobytes = 300; kilobytes <= 900; kilobytes += 100) {
    mount(disk, 1)
    remount(disk, `size=${kilobytes}k`)
    const { status, stdout, stderr } = await command(root, ['check', join(root, 'repository'), '--quiet'])
    unmount(disk)
    t.notMatch(stderr, /^ +at |node:internal/m, `${kilobytes} KiB: no stack`)
    if (status === 0) continue
    refused++
    t.equal(status, 2, `${kilobytes} KiB`)
    t.match(stdout + stderr, /(?:disk is full|ENOSPC|no space).*; the data directory: \d+ MiB are free/i)
  }
  t.ok(refused > 2, `${refused} were refused`)
})
