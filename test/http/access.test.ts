import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import t from 'tap'
import type { Loose } from './document.ts'
import { repository, serve } from './server.ts'

t.test('without a valid token: 401, the same for every fault', async t => {
  const { call, mint, farm } = await serve(t)
  const revoked = mint('gone')
  farm.revokeToken({ name: 'root', isAdmin: true }, 'gone')
  const elsewhere = mint('elsewhere', { ipCidrs: ['10.9.9.0/24'] })
  const good = mint('good', { ipCidrs: ['127.0.0.0/8'] })
  const headers: Record<string, string>[] = [
    {}, { authorization: 'Bearer' }, { authorization: 'Bearer ' }, { authorization: `Basic ${good}` }, { authorization: good }, { authorization: `Bearer ${good}x` },
    { authorization: `Bearer ${good} ${good}` }, { authorization: `Bearer ${revoked}` }, { authorization: `Bearer ${elsewhere}` }, { authorization: `Bearer ${'x'.repeat(5000)}` },
  ]
  const bodies = new Set<string>()
  for (const header of headers) {
    const { status, headers: answered, json } = await call('GET', '/projects', { headers: header })
    t.equal(status, 401)
    t.equal(answered.get('www-authenticate'), 'Bearer')
    bodies.add(JSON.stringify({ ...json, request_id: '' }))
  }
  t.equal(bodies.size, 1)
  t.equal((await call('GET', '/nowhere')).status, 401)
  t.equal((await call('GET', '/projects', { token: good })).status, 200)
  t.equal((await call('GET', '/projects', { headers: { authorization: `bearer ${good}` } })).status, 200, 'the scheme in any case')
  t.equal((await call('GET', `/projects?token=${good}`)).status, 401)
})

t.test('a revoked token ends what is being answered, and no other answer', async t => {
  const { call, url, farm, mint, admin, directory } = await serve(t)
  await call('POST', '/projects', { token: admin, body: { name: 'p', git_url: repository(join(directory, 'r'), { a: '' }), subprojects: [{ path: '', language: 'c', recipes: { go: 'while ! test -e "$CRAFTING_ROOT/never"; do echo on; sleep 0.2; done' } }] } })
  const { json: { job_id } } = await call('POST', '/projects/p/jobs', { token: admin, body: { recipe: 'go' } })
  const followed = async (token: string, path: string, init: RequestInit = {}) => {
    const answer = await fetch(url + path, { ...init, headers: { authorization: `Bearer ${token}`, accept: 'application/json, text/event-stream', 'content-type': 'application/json' } })
    return answer.text()
  }
  const gone = mint('gone', { isAdmin: true })
  const log = `/jobs/${job_id}/log?follow=`
  const stays = followed(admin, `${log}sse`)
  const wait = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: { name: 'get_job', arguments: { job_id, wait_s: 50 } } })
  const ended = Promise.allSettled([followed(gone, `${log}sse`), followed(gone, `${log}1`), followed(gone, '/mcp', { method: 'POST', body: wait })])
  await new Promise(resolve => { setTimeout(resolve, 1500) })
  farm.revokeToken({ name: 'root', isAdmin: true }, 'gone')
  // One of its name is another.
  t.equal((await call('GET', '/projects', { token: mint('gone', { isAdmin: true }) })).status, 200)
  t.same((await ended).map(one => one.status), ['rejected', 'rejected', 'rejected'])
  t.equal(farm.job({ name: 'root', isAdmin: true }, job_id).status, 'running')
  await call('POST', `/jobs/${job_id}/cancel`, { token: admin })
  t.match(await stays, /event: end/)
})

t.test('healthz and openapi.json need no token, and answer with the headers that browsers heed', async t => {
  const { call } = await serve(t)
  const { status, json, headers } = await call('GET', '/healthz')
  t.equal(status, 200)
  t.match(json, { status: 'ok', runner: { state: 'running', capacity: 2, running: 0, queued: 0 }, sandbox: { mode: String, reason: String }, ledger: { ok: true } })
  t.equal(headers.get('x-content-type-options'), 'nosniff')
  t.equal(headers.get('cache-control'), 'no-store')
  t.match(headers.get('content-security-policy'), "default-src 'none'")
  t.match(headers.get('x-request-id'), /^[0-9a-f-]{36}$/)
  t.equal(headers.get('x-powered-by'), null)
  t.match((await call('GET', '/openapi.json')).json, { openapi: '3.1.0' })
  const head = await call('HEAD', '/healthz')
  t.equal(head.status, 200)
  t.equal(head.text, '')
})

t.test('the allowlist comes first, also for healthz and for valid tokens', async t => {
  const { call, admin } = await serve(t, { CRAFTING_LAN_CIDRS: '10.0.0.0/8' })
  for (const path of ['/healthz', '/openapi.json', '/projects', '/nowhere']) {
    const { status, json } = await call('GET', path, { token: admin, headers: { 'x-forwarded-for': '10.0.0.1' } })
    t.equal(status, 403, path)
    t.equal(json.code, 'forbidden')
  }
})

t.test('behind a trusted proxy the forwarded address counts, for the allowlist and for tokens', async t => {
  const { call, mint } = await serve(t, { CRAFTING_LAN_CIDRS: '10.0.0.0/8', CRAFTING_TRUSTED_PROXIES: '127.0.0.1/32' })
  const token = mint('one', { ipCidrs: ['10.1.0.0/16'] })
  const status = async (forwarded: string) => (await call('GET', '/jobs', { token, headers: { 'x-forwarded-for': forwarded } })).status
  t.equal(await status('10.1.2.3'), 200)
  t.equal(await status('8.8.8.8, 10.1.2.3'), 200)
  t.equal(await status('10.2.2.3'), 401)
  t.equal(await status('10.1.2.3, 8.8.8.8'), 403)
  t.equal(await status('10.1.2.3, 8.8.8.8, 127.0.0.1'), 403)
  t.equal(await status('unknown'), 403)
  t.equal((await call('GET', '/healthz')).status, 403)
})

t.test('admin pages are for admins', async t => {
  const { call, admin, mint } = await serve(t)
  const token = mint('user')
  for (const [method, path, body] of [['POST', '/admin/tokens', { name: 'x' }], ['GET', '/admin/tokens', undefined], ['DELETE', '/admin/tokens/root', undefined], ['DELETE', '/admin/tokens/none', undefined]] as const) {
    const { status, json } = await call(method, path, { token, ...(body ? { body } : {}) })
    t.equal(status, 403)
    t.equal(json.code, 'forbidden')
  }
  const minted = await call('POST', '/admin/tokens', { token: admin, body: { name: 'second', is_admin: true, ip_cidrs: ['127.0.0.1', '::1/128'] } })
  t.equal(minted.status, 201)
  t.match(minted.json, { name: 'second', is_admin: true, ip_cidrs: ['127.0.0.1', '::1/128'], bearer: /^ct_/ })
  t.equal((await call('POST', '/admin/tokens', { token: admin, body: { name: 'second' } })).status, 409)
  const listed = await call('GET', '/admin/tokens', { token: minted.json.bearer })
  t.same(listed.json.tokens.map((one: Loose) => one.name), ['root', 'second', 'user'])
  t.notMatch(listed.text, 'hash')
  for (const one of listed.json.tokens) t.ok(one.last_used_at === null || one.last_used_at >= one.created_at, 'not used before it was there')
  const first = await call('GET', '/admin/tokens?limit=2', { token: admin })
  const rest = await call('GET', `/admin/tokens?limit=2&cursor=${first.json.next_cursor}`, { token: admin })
  t.same([rest.json.tokens.map((one: Loose) => one.name), rest.json.next_cursor], [['user'], null])
  t.equal((await call('DELETE', '/admin/tokens/second', { token: admin })).status, 204)
  t.equal((await call('DELETE', '/admin/tokens/second', { token: admin })).status, 404)
  t.equal((await call('GET', '/admin/tokens', { token: minted.json.bearer })).status, 401)
})

t.test('what belongs to somebody else answers as what does not exist', async t => {
  const { call, mint, farm, directory } = await serve(t)
  const [alice, bob] = [mint('alice'), mint('bob')]
  const git_url = repository(`${directory}/repo`, { 'run.sh': 'true\n' })
  await call('POST', '/projects', { token: alice, body: { name: 'hers', git_url, subprojects: [{ path: '', language: 'bash', test: 'true' }] } })
  const { job_id } = (await call('POST', '/projects/hers/jobs', { token: alice, body: { recipe: 'test' } })).json
  const { run_id } = (await call('POST', '/projects/hers/runs', { token: alice, body: { recipes: ['test'] } })).json
  await Promise.all([farm.ended(job_id), farm.ended(run_id)])
  const requests: [method: string, path: (project: string, job: string, run: string) => string, body?: unknown][] = [
    ['GET', project => `/projects/${project}`], ['PUT', project => `/projects/${project}`, { git_url }], ['DELETE', project => `/projects/${project}`],
    ['POST', project => `/projects/${project}/jobs`, { recipe: 'test' }], ['POST', project => `/projects/${project}/runs`, {}], ['GET', project => `/projects/${project}/sarif`],
    ['GET', project => `/jobs?project=${project}`],
    ['GET', (_, job) => `/jobs/${job}`], ['GET', (_, job) => `/jobs/${job}/log`], ['GET', (_, job) => `/jobs/${job}/log?follow=1`], ['GET', (_, job) => `/jobs/${job}/log?follow=sse`],
    ['GET', (_, job) => `/jobs/${job}/findings`], ['GET', (_, job) => `/jobs/${job}/sarif`], ['POST', (_, job) => `/jobs/${job}/cancel`],
    ['GET', (_, _job, run) => `/runs/${run}`], ['POST', (_, _job, run) => `/runs/${run}/cancel`],
  ]
  for (const [method, path, body] of requests) {
    const ask = (token: string, at: string) => call(method, at, { token, ...(body === undefined ? {} : { body }) })
    const theirs = await ask(bob, path('hers', job_id, run_id))
    const nobodys = await ask(bob, path('none', randomUUID(), randomUUID()))
    t.equal(theirs.status, 404, `${method} ${path('{name}', '{id}', '{id}')}`)
    const shape = ({ status, headers, json }: typeof theirs) => ({ status, json: { ...json, request_id: '' }, headers: [...headers.keys()] })
    t.same(shape(theirs), shape(nobodys))
  }
  t.same((await call('GET', '/jobs', { token: bob })).json.jobs, [])
  t.same((await call('GET', '/projects', { token: bob })).json.projects, [])
  t.equal((await call('GET', `/jobs/${job_id}`, { token: alice })).status, 200)
})

t.test('one line of log for every request, without secrets', async t => {
  const { call, admin, log } = await serve(t)
  await call('GET', '/jobs?project=secret-query', { token: admin })
  const line = log.find(one => one.message === 'request')
  t.match(line?.fields, { method: 'GET', path: '/jobs', status: 404, ms: Number, caller: 'root', id: /^[0-9a-f-]{36}$/ })
  t.notMatch(JSON.stringify(log), admin)
  t.notMatch(JSON.stringify(log), 'secret-query')
})
