import { request } from 'node:http'
import { gzipSync } from 'node:zlib'
import t from 'tap'
import type { Loose } from './document.ts'
import { serve, type Reply } from './server.ts'

const fields = (reply: Reply) => (reply.json.errors as { field: string }[]).map(one => one.field).toSorted()
const good = { name: 'one', git_url: 'https://example.org/one.git' }

t.test('bodies: every fault at once, by name', async t => {
  const { call, admin: token } = await serve(t)
  const cases: [method: string, path: string, body: unknown, fields: string[]][] = [
    ['POST', '/projects', {}, ['git_url', 'name']],
    ['POST', '/projects', [], ['body']],
    ['POST', '/projects', null, ['body']],
    ['POST', '/projects', 'text', ['body']],
    ['POST', '/projects', { ...good, name: 'a b', colour: 1, default_branch: 7, notify: { email: [1], on: ['never'] } }, ['colour', 'default_branch', 'name', 'notify.email[0]', 'notify.on[0]']],
    ['POST', '/projects', { ...good, name: '../up' }, ['name']],
    ['POST', '/projects', { ...good, name: `a${'b'.repeat(64)}` }, ['name']],
    ['POST', '/projects', { ...good, git_url: 'a\nb' }, ['git_url']],
    ['POST', '/projects', { ...good, git_url: '--upload-pack=true' }, ['git_url']],
    ['POST', '/projects', { ...good, default_branch: '--force' }, ['default_branch']],
    ['POST', '/projects', { ...good, languages: 'python' }, ['languages']],
    ['POST', '/projects', { ...good, notify: { email: 'a@b\r\nBcc: c@d' } }, ['notify.email']],
    ...['(1)you@example.org', 'you@example.org(1)', 'friends:you@example.org', 'a\\b@example.org', 'you\u200b@example.org', 'you@exam\u00adple.org', 'you@example.org.', 'you@example.org;'].map((email): [string, string, unknown, string[]] =>
      ['POST', '/projects', { ...good, notify: { email: ['fine+1@[192.168.0.5]', email] } }, ['notify.email[1]']]),
    ['POST', '/projects', { ...good, subprojects: [{ path: '../x', language: 'c', timeout_secs: 0, run: 'x' }, { path: 'a' }] }, ['subprojects[0].path', 'subprojects[0].run', 'subprojects[0].timeout_secs', 'subprojects[1].language']],
    ['POST', '/projects', { ...good, subprojects: [{ path: '/etc', language: 'c', test: 7, recipes: { 'B ad': 'true', fine: 1 } }] }, ['subprojects[0].path', 'subprojects[0].recipes.B ad', 'subprojects[0].recipes.fine', 'subprojects[0].test']],
    ['POST', '/admin/tokens', { name: 'x', is_admin: 'yes', ip_cidrs: ['10.0.0.0/99', 'lan'] }, ['ip_cidrs[0]', 'ip_cidrs[1]', 'is_admin']],
    ['POST', '/projects/none/jobs', {}, ['recipe']],
    ['POST', '/projects/none/jobs', { recipe: 'test', ref: 'main', branch: 'feature' }, ['branch']],
    ['POST', '/projects/none/runs', { ref: 'main', branch: 'feature' }, ['branch']],
    ['POST', '/projects', { ...good, subprojects: [{ path: '', language: 'c', test: 'make check', recipes: { test: 'true', e2e: 'true' } }, { path: 'x', language: 'c', lint: null, recipes: { lint: 'true' } }] }, ['subprojects[0].recipes.test', 'subprojects[1].recipes.lint']],
    ['POST', '/projects/none/jobs', { recipe: 'test', sha: 'zz', ref: 'a..b', force: true }, ['force', 'ref', 'sha']],
    ['POST', '/projects/none/runs', { recipes: 'test', subprojects: ['../..'] }, ['recipes', 'subprojects[0]']],
    ['POST', '/jobs/none/cancel', { why: 1 }, ['why']],
  ]
  for (const [method, path, body, expected] of cases) {
    const reply = await call(method, path, { token, body })
    t.equal(reply.status, 400, `${method} ${path} ${JSON.stringify(body)}`)
    t.equal(reply.json.code, 'invalid')
    t.same(fields(reply), expected)
    t.ok(reply.json.errors.every((one: Loose) => one.message), 'each says why')
  }
})

t.test('bodies that are no JSON, or not wanted', async t => {
  const { call, admin: token } = await serve(t)
  const broken = await call('POST', '/projects', { token, raw: '{"name": "x",\n "git_url": }' })
  t.equal(broken.status, 400)
  t.match(broken.json, { detail: 'The body is not JSON at line 2, column 13', errors: [{ field: 'body' }] })
  t.equal((await call('POST', '/projects', { token, raw: 'name=x&git_url=y' })).status, 400)
  t.same(fields(await call('POST', '/projects', { token })), ['git_url', 'name'], 'an empty body is an empty object')
  for (const [method, path] of [['DELETE', '/projects/one'], ['DELETE', '/admin/tokens/root']] as const) {
    const reply = await call(method, path, { token, body: {} })
    t.equal(reply.status, 400)
    t.same(fields(reply), ['body'])
  }
  t.equal((await call('GET', '/admin/tokens', { token })).status, 200)
})

t.test('a body is JSON whatever its type is called, plain or compressed', async t => {
  const { call, admin: token } = await serve(t)
  const types: (string | undefined)[] = [undefined, 'application/x-www-form-urlencoded', 'text/plain', 'application/json; charset=utf-8', 'application/octet-stream', 'multipart/form-data; boundary=x']
  for (const [index, type] of types.entries()) {
    const reply = await call('POST', '/projects', { token, raw: JSON.stringify({ ...good, name: `p${index}` }), ...(type ? { headers: { 'content-type': type } } : {}) })
    t.equal(reply.status, 201, type ?? 'none')
    t.equal(reply.headers.get('location'), `/projects/p${index}`)
  }
  const packed = gzipSync(JSON.stringify({ ...good, name: 'packed' })) as unknown as string
  t.equal((await call('POST', '/projects', { token, raw: packed, headers: { 'content-encoding': 'gzip' } })).status, 201)
  t.equal((await call('POST', '/projects', { token, raw: '{}', headers: { 'content-encoding': 'rot13' } })).status, 415)
  for (const encoding of ['gzip', 'deflate', 'br']) {
    const broken = await call('POST', '/projects', { token, raw: 'not packed', headers: { 'content-encoding': encoding } })
    t.match(broken, { status: 400, json: { code: 'invalid', detail: /cannot be unpacked/, errors: [{ field: 'body' }] } }, encoding)
  }
  t.equal((await call('POST', '/projects', { token, raw: gzipSync('{}').subarray(0, 12) as unknown as string, headers: { 'content-encoding': 'gzip' } })).status, 400, 'breaks off')
})

t.test('too large: said by length, found while reading, and after unpacking', async t => {
  const { call, admin: token, url } = await serve(t, { CRAFTING_BODY_LIMIT_KB: '4' })
  const large = JSON.stringify({ ...good, languages: ['x'.repeat(100_000)] })
  const reply = await call('POST', '/projects', { token, raw: large })
  t.equal(reply.status, 413)
  t.match(reply.json, { code: 'too_large', hint: /CRAFTING_BODY_LIMIT_KB/, errors: [{ field: 'body' }] })
  t.equal((await call('POST', '/projects', { token, raw: gzipSync(large) as unknown as string, headers: { 'content-encoding': 'gzip' } })).status, 413)
  const chunked = await new Promise<number>((resolve, reject) => {
    const sent = request(`${url}/projects`, { method: 'POST', headers: { authorization: `Bearer ${token}` } }, answer => { answer.resume(); resolve(answer.statusCode ?? 0) })
    sent.on('error', reject)
    for (let part = 0; part < 10; part++) sent.write(large.slice(part * 1000, part * 1000 + 1000))
    sent.end()
  })
  t.equal(chunked, 413)
  t.equal((await call('GET', '/jobs', { token })).status, 200, 'the farm goes on')
})

t.test('nothing that a body holds becomes part of a prototype', async t => {
  const { call, admin: token } = await serve(t)
  for (const raw of ['{"__proto__":{"isAdmin":true},"name":"x","git_url":"https://h/x"}', '{"constructor":{"prototype":{"x":1}},"name":"x","git_url":"https://h/x"}']) {
    const reply = await call('POST', '/projects', { token, raw })
    t.equal(reply.status, 400)
    t.match(fields(reply), [/^(__proto__|constructor)$/])
  }
  t.equal(({} as { isAdmin?: boolean }).isAdmin, undefined)
  await call('POST', '/projects', { token, body: { ...good, subprojects: [{ path: '', language: 'bash', recipes: { constructor: 'true' } }] } })
  t.match((await call('GET', '/projects/one', { token })).json.subprojects[0].recipes, { constructor: 'true' })
  for (const recipe of ['constructor', 'valueOf'.toLowerCase(), '__proto__']) t.match((await call('POST', '/projects/none/jobs', { token, body: { recipe } })).status, /40[04]/)
  t.equal((await call('GET', '/jobs?__proto__=1', { token })).status, 400)
})

t.test('queries: unknown, repeated, malformed', async t => {
  const { call, admin: token } = await serve(t)
  const cases: [path: string, fields: string[]][] = [
    ['/jobs?colour=red&limit=x', ['colour', 'limit']], ['/jobs?limit=0', ['limit']], ['/jobs?limit=1001', ['limit']], ['/jobs?limit=1.5', ['limit']], ['/jobs?limit=', ['limit']],
    ['/jobs?status=done', ['status']], ['/jobs?status=failed&status=passed', ['status']], ['/projects?page=2', ['page']], ['/healthz?verbose=1', ['verbose']],
    ['/jobs?cursor=!!!', ['cursor']], ['/jobs?cursor=', ['cursor']], [`/jobs?cursor=${Buffer.from('project:a').toString('base64url')}`, ['cursor']],
    [`/jobs?cursor=${Buffer.from('job:1 OR 1').toString('base64url')}`, ['cursor']], [`/projects?cursor=${Buffer.from('job:1').toString('base64url')}`, ['cursor']],
    ['/jobs/none/findings?level=fatal&state=old', ['level', 'state']], ['/jobs/none/log?follow=maybe&from=-1', ['follow', 'from']], ['/projects/none/sarif?branch=a..b', ['branch']],
  ]
  for (const [path, expected] of cases) {
    const reply = await call('GET', path, { token })
    t.equal(reply.status, 400, path)
    t.same(fields(reply), expected, path)
  }
  t.match((await call('GET', '/jobs?limit=1.5', { token })).json.errors, [{ field: 'limit', message: 'must be a whole number' }])
})

t.test('unknown addresses and methods', async t => {
  const { call, admin: token } = await serve(t)
  for (const path of ['/', '/nowhere', '/projects/', '/Projects', '/projects/a/b/c', '/jobs/x/', '/%2e%2e/etc', '/projects/%zz/jobs']) t.equal((await call('GET', path, { token })).status, path === '/projects/%zz/jobs' ? 405 : 404, path)
  const cases: [method: string, path: string, allow: string][] = [
    ['PATCH', '/projects/one', 'DELETE, GET, HEAD, PUT'], ['DELETE', '/jobs', 'GET, HEAD'], ['POST', '/healthz', 'GET, HEAD'], ['GET', '/projects/one/jobs', 'POST'], ['PUT', '/admin/tokens', 'GET, HEAD, POST'],
  ]
  for (const [method, path, allow] of cases) {
    const { status, headers, json } = await call(method, path, { token })
    t.equal(status, 405, `${method} ${path}`)
    t.equal(headers.get('allow'), allow)
    t.equal(json.code, 'method_not_allowed')
  }
  const options = await call('OPTIONS', '/projects', { token })
  t.same([options.status, options.headers.get('allow')], [204, 'GET, HEAD, POST'])
  for (const path of ['/projects/none', '/projects/a%00b', '/projects/%F0%9F%98%80', `/projects/${'x'.repeat(3000)}`, '/jobs/..%2f..', '/runs/%27%20OR%201']) t.equal((await call('GET', path, { token })).status, 404, path.slice(0, 40))
})

t.test('what nobody foresaw is 500 without its text, and logged by its id', async t => {
  const { call, admin: token, farm, log } = await serve(t)
  t.intercept(farm, 'packReports', { value: () => { throw new Error('inner secret') } })
  const { status, json, text } = await call('GET', '/packs', { token })
  t.equal(status, 500)
  t.notMatch(text, 'inner secret')
  t.match(log.find(one => one.message === 'request failed')?.fields, { id: json.request_id, message: 'inner secret' })
})
