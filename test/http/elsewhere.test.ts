import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { makeRepository } from '../support/repository.ts'
import { startServer } from '../support/server.ts'
import { until } from '../support/until.ts'
import { testdir } from '../support/temporary.ts'

t.test('what another process on the same ledger runs is followed and waited for', async t => {
  const directory = testdir(t, { farm: {} })
  const gate = join(directory, 'gate')
  makeRepository(join(directory, 'repo'), { a: 'x' })
  const [first, second] = [await startServer(join(directory, 'farm'), { CRAFTING_SANDBOX: 'off' }), await startServer(join(directory, 'farm'), { CRAFTING_SANDBOX: 'off' })]
  t.teardown(() => Promise.all([first.stop('SIGKILL'), second.stop('SIGKILL')]))
  await first.request('POST', '/projects', { name: 'p', git_url: `file://${join(directory, 'repo')}`, subprojects: [{ path: '', language: 'bash', test: `echo begun; until test -e '${gate}'; do sleep 0.05; done; echo over` }] })
  const { body: { job_id } } = await first.request('POST', '/projects/p/jobs', { recipe: 'test' })

  const headers = { authorization: `Bearer ${second.admin}`, accept: 'application/json, text/event-stream', 'content-type': 'application/json' }
  let followed = ''
  const following = (async () => {
    const answer = await fetch(`${second.url}/jobs/${job_id}/log?follow=sse`, { headers })
    for await (const chunk of answer.body ?? []) followed += Buffer.from(chunk).toString()
  })()
  const wait = { jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_job', arguments: { job_id, wait_s: 50 } } }
  const waiting = fetch(`${second.url}/mcp`, { method: 'POST', headers, body: JSON.stringify(wait) }).then(answer => answer.text())
  await until(async () => followed.includes('begun'))
  t.notOk(followed.includes('"text":"over"'))
  const opened = Date.now()
  writeFileSync(gate, '')
  await following
  t.match(followed, /"text":"over"[^]*event: end\ndata: [^\n]*passed/)
  t.match(await waiting, /passed/)
  t.ok(Date.now() - opened < 30_000, 'told at once, not when the time is over')
  t.equal(followed.match(/"text":"begun"/g)?.length, 1)
})
