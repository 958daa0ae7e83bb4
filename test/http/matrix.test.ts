import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t from 'tap'
import { Throttle } from '../../core/http/throttle.ts'
import { launcher } from '../support/server.ts'
import { environmentIn, repository, serve } from './server.ts'
import type { Loose } from './document.ts'

// Every operation of the running farm's openapi.json, its services' included, and everybody who may knock. What is open, or for admins only, is written down here:
// a new endpoint that is neither, and behaves like neither, needs no entry; one that is open by mistake fails.

/** Without a token: what they answer is for everybody on the network, or proves its sender by itself. */
const open = new Set(['GET /healthz', 'GET /healthz/live', 'GET /healthz/ready', 'GET /metrics', 'GET /openapi.json', 'GET /projects/{name}/badge.svg', 'GET /digests/unsubscribe/{token}', 'POST /digests/unsubscribe/{token}', 'POST /webhooks/{project}'])
const isAdmins = (path: string) => path.startsWith('/admin/')

interface Operation { method: string; path: string; operation: Loose }

t.test('every endpoint, everybody', async t => {
  const { farm, url, mint, admin, directory } = await serve(t, { CRAFTING_TRUSTED_PROXIES: '127.0.0.0/8' })
  const tokens = { owner: mint('owner'), other: mint('other'), revoked: mint('revoked'), elsewhere: mint('elsewhere', { ipCidrs: ['192.168.9.0/24'] }) }
  farm.revokeToken({ name: 'root', isAdmin: true }, 'revoked')
  let asked = 0
  // Each from an address of its own: wrong tokens from one are slowed down.
  const from = () => `10.0.${++asked >> 8}.${asked & 255}`
  const send = async (method: string, path: string, token?: string): Promise<{ status: number; text: string }> => {
    const hasBody = method === 'POST' || method === 'PUT'
    const answer = await fetch(url + path, { method, headers: { 'x-forwarded-for': from(), ...(token ? { authorization: `Bearer ${token}` } : {}), ...(path === '/mcp' ? { accept: 'application/json, text/event-stream' } : {}) }, ...(hasBody ? { body: '{}' } : {}), signal: AbortSignal.timeout(20_000) })
    return { status: answer.status, text: (await answer.text()).replaceAll(/"request_id":"[^"]*"/g, '') }
  }
  const git_url = repository(join(directory, 'r'), { a: '' })
  await fetch(`${url}/projects`, { method: 'POST', headers: { authorization: `Bearer ${tokens.owner}` }, body: JSON.stringify({ name: 'mine', git_url, subprojects: [{ path: '', language: 'c', build: 'true' }] }) })
  const { run_id } = await (await fetch(`${url}/projects/mine/runs`, { method: 'POST', headers: { authorization: `Bearer ${tokens.owner}` }, body: '{}' })).json() as Loose
  await farm.ended(run_id)
  const job = farm.run({ name: 'owner', isAdmin: false }, run_id).jobs[0]?.id ?? ''
  /** What exists and belongs to the owner, in place of a path's parameters; `none`: the same with names of nothing. */
  const filled = (path: string, none: boolean) => path.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    // A day is nobody's.
    if (name === 'date') return '2026-01-01'
    if (none) return 'nothing-there'
    if (name === 'id') return path.startsWith('/runs/') ? run_id : path.startsWith('/jobs/') ? job : 'nothing-there'
    return name === 'name' || name === 'project' ? isAdmins(path) ? 'owner' : 'mine' : 'x'
  })

  const { paths } = await (await fetch(`${url}/openapi.json`)).json() as Loose
  const operations = Object.entries<Loose>(paths).flatMap(([path, methods]) => Object.entries<Loose>(methods).map(([method, operation]): Operation => ({ path, method: method.toUpperCase(), operation })))
    // What removes comes last.
    .toSorted((a, b) => Number(a.method === 'DELETE') - Number(b.method === 'DELETE'))
  t.ok(operations.length > 25, `${operations.length} operations`)
  for (const { method, path, operation } of operations) {
    const name = `${method} ${path}`
    if (open.has(name)) {
      t.same(operation.security, [], `${name} is open, and says so`)
      continue
    }
    t.same(operation.security, [{ bearer: [] }], `${name} wants a token, and says so`)
    const nobody = await send(method, filled(path, false))
    t.equal(nobody.status, 401, `${name}: nobody`)
    for (const who of ['revoked', 'elsewhere'] as const) t.same(await send(method, filled(path, false), tokens[who]), nobody, `${name}: ${who}`)
    if (isAdmins(path)) {
      for (const who of ['owner', 'other'] as const) t.equal((await send(method, filled(path, false), tokens[who])).status, 403, `${name}: ${who}`)
      continue
    }
    if (!path.replaceAll('{date}', '').includes('{')) continue
    const theirs = await send(method, filled(path, false), tokens.other)
    t.same(theirs, await send(method, filled(path, true), tokens.other), `${name}: somebody else's is like nobody's`)
    t.ok([400, 404, 409].includes(theirs.status), `${name}: ${theirs.status}`)
  }
  t.equal((await send('GET', '/projects/mine', tokens.owner)).status, 200, 'nothing of the owner\'s was touched')
  t.equal((await send('GET', '/projects/mine', admin)).status, 200)
})

t.test('who did what is noted, refusals too, values never', async t => {
  const { call, mint, admin, directory } = await serve(t)
  const token = mint('me')
  const git_url = repository(join(directory, 'r'), { a: '' })
  await call('POST', '/projects', { token, body: { name: 'p', git_url } })
  await call('PUT', '/projects/p/secrets/KEY', { token, body: { value: 'a-very-secret-value' } })
  await call('DELETE', '/projects/p', { token: mint('other') })
  await call('POST', '/admin/tokens', { token: admin, body: { name: 'new' } })
  const { json, text } = await call('GET', '/admin/audit?limit=5', { token: admin })
  t.same(json.entries.map((one: Loose) => [one.caller, one.action, one.subject, one.outcome]), [
    ['root', 'token.mint', 'new', 'done'], ['other', 'project.remove', 'p', 'not_found'], ['root', 'token.mint', 'other', 'done'], ['me', 'secret.set', 'p KEY', 'done'], ['me', 'project.create', 'p', 'done'],
  ])
  t.notMatch(text, /a-very-secret-value/)
  t.equal((await call('GET', '/admin/audit?caller=me', { token: admin })).json.entries.length, 2)
  t.equal((await call('GET', '/admin/audit', { token })).status, 403)

  // What services do for somebody, and what is done at the machine.
  await call('POST', '/projects/p/patches', { token, body: {} })
  await call('POST', '/projects/p/patches', { token, body: { dry_run: true } })
  await call('POST', '/patches/none/reject', { token, body: {} })
  await call('POST', '/notifications/none/retry', { token, body: {} })
  const env = { ...process.env, ...environmentIn(directory) }
  for (const args of [['mint', 'by-hand', '--admin'], ['revoke', 'by-hand'], ['list']]) execFileSync(process.execPath, [launcher, 'token', ...args], { env })
  t.throws(() => execFileSync(process.execPath, [launcher, 'token', 'revoke', 'by-hand'], { env, stdio: 'ignore' }))
  const after = (await call('GET', '/admin/audit?limit=6', { token: admin })).json
  t.same(after.entries.map((one: Loose) => [one.caller, one.action, one.subject.trim(), one.outcome]), [
    ['local', 'token.revoke', 'by-hand', 'not_found'], ['local', 'token.revoke', 'by-hand', 'done'], ['local', 'token.mint', 'by-hand (admin)', 'done'],
    ['me', 'notification.retry', 'none', 'not_found'], ['me', 'patch.reject', 'none', 'not_found'], ['me', 'patch.request', 'p', 'done'],
  ])
})

t.test('whoever guesses tokens waits, longer each time; nobody else does', async t => {
  const { call, mint, log } = await serve(t)
  const elsewhere = await serve(t)
  const token = mint('me')
  const guess = () => call('GET', '/projects', { token: `ct_${'x'.repeat(43)}` })
  for (let at = 0; at < 10; at++) t.equal((await guess()).status, 401)
  const waits = await guess()
  t.equal(waits.status, 429)
  t.match(waits.headers.get('retry-after'), /^[12]$/)
  t.equal((await call('GET', '/projects', { token })).status, 200, 'a right token is answered')
  t.equal((await call('GET', '/projects')).status, 401, 'none at all is no guess')
  t.equal((await fetch(`${elsewhere.url}/projects`, { headers: { authorization: 'Bearer wrong' } })).status, 401, 'each farm counts for itself')
  t.ok(log.some(entry => entry.message === 'wrong token' && entry.fields.failures === 10))
})

t.test('the wait doubles up to a minute, and is forgotten', async t => {
  let now = 0
  const throttle = new Throttle(() => now)
  const waitOf = () => { try { throttle.admit('a'); return 0 } catch (error) { return Number((error as { headers: Record<string, string> }).headers['Retry-After']) } }
  for (let at = 0; at < 9; at++) throttle.failed('a')
  t.equal(waitOf(), 0)
  const waits = Array.from({ length: 9 }, () => { throttle.failed('a'); const wait = waitOf(); now += wait * 1000; return wait })
  t.same(waits, [1, 2, 4, 8, 16, 32, 60, 60, 60])
  t.doesNotThrow(() => throttle.admit('b'))
  now += 700_000
  t.equal(throttle.failed('a'), 1)
})
