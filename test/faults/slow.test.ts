import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import t, { type Test } from 'tap'
import Database from 'better-sqlite3'
import { findProgram } from '../../core/run/program.ts'
import { quantile } from '../bench/measure.ts'
import { makeRepository } from '../support/repository.ts'
import { jobEnd, startServer } from '../support/server.ts'
import { temporary } from '../support/temporary.ts'

t.setTimeout(170_000)
const strace = findProgram('strace')
const skip = strace === undefined ? 'no strace' : spawnSync(strace, ['-f', '-o', '/dev/null', 'true']).status !== 0 && 'this machine permits no tracing'

/** Makes every flush of a process's files take so long; answers how many there have been. */
async function slowDown(t: Test, pid: number, ms: number): Promise<() => number> {
  const tracer = spawn(strace ?? '', ['-f', '-p', String(pid), '-e', 'trace=fsync,fdatasync', `--inject=fsync,fdatasync:delay_exit=${ms * 1000}`], { stdio: ['ignore', 'ignore', 'pipe'] })
  let flushes = 0
  const attached = new Promise<void>((resolve, reject) => {
    createInterface({ input: tracer.stderr }).on('line', line => {
      if (/\bf(?:data)?sync\(/.test(line)) flushes++
      if (/ attached/.test(line)) resolve()
    })
    tracer.once('exit', () => reject(new Error('strace has ended')))
  })
  t.teardown(async () => {
    if (tracer.exitCode !== null || tracer.signalCode !== null) return
    const ended = once(tracer, 'exit')
    tracer.kill('SIGINT')
    await ended
  })
  await attached
  return () => flushes
}

t.test('a disk that takes 200 ms for every flush: the farm answers meanwhile, and nothing is lost', { skip }, async t => {
  const root = temporary(t)
  makeRepository(join(root, 'repository'), { 'a.c': 'int a;\n'.repeat(400) })
  const server = await startServer(root, { CRAFTING_JOBS: '2' })
  t.teardown(() => server.stop('SIGKILL'))
  await server.request('POST', '/projects', { name: 'p', git_url: `file://${join(root, 'repository')}`, subprojects: [{ path: '.', language: 'none', test: 'for n in $(seq 300); do echo "a.c:$n:1: warning: number $n"; done' }] })
  const trigger = async () => (await server.request('POST', '/projects/p/jobs', { recipe: 'test' })).body.job_id as string
  // What forks for the farm is there then, and is not slowed down.
  await jobEnd(server, await trigger())
  const flushes = await slowDown(t, server.process.pid ?? 0, 200)

  const ids = await Promise.all(Array.from({ length: 12 }, trigger))
  const waits: number[] = []
  const state = { over: false }
  const watching = (async () => {
    while (!state.over) {
      const start = performance.now()
      await server.request('GET', '/healthz')
      waits.push(performance.now() - start)
      await new Promise(resolve => setTimeout(resolve, 20))
    }
  })()
  const ends = await Promise.all(ids.map(id => jobEnd(server, id)))
  state.over = true
  await watching
  t.comment(`${flushes()} flushes, ${waits.length} answers, the slowest after ${Math.max(...waits).toFixed(0)} ms`)
  t.ok(flushes() > 0, 'there was something to be slow')
  t.ok(quantile(waits, 0.95) < 1_000, `95 of 100 answers within ${quantile(waits, 0.95).toFixed(0)} ms`)
  t.same(ends.map(({ job }) => job.status), ids.map(() => 'passed'))
  for (const id of ids) t.equal(String((await server.request('GET', `/jobs/${id}/log`)).body).match(/number \d+$/gm)?.length, 300)
  await server.stop('SIGKILL')
  const db = new Database(join(server.dataDir, 'ledger.db'), { readonly: true })
  t.equal(db.pragma('integrity_check', { simple: true }), 'ok')
  t.equal((db.prepare('SELECT count(*) AS n FROM findings').get() as { n: number }).n, 13 * 300)
  db.close()
})
