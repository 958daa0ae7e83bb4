import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { get, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Loose } from './document.ts'
import { repository, serve, type Served } from './server.ts'

/** A project whose job prints `one`, waits for a file to appear, and prints the rest. */
async function waitingJob(t: Test, served: Served, rest: string) {
  const token = served.mint('alice')
  const gate = join(served.directory, 'gate')
  const git_url = repository(join(served.directory, 'repo'), { 'file.txt': 'x\n' })
  const test = `echo one; until [ -e "${gate}" ]; do sleep 0.02; done; ${rest}`
  await served.call('POST', '/projects', { token, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'bash', test }] } })
  const started = await served.call('POST', '/projects/p/jobs', { token, body: { recipe: 'test' } })
  t.equal(started.status, 202)
  t.equal(started.headers.get('location'), `/jobs/${started.json.job_id}`)
  return { token, id: started.json.job_id as string, open: () => writeFileSync(gate, '') }
}

async function open(url: string, token: string, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  const [answer] = await once(get(url, { agent: false, headers: { authorization: `Bearer ${token}`, ...headers } }), 'response') as [IncomingMessage]
  return answer.setEncoding('utf8')
}

async function text(answer: IncomingMessage): Promise<string> {
  let all = ''
  for await (const chunk of answer) all += String(chunk)
  return all
}

interface Event { id?: string; event?: string; data?: Loose }

function parseEvents(stream: string): Event[] {
  return stream.split('\n\n').filter(block => /^(id|event):/m.test(block)).map(block => {
    const fields = Object.fromEntries(block.split('\n').map(line => { const at = line.indexOf(': '); return [line.slice(0, at), line.slice(at + 2)] }))
    return { ...fields, data: JSON.parse(fields.data ?? 'null') }
  })
}

/** Reads until the text is there; what follows can be read on. */
async function readUntil(answer: IncomingMessage, wanted: RegExp): Promise<string> {
  let all = ''
  while (!wanted.test(all)) {
    const chunk = answer.read() as string | null
    if (chunk === null) await once(answer, 'readable')
    else all += chunk
  }
  return all
}

t.test('a log, live and afterwards', async t => {
  const served = await serve(t, { CRAFTING_SANDBOX: 'off' })
  const { token, id, open: go } = await waitingJob(t, served, 'echo two >&2; printf "three\\nlast without end"')
  const [plain, events] = await Promise.all([open(`${served.url}/jobs/${id}/log?follow=1`, token), open(`${served.url}/jobs/${id}/log`, token, { accept: 'text/event-stream' })])
  t.match(plain.headers, { 'content-type': 'text/plain; charset=utf-8', 'x-accel-buffering': 'no' })
  t.match(events.headers, { 'content-type': 'text/event-stream; charset=utf-8' })
  const heads = await Promise.all([readUntil(plain, /^one$/m), readUntil(events, /"text":"one"/)])
  t.match((await served.call('GET', `/jobs/${id}`, { token })).json, { job: { status: 'running', duration_secs: null } }, 'lines arrive while the job runs')
  t.match((await served.call('GET', `/jobs/${id}/log`, { token })).text, /^one$/m, 'without follow: what there is so far')
  go()
  const [liveText, liveEvents] = [heads[0] + await text(plain), heads[1] + await text(events)]

  const { json } = await served.call('GET', `/jobs/${id}`, { token })
  t.match(json.job, { status: 'passed', exit_code: 0, job_id: id, id, recipe_snapshot: { source: 'project', run: /echo one/ }, duration_secs: Number })
  const whole = await served.call('GET', `/jobs/${id}/log`, { token })
  t.equal(whole.headers.get('content-type'), 'text/plain; charset=utf-8')
  t.equal(liveText.trimEnd(), whole.text.trimEnd())
  t.same(json.log_tail, whole.text.trimEnd().split('\n').slice(-200))
  t.equal((await served.call('GET', `/jobs/${id}/log?from=${Buffer.byteLength(whole.text) - 5}`, { token })).text, whole.text.slice(-5))

  const all = parseEvents(liveEvents)
  const lines = all.filter(one => one.event === 'line')
  t.same(lines.map(one => one.data.text), json.log_tail)
  t.same(lines.map(one => Number(one.id)), lines.map((_, index) => index + 1), 'ids are line numbers')
  t.match(lines.find(one => one.data.text === 'two')?.data, { stream: 'stderr', time: /^\d{4}-\d\d-\d\dT/ })
  t.same(all.at(-1), { event: 'end', data: { job_id: id, status: 'passed' } })

  const resumed = parseEvents(await text(await open(`${served.url}/jobs/${id}/log?follow=sse`, token, { 'last-event-id': String(lines.length - 1) })))
  t.same(resumed, all.slice(-2), 'resume after the last line received')
  t.same(parseEvents(await text(await open(`${served.url}/jobs/${id}/log?follow=sse`, token, { 'last-event-id': String(lines.length) }))), all.slice(-1))
  const bad = await served.call('GET', `/jobs/${id}/log?follow=sse`, { token, headers: { 'last-event-id': 'x' } })
  t.match([bad.status, bad.json.errors], [400, [{ field: 'Last-Event-ID' }]])
  t.equal((await served.call('GET', `/jobs/${id}/log?follow=1&from=1`, { token })).status, 400)
  t.equal((await served.call('HEAD', `/jobs/${id}/log`, { token })).status, 200)
})

t.test('whoever goes away stops being followed; cancel ends the stream with the status', async t => {
  const served = await serve(t, { CRAFTING_SANDBOX: 'off' })
  const { token, id } = await waitingJob(t, served, 'echo never')
  const stopped: Promise<void>[] = []
  const { followLog } = served.farm
  t.intercept(served.farm, 'followLog', {
    value: (...args: Parameters<typeof followLog>) => {
      const { signal } = args[1]
      stopped.push(new Promise(resolve => signal.addEventListener('abort', () => resolve())))
      return followLog(...args)
    },
  })
  for (const follow of ['1', 'sse']) {
    const answer = await open(`${served.url}/jobs/${id}/log?follow=${follow}`, token)
    await readUntil(answer, /one/)
    answer.destroy()
  }
  t.equal(stopped.length, 2)
  await Promise.all(stopped)
  const events = await open(`${served.url}/jobs/${id}/log?follow=sse`, token)
  await readUntil(events, /one/)
  const cancelled = await served.call('POST', `/jobs/${id}/cancel`, { token, raw: '' })
  t.match([cancelled.status, cancelled.json.status], [200, 'cancelled'])
  t.same(parseEvents(await text(events)).at(-1)?.data, { job_id: id, status: 'cancelled' })
  t.equal((await served.call('POST', `/jobs/${id}/cancel`, { token, body: {} })).status, 409)
})

t.test('a large log that is not compressed yet arrives as it was written, however slowly it is read', async t => {
  const served = await serve(t, { CRAFTING_SANDBOX: 'off' })
  const last = join(served.directory, 'last')
  const { token, id, open: begin } = await waitingJob(t, served, `seq 300000; until [ -e "${last}" ]; do sleep 0.02; done`)
  begin()
  while (!(await served.call('GET', `/jobs/${id}`, { token })).json.log_tail.includes('300000')) await new Promise(resolve => setTimeout(resolve, 20))
  const expected = Array.from({ length: 300_000 }, (_, at) => `${at + 1}\n`).join('')
  for (const pause of [0, 5]) {
    let all = ''
    for await (const chunk of await open(`${served.url}/jobs/${id}/log`, token)) {
      all += String(chunk)
      if (pause) await new Promise(resolve => setTimeout(resolve, pause))
    }
    t.ok(all.endsWith(`one\n${expected}`), pause ? 'slowly' : 'at once')
  }
  writeFileSync(last, '')
  await served.farm.ended(id)
})
