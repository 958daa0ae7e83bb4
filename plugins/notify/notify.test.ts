import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { openFarm } from '../../core/farm.ts'
import { readConfig } from '../../core/config.ts'
import { hmacHex, webhookSignature } from '../../core/service.ts'
import { environmentIn, repository, serve, type Served } from '../../test/http/server.ts'
import { startServer } from '../../test/support/server.ts'
import { receiver, type Got } from '../../test/support/receiver.ts'
import { until } from '../../test/support/until.ts'
import { temporary } from '../../test/support/temporary.ts'

const secret = 'correct horse battery staple'
const advisory = JSON.stringify({
  SchemaVersion: 2, ArtifactName: '.', ArtifactType: 'filesystem',
  Results: [{ Target: 'package-lock.json', Class: 'lang-pkgs', Type: 'npm', Vulnerabilities: [{ VulnerabilityID: 'CVE-2020-0001', PkgName: 'left', InstalledVersion: '1.0.0', FixedVersion: '1.0.1', Severity: 'HIGH', Title: 'bad' }] }],
})

async function project(t: Test, farm: Served, more: object, secrets: Record<string, string> = {}, name = 'p'): Promise<void> {
  const git_url = repository(join(temporary(t), 'repository'), { 'a.sh': 'echo hello\n', 'report.json': advisory })
  const subprojects = [{ path: '', language: 'bash', build: 'true', test: 'true', lint: null, audit: 'cat report.json; exit 1' }]
  const made = await farm.call('POST', '/projects', { token: farm.admin, body: { name, git_url, languages: ['bash'], subprojects, ...more } })
  t.equal(made.status, 201, made.text)
  for (const [key, value] of Object.entries(secrets)) t.equal((await farm.call('PUT', `/projects/${name}/secrets/${key}`, { token: farm.admin, body: { value } })).status, 204)
}

async function run(farm: Served, body: object = {}): Promise<any> {
  const { run_id } = (await farm.call('POST', '/projects/p/runs', { token: farm.admin, body })).json
  await farm.farm.ended(run_id)
  return (await farm.call('GET', `/runs/${run_id}`, { token: farm.admin })).json.run
}

const notifications = async (farm: Served, query = '') => (await farm.call('GET', `/notifications${query}`, { token: farm.admin })).json.notifications as any[]

async function settled(farm: Served, count: number): Promise<any[]> {
  for (;;) {
    const all = await notifications(farm)
    if (all.length >= count && all.every(one => one.status !== 'waiting')) return all
    await new Promise(setImmediate)
  }
}

t.test('a run is told to every kind of receiver, each in its own form', async t => {
  const farm = await serve(t, { CRAFTING_PUBLIC_URL: 'https://farm.example.org/' })
  const there = await receiver(t)
  const hooks = [
    { kind: 'webhook', url: `${there.url}/webhook`, secret: 'SIGN', on: ['audit_fail', 'cve_found'] },
    { kind: 'ntfy', url: `${there.url}/push/builds`, secret: 'NTFY', on: ['audit_fail'] },
    { kind: 'slack', url_secret: 'SLACK_URL', on: ['nightly_summary'] },
    { kind: 'discord', url: `${there.url}/discord` },
    { kind: 'matrix', url: there.url, room: '!room:example.org', secret: 'MATRIX' },
    { kind: 'matrix', url: `${there.url}/hookshot` },
    { kind: 'webhook', url: `${there.url}/never`, on: ['test_fail', 'audit_pass', 'lint_warn'] },
  ]
  await project(t, farm, { hooks, notify: { on: ['cve_found'] } }, { SIGN: secret, NTFY: 'tk_0123456789', SLACK_URL: `${there.url}/services/T0/B0/x`, MATRIX: 'syt_0123456789' })
  const { id, sha } = await run(farm)
  const got = await there.next(6)
  t.ok((await settled(farm, 6)).every(one => one.status === 'sent' && one.attempts === 1))
  const of = (path: string): Got & { json: any } => {
    const one = got.find(each => each.path.startsWith(path))
    if (!one) throw new Error(`nothing came to ${path}`)
    return { ...one, json: JSON.parse(one.body) }
  }
  const hook = of('/webhook')
  const [message = '', timestamp = ''] = [hook.headers['webhook-id'], hook.headers['webhook-timestamp']].map(String)
  t.equal(hook.headers['webhook-signature'], webhookSignature(secret, { id: message, timestamp, body: hook.body }))
  t.equal(hook.headers['x-hub-signature-256'], `sha256=${hmacHex(secret, hook.body)}`)
  t.ok(Math.abs(Number(timestamp) - Date.now() / 1000) < 60)
  t.match(hook.json, {
    type: 'run.finished',
    data: {
      project: 'p', events: ['audit_fail', 'cve_found'], ref: 'main', sha, run: { run_id: id, status: 'failed' }, patch: null, url: `https://farm.example.org/runs/${id}`,
      jobs: [{ recipe: 'audit', subproject: '', status: 'failed', advisories: 1, events: ['audit_fail', 'cve_found'] }],
    },
  })
  t.equal(hook.json.data.jobs.length, 1, 'only what the receiver asked for')
  const title = `p main ${sha.slice(0, 8)}: failed`
  const line = 'failed: audit . (bash): 1 finding, 1 new; 1 advisory'
  t.match(of('/push/'), { path: '/push/', headers: { authorization: 'Bearer tk_0123456789' }, json: { topic: 'builds', title, message: line, priority: 4, click: `https://farm.example.org/runs/${id}` } })
  t.equal(of('/services/').json.text, `*<https://farm.example.org/runs/${id}|${title}>*\n${line}\npassed: build . (bash)\npassed: test . (bash)`)
  t.match(of('/discord').json, { allowed_mentions: { parse: [] } })
  t.ok(of('/discord').json.content.startsWith(`**${title}**\nfailed: audit . \\(bash\\): 1 finding`))
  t.match(of('/_matrix'), { method: 'PUT', path: /^\/_matrix\/client\/v3\/rooms\/!room%3Aexample.org\/send\/m.room.message\/[0-9a-f]{32}$/, headers: { authorization: 'Bearer syt_0123456789' }, json: { msgtype: 'm.notice', body: new RegExp(`^${title}\n`) } })
  t.match(of('/hookshot').json, { text: new RegExp(`^${title}\n`), html: new RegExp(`>${title}</a></b><br>`) })
  t.notOk(got.some(one => one.path.startsWith('/never')))
  const shown = await farm.call('GET', '/notifications', { token: farm.admin })
  const asked = await farm.call('GET', '/projects/p', { token: farm.admin })
  for (const value of [secret, 'tk_0123456789', '/services/T0', 'syt_0123456789']) t.notOk((shown.text + asked.text).includes(value), 'no secret is shown')
  t.same((await farm.call('PUT', '/projects/p', { token: farm.admin, body: asked.json })).json.hooks, hooks, 'what GET answers can be sent back')
  t.same((await notifications(farm, '?project=p&limit=2')).length, 2)
  t.equal((await farm.call('GET', '/notifications', { token: farm.mint('stranger') })).json.notifications.length, 0)
  t.equal((await farm.call('GET', '/notifications?project=p', { token: farm.mint('other') })).status, 404)
})

t.test('a commit is marked at its forge: first that it is looked at, then the verdict', async t => {
  for (const [kind, path, header, states] of [
    ['forgejo', '/sub/api/v1/repos/team/app/statuses/', 'authorization', ['pending', 'failure']],
    ['gitea', '/sub/api/v1/repos/team/app/statuses/', 'authorization', ['pending', 'failure']],
    ['github', '/sub/api/v3/repos/team/app/statuses/', 'authorization', ['pending', 'failure']],
    ['gitlab', '/api/v4/projects/sub%2Fteam%2Fapp/statuses/', 'private-token', ['running', 'failed']],
  ] as const) {
    const farm = await serve(t)
    const there = await receiver(t)
    await project(t, farm, { forge: { kind, url: `${there.url}/sub/team/app`, token_secret: 'FORGE' }, gate: { advisories: 'low' } }, { FORGE: 'token-0123456789' })
    const { sha } = await run(farm)
    await settled(farm, 2)
    const got = await there.next(1)
    t.ok(got.every(one => one.method === 'POST' && one.path === path + sha), kind)
    t.ok(got.every(one => String(one.headers[header]).endsWith('token-0123456789')))
    const said = got.map(one => JSON.parse(one.body) as { state: string; description: string; context?: string; name?: string })
    t.equal(said.at(-1)?.state, states[1])
    t.ok(said.every(one => states.includes(one.state as never)), 'the first may be overtaken, never the last')
    t.equal(said.at(-1)?.context ?? said.at(-1)?.name, 'crafting-table')
    const build = await run(farm, { recipes: ['build'] })
    t.equal(build.status, 'passed')
    const last = JSON.parse((await there.next(said.length + 1), await settled(farm, 4), there.got.at(-1)!).body)
    t.match(last, { state: 'success', [kind === 'gitlab' ? 'name' : 'context']: 'crafting-table/build', description: '1 recipe' }, 'some recipes speak for themselves')
  }
})

t.test('what could not be sent waits for the next farm; a dead one can be tried again', async t => {
  const farm = await serve(t)
  const there = await receiver(t)
  there.answer = response => { response.writeHead(404).end('no such hook, token: abcdefghijkl') }
  await project(t, farm, { hooks: [{ kind: 'webhook', url: there.url, secret: 'SIGN', on: ['nightly_summary'] }] }, { SIGN: 'abcdefghijkl' })
  await run(farm, { recipes: ['build'] })
  const [dead] = await settled(farm, 1)
  t.match(dead, { status: 'dead', http_status: 404, fault: '404: no such hook, token: ***', attempts: 1, kind: 'webhook', to: new URL(there.url).host, about: 'nightly_summary' })
  t.equal((await farm.call('POST', `/notifications/${dead.id}/retry`, { token: farm.mint('stranger'), body: {} })).status, 404)
  there.answer = response => { response.writeHead(503).end() }
  t.equal((await farm.call('POST', `/notifications/${dead.id}/retry`, { token: farm.admin, body: {} })).status, 202)
  await there.next(2)
  while ((await notifications(farm))[0].attempts === 0) await new Promise(setImmediate)
  t.match((await notifications(farm))[0], { status: 'waiting', fault: '503', next_attempt_at: /^\d{4}-/ })
  t.equal((await farm.call('POST', `/notifications/${dead.id}/retry`, { token: farm.admin, body: {} })).status, 409)
  await farm.farm.close({ drainMs: 0 })
  const ledger = new Database(join(farm.directory, 'data', 'ledger.db'))
  ledger.prepare('UPDATE notify_outbox SET due_at = 0').run()
  ledger.close()
  there.answer = response => { response.writeHead(200).end() }
  const next = await openFarm(readConfig(environmentIn(farm.directory)), { kind: 'server', log: { info() {}, warn() {}, error() {} } })
  const got = await there.next(3)
  t.same(new Set(got.map(one => one.headers['webhook-id'])).size, 1, 'always under the same id')
  await next.close({ drainMs: 0 })
})

t.test('what a removed project had to say does not go out with the secrets of another of its name', async t => {
  const farm = await serve(t)
  const there = await receiver(t)
  there.answer = response => { response.writeHead(503).end() }
  await project(t, farm, { hooks: [{ kind: 'ntfy', url: `${there.url}/topic`, secret: 'TOKEN', on: ['nightly_summary'] }] }, { TOKEN: 'of the first owner' })
  await run(farm, { recipes: ['build'] })
  await there.next(1)
  await farm.farm.close({ drainMs: 0 })
  const ledger = new Database(join(farm.directory, 'data', 'ledger.db'))
  // The fact that the first is gone has not come yet: another has its name and a secret of the same name.
  ledger.prepare(`UPDATE projects SET created_at = '2026-11-11T11:11:11.111Z'`).run()
  ledger.prepare('UPDATE notify_outbox SET due_at = 0').run()
  const next = await openFarm(readConfig(environmentIn(farm.directory)), { kind: 'server', log: { info() {}, warn() {}, error() {} } })
  const row = () => ledger.prepare('SELECT state, fault FROM notify_outbox').get() as { state: string; fault: string }
  while (row().state === 'waiting') await new Promise(setImmediate)
  t.match(row(), { state: 'dead', fault: 'its project was removed' })
  t.equal(there.got.length, 1)
  await next.close({ drainMs: 0 })
  ledger.close()
})

t.test('hooks are checked when the project is saved', async t => {
  const farm = await serve(t)
  const save = (hook: object) => farm.call('POST', '/projects', { token: farm.admin, body: { name: 'p', git_url: 'https://git.example.org/x.git', hooks: [hook] } })
  for (const hook of [
    { kind: 'webhook' }, { kind: 'webhook', url: 'ftp://example.org/' }, { kind: 'webhook', url: 'file:///etc/passwd' }, { kind: 'webhook', url: 'http://user:pass@example.org/' },
    { kind: 'slack', url: 'https://example.org/', url_secret: 'A' }, { kind: 'matrix', url: 'https://example.org/', room: '!a:b' }, { kind: 'ntfy', url: 'https://example.org/x', secret: 'a value, not a name' },
    { kind: 'ntfy', url: 'https://example.org/x', on: ['everything'] },
  ]) t.equal((await save(hook)).status, 400, JSON.stringify(hook))
})

t.test('a farm that is killed while it sends, sends again under the same id', async t => {
  const root = temporary(t)
  const there = await receiver(t)
  there.answer = () => {}
  const git_url = repository(join(root, 'repository'), { 'a.sh': 'echo hello\n' })
  const first = await startServer(root)
  t.teardown(() => first.stop('SIGKILL'))
  const body = { name: 'p', git_url, languages: ['bash'], subprojects: [{ path: '', language: 'bash', build: 'true' }], hooks: [{ kind: 'webhook', url: there.url, on: ['nightly_summary'] }] }
  t.equal((await first.request('POST', '/projects', body)).status, 201)
  await first.request('POST', '/projects/p/runs', { recipes: ['build'] })
  await there.next(1)
  await first.stop('SIGKILL')
  there.answer = response => { response.writeHead(204).end() }
  const second = await startServer(root)
  t.teardown(() => second.stop())
  const [one, two] = await there.next(2)
  t.equal(two?.headers['webhook-id'], one?.headers['webhook-id'])
  t.equal(two?.body, one?.body)
  for (;;) {
    const { notifications: [entry] } = (await second.request('GET', '/notifications')).body
    if (entry.status === 'waiting') continue
    t.match(entry, { status: 'sent', attempts: 1 })
    break
  }
})

t.test('of two servers on one ledger one sends a message; what a killed one was sending the other sends', async t => {
  const root = temporary(t)
  const [held, known] = [await receiver(t), await receiver(t)]
  held.answer = () => {}
  known.answer = response => { response.writeHead(403).end() }
  const git_url = repository(join(root, 'repository'), { 'a.sh': 'echo hello\n' })
  const first = await startServer(root)
  t.teardown(() => first.stop('SIGKILL'))
  const hooks = [held, known].map(({ url }) => ({ kind: 'webhook', url, on: ['nightly_summary'] }))
  t.equal((await first.request('POST', '/projects', { name: 'p', git_url, languages: ['bash'], subprojects: [{ path: '', language: 'bash', build: 'true' }], hooks })).status, 201)
  await first.request('POST', '/projects/p/runs', { recipes: ['build'] })
  await held.next(1)
  const dead = async () => (await first.request('GET', '/notifications?status=dead')).body.notifications as { id: string }[]
  await until(async () => (await dead()).length === 1)
  const [{ id } = { id: '' }] = await dead()

  const second = await startServer(root)
  t.teardown(() => second.stop('SIGKILL'))
  /** When it has come again, `second` has looked at all that waits. */
  const lookedAt = async () => {
    const before = known.got.length
    t.equal((await second.request('POST', `/notifications/${id}/retry`, {})).status, 202)
    await known.next(before + 1)
    await until(async () => (await second.request('GET', '/notifications?status=dead')).body.notifications.length === 1)
  }
  await lookedAt()
  t.equal(held.got.length, 1, 'one server is at it')
  await first.stop('SIGKILL')
  held.answer = response => { response.writeHead(204).end() }
  await lookedAt()
  const [one, two] = await held.next(2)
  t.equal(two?.headers['webhook-id'], one?.headers['webhook-id'])
  await until(async () => (await second.request('GET', '/notifications?status=sent')).body.notifications.length === 1)
  t.equal(held.got.length, 2)
})

t.test('of two servers that end runs at the same time each message goes out once', async t => {
  const root = temporary(t)
  const there = await receiver(t)
  const git_url = repository(join(root, 'repository'), { 'a.sh': 'echo hello\n' })
  const servers = [await startServer(root), await startServer(root)] as const
  t.teardown(() => Promise.all(servers.map(server => server.stop('SIGKILL'))))
  const hooks = ['a', 'b'].map(path => ({ kind: 'webhook', url: `${there.url}/${path}`, on: ['nightly_summary'] }))
  t.equal((await servers[0].request('POST', '/projects', { name: 'p', git_url, languages: ['bash'], subprojects: [{ path: '', language: 'bash', build: 'true' }], hooks })).status, 201)
  await Promise.all(Array.from({ length: 12 }, (_, at) => servers[at % 2]?.request('POST', '/projects/p/runs', { recipes: ['build'] })))
  const sent = async () => (await servers[0].request('GET', '/notifications?status=sent')).body.notifications as unknown[]
  await until(async () => (await sent()).length === 24)
  t.equal(there.got.length, 24)
  t.equal(new Set(there.got.map(one => one.headers['webhook-id'])).size, 24)
})
