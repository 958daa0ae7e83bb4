import { once } from 'node:events'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { markedProcesses } from '../support/processes.ts'
import { makeRepository } from '../support/repository.ts'
import { jobEnd, startServer, type Server } from '../support/server.ts'
import { testdir } from '../support/temporary.ts'

t.setTimeout(170_000)

async function farm(t: Test, more: Record<string, string> = {}) {
  const root = testdir(t)
  const repository = join(root, 'repository')
  makeRepository(repository, { 'a.txt': 'a\n' })
  const server = await startServer(root, { CRAFTING_JOBS: '1', ...more })
  await server.request('POST', '/projects', { name: 'p', git_url: `file://${repository}`, subprojects: [{ path: '.', language: 'none', test: 'echo done', build: 'echo before; setsid sleep 1000 & sleep 1000', lint: 'trap "echo stopping; exit 3" TERM; echo before; while :; do sleep 0.05; done' }] })
  const trigger = async (recipe: string) => (await server.request('POST', '/projects/p/jobs', { recipe })).body.job_id as string
  return { root, server, trigger }
}

/** Until the job's log holds the text. */
async function printed(server: Server, id: string, text: string): Promise<void> {
  while (!(await server.request('GET', `/jobs/${id}`)).body.log_tail.includes(text)) await new Promise(resolve => setTimeout(resolve, 5))
}

for (const sandbox of ['auto', 'off']) {
  t.test(`kill -9, sandbox ${sandbox}: what ran is failed, what waited runs, strays are gone`, async t => {
    const { root, server, trigger } = await farm(t, { CRAFTING_SANDBOX: sandbox })
    const running = await trigger('build')
    const waiting = [await trigger('test'), await trigger('test')]
    await printed(server, running, 'before')
    await server.stop('SIGKILL')
    const again = await startServer(root, { CRAFTING_JOBS: '1', CRAFTING_SANDBOX: sandbox })
    t.teardown(() => again.stop('SIGKILL'))
    const { job, log_tail } = (await again.request('GET', `/jobs/${running}`)).body
    t.match(job, { status: 'failed', exit_code: -1 })
    t.equal(log_tail.at(-1), '[crafting-table] runner restart, job orphaned')
    t.ok(log_tail.includes('before'), 'what it had printed is kept')
    // What waited may be at work by now.
    t.same(markedProcesses(root, running), [])
    for (const id of waiting) {
      const ended = await jobEnd(again, id)
      t.equal(ended.job.status, 'passed')
      t.equal(ended.log_tail.filter((line: string) => line === 'done').length, 1, 'once')
    }
    t.equal(await again.stop(), 0)
  })
}

t.test('SIGTERM: running jobs get their time, then they are cancelled; what waits is there after the next start', async t => {
  const { root, server, trigger } = await farm(t, { CRAFTING_DRAIN_SECS: '0', CRAFTING_KILL_GRACE_SECS: '5' })
  const running = await trigger('lint')
  const waiting = await trigger('test')
  await printed(server, running, 'before')
  const gone = once(server.process, 'exit')
  server.process.kill('SIGTERM')
  t.same((await gone)[0], 0)
  t.same(markedProcesses(root), [])
  const again = await startServer(root, { CRAFTING_JOBS: '1' })
  t.teardown(() => again.stop('SIGKILL'))
  const { job, log_tail } = (await again.request('GET', `/jobs/${running}`)).body
  t.match(job, { status: 'cancelled', message: 'the farm was stopped' })
  t.ok(log_tail.includes('stopping'), 'its TERM trap ran')
  t.equal((await jobEnd(again, waiting)).job.status, 'passed')
  t.equal(await again.stop(), 0)
})
