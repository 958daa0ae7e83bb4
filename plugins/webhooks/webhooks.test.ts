import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { hmacHex, webhookSignature } from '../../core/service.ts'
import { openFarm } from '../../core/farm.ts'
import { readConfig } from '../../core/config.ts'
import { environmentIn, repository, serve, type Served } from '../../test/http/server.ts'
import { startServer } from '../../test/support/server.ts'
import { temporary } from '../../test/support/temporary.ts'

const secret = 'correct horse battery staple'
const forges = {
  github: (body: string, id: string) => ({ 'x-github-event': 'push', 'x-github-delivery': id, 'x-hub-signature-256': `sha256=${hmacHex(secret, body)}` }),
  forgejo: (body: string, id: string) => ({ 'x-forgejo-event': 'push', 'x-gitea-event': 'push', 'x-github-event': 'push', 'x-forgejo-delivery': id, 'x-forgejo-signature': hmacHex(secret, body) }),
  gitea: (body: string, id: string) => ({ 'x-gitea-event': 'push', 'x-github-event': 'push', 'x-gitea-delivery': id, 'x-gitea-signature': hmacHex(secret, body) }),
  gitlab: (_: string, id: string) => ({ 'x-gitlab-event': 'Push Hook', 'idempotency-key': id, 'x-gitlab-token': secret }),
}

/** A project with its secret, and the shas of its commits, oldest first. */
async function project(t: Test, farm: Served, more: { commits?: number; webhook?: object; build?: string } = {}): Promise<string[]> {
  const directory = join(temporary(t), 'repository')
  const git_url = repository(directory, { 'a.sh': 'echo hello\n' })
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: directory, encoding: 'utf8' }).trim()
  const shas = [git('rev-parse', 'HEAD')]
  for (let at = 1; at < (more.commits ?? 1); at++) {
    writeFileSync(join(directory, 'a.sh'), `echo ${at}\n`)
    git('commit', '-qam', String(at))
    shas.push(git('rev-parse', 'HEAD'))
  }
  const body = { name: 'p', git_url, languages: ['bash'], subprojects: [{ path: '', language: 'bash', build: more.build ?? 'true', test: null, lint: null, audit: null }], webhook: { secret: 'HOOK', ...more.webhook } }
  t.equal((await farm.call('POST', '/projects', { token: farm.admin, body })).status, 201)
  t.equal((await farm.call('PUT', '/projects/p/secrets/HOOK', { token: farm.admin, body: { value: secret } })).status, 204)
  return shas
}

const pushed = (sha: string, branch = 'main') => JSON.stringify({ ref: `refs/heads/${branch}`, before: '0'.repeat(40), after: sha, commits: [{ message: 'grüße 🎉' }] })
const send = (farm: Served, raw: string, headers: Record<string, string>, name = 'p') => farm.call('POST', `/webhooks/${name}`, { raw, headers })

async function deliveries(farm: Served): Promise<any[]> {
  return (await farm.call('GET', '/webhooks/p/deliveries', { token: farm.admin })).json.deliveries as any[]
}

/** The run that a branch's newest delivery has started, once it has ended. */
async function ended(farm: Served, at = 0): Promise<any> {
  for (;;) {
    const { run_id } = (await deliveries(farm))[at]
    if (run_id) {
      await farm.farm.ended(run_id)
      return (await farm.call('GET', `/runs/${run_id}`, { token: farm.admin })).json.run
    }
    await new Promise(setImmediate)
  }
}

t.test('a push that any of the four has signed runs its commit', async t => {
  const farm = await serve(t, { CRAFTING_WEBHOOKS_QUIET_SECS: '0' })
  const shas = await project(t, farm, { commits: 4 })
  for (const [at, [forge, headers]] of Object.entries(forges).entries()) {
    const body = pushed(shas[at]!)
    const answer = await send(farm, body, headers(body, `d-${at}`))
    t.match(answer, { status: 202, json: { status: 'waiting', ref: 'main', sha: shas[at] } }, forge)
    t.match(await ended(farm), { ref: 'main', sha: shas[at], status: 'passed' }, forge)
    t.match((await deliveries(farm))[0], { forge, status: 'started' })
  }
})

t.test('whoever does not know the secret learns nothing', async t => {
  const farm = await serve(t)
  const [sha = ''] = await project(t, farm)
  await farm.call('POST', '/projects', { token: farm.admin, body: { name: 'without', git_url: 'https://git.example.org/x.git' } })
  await farm.call('POST', '/projects', { token: farm.admin, body: { name: 'unset', git_url: 'https://git.example.org/x.git', webhook: { secret: 'NOT_SET' } } })
  const body = pushed(sha)
  const good = forges.github(body, 'd')
  const answers = [
    await send(farm, body, { ...good, 'x-hub-signature-256': `sha256=${hmacHex('wrong', body)}` }),
    await send(farm, `${body} `, good),
    await send(farm, body, { 'x-github-event': 'push' }),
    await send(farm, body, { ...good, 'x-hub-signature-256': 'sha256=' }),
    await send(farm, body, { 'x-gitlab-event': 'Push Hook', 'x-gitlab-token': `${secret}x` }),
    await send(farm, body, {}),
    await send(farm, body, good, 'nothing'), await send(farm, body, good, 'without'), await send(farm, body, good, 'unset'),
  ]
  for (const answer of answers) t.match(answer, { status: 401, json: { code: 'unauthorized', detail: answers[0]!.json.detail } })
  t.equal((await deliveries(farm)).length, 0)
  t.ok(farm.log.some(entry => entry.fields.message === 'the secret NOT_SET is not set'), 'the log tells the owner')
  t.equal((await farm.call('GET', '/webhooks/p/deliveries')).status, 401)
  t.equal((await farm.call('GET', '/webhooks/p/deliveries', { token: farm.mint('stranger') })).status, 404)
})

t.test('what GitLab signs is checked with its time', async t => {
  const farm = await serve(t, { CRAFTING_WEBHOOKS_QUIET_SECS: '600' })
  const [sha = ''] = await project(t, farm)
  const body = pushed(sha)
  const signed = (secs: number, key = secret) => {
    const timestamp = String(Math.floor(Date.now() / 1000) + secs)
    return { 'x-gitlab-event': 'Push Hook', 'webhook-id': 'm1', 'webhook-timestamp': timestamp, 'webhook-signature': `v1,AAAA ${webhookSignature(key, { id: 'm1', timestamp, body })}` }
  }
  t.equal((await send(farm, body, signed(-600))).status, 401, 'ten minutes old')
  t.equal((await send(farm, body, signed(600))).status, 401, 'of the future')
  t.equal((await send(farm, body, signed(0, 'wrong'))).status, 401)
  t.equal((await send(farm, body, { ...signed(0), 'x-gitlab-token': secret, 'webhook-signature': 'v1,AAAA' })).status, 401, 'a signature is not made good by a token')
  t.equal((await send(farm, body, signed(0))).status, 202)
  t.match(await send(farm, body, signed(1)), { status: 200, json: { status: 'replayed' } })
})

t.test('a delivery that comes again is ignored, under another id too', async t => {
  const farm = await serve(t, { CRAFTING_WEBHOOKS_QUIET_SECS: '600' })
  const [sha = ''] = await project(t, farm)
  const body = pushed(sha)
  t.equal((await send(farm, body, forges.github(body, 'one'))).json.status, 'waiting')
  t.equal((await send(farm, body, forges.github(body, 'one'))).json.status, 'replayed')
  t.equal((await send(farm, body, forges.github(body, 'two'))).json.status, 'replayed', 'the id is not signed')
  const other = `${body} `
  t.equal((await send(farm, other, forges.github(other, 'two'))).json.status, 'replayed', 'the id was seen')
  t.equal((await deliveries(farm)).length, 1)
})

t.test('of a burst only the newest waits', async t => {
  const farm = await serve(t, { CRAFTING_WEBHOOKS_QUIET_SECS: '600' })
  const shas = await project(t, farm, { commits: 3 })
  for (const sha of shas) await send(farm, pushed(sha), forges.gitea(pushed(sha), sha))
  await send(farm, pushed(shas[0]!, 'other'), forges.gitea(pushed(shas[0]!, 'other'), 'other'))
  t.strictSame((await deliveries(farm)).map(({ ref, sha, status }) => [ref, sha, status]), [
    ['other', shas[0], 'waiting'], ['main', shas[2], 'waiting'], ['main', shas[1], 'superseded'], ['main', shas[0], 'superseded'],
  ])
  const gone = pushed('0'.repeat(40))
  t.match(await send(farm, gone, forges.gitea(gone, 'gone')), { status: 200, json: { status: 'ignored', message: 'the branch is gone' } })
  t.strictSame((await deliveries(farm)).filter(one => one.status === 'waiting').map(one => one.ref), ['other'])
})

t.test('older runs of the branch that have not begun give way', async t => {
  const farm = await serve(t, { CRAFTING_WEBHOOKS_QUIET_SECS: '0', CRAFTING_JOBS: '1' })
  const shas = await project(t, farm, { commits: 3, build: 'while test ! -e "$HOME/../stop"; do sleep 0.05; done' })
  const blocker = (await farm.call('POST', '/projects/p/jobs', { token: farm.admin, body: { recipe: 'build' } })).json.job_id as string
  for (const sha of shas) {
    await send(farm, pushed(sha), forges.github(pushed(sha), sha))
    while ((await deliveries(farm))[0].run_id === null) await new Promise(setImmediate)
  }
  const runs = await Promise.all((await deliveries(farm)).map(async one => (await farm.call('GET', `/runs/${one.run_id}`, { token: farm.admin })).json.run))
  t.strictSame(runs.map(run => [run.sha, run.status]), [[shas[2], 'queued'], [shas[1], 'cancelled'], [shas[0], 'cancelled']])
  await farm.call('POST', `/runs/${runs[0].id}/cancel`, { token: farm.admin, body: {} })
  await farm.call('POST', `/jobs/${blocker}/cancel`, { token: farm.admin, body: {} })
})

t.test('pull requests run once per commit; those of forks only where the project wants it', async t => {
  const farm = await serve(t, { CRAFTING_WEBHOOKS_QUIET_SECS: '0' })
  const [sha = ''] = await project(t, farm, { webhook: { branches: ['main', 'release/*'] } })
  const request = (action: string, fork: boolean, base = 'main') => JSON.stringify({ action, number: 7, pull_request: { head: { sha, ref: 'main', repo: { id: fork ? 2 : 1 } }, base: { ref: base, repo: { id: 1 } } } })
  let count = 0
  const ask = async (body: string) => (await send(farm, body, { ...forges.github(body, `d${count++}`), 'x-github-event': 'pull_request' })).json
  t.match(await ask(request('opened', true)), { status: 'ignored', message: 'pull requests from forks are not run' })
  t.match(await ask(request('labeled', false)), { status: 'ignored' })
  t.match(await ask(request('opened', false, 'elsewhere')), { status: 'ignored', message: 'elsewhere is none of the branches' })
  t.match(await ask(request('synchronize', false, 'release/1')), { status: 'waiting', ref: 'main', sha })
  const first = await ended(farm)
  await send(farm, pushed(sha), forges.github(pushed(sha), 'push'))
  t.equal((await ended(farm)).id, first.id, 'the push of the same commit is the same run')
  t.equal((await deliveries(farm))[0].status, 'same')
  const form = `payload=${encodeURIComponent(request('reopened', false))}`
  t.equal((await ask(form)).status, 'waiting', 'a form')
  for (const bad of ['{', '[]', JSON.stringify({ action: 'opened' })]) {
    t.equal((await send(farm, bad, { ...forges.github(bad, `d${count++}`), 'x-github-event': 'pull_request' })).status, 400, bad)
  }
  const ping = '{"zen":"x"}'
  t.match(await send(farm, ping, { ...forges.github(ping, 'ping'), 'x-github-event': 'ping' }), { status: 200, json: { status: 'ignored' } })
})

t.test('what waits is started by the next farm, once', async t => {
  const farm = await serve(t, { CRAFTING_WEBHOOKS_QUIET_SECS: '600' })
  const [sha = ''] = await project(t, farm)
  await send(farm, pushed(sha), forges.github(pushed(sha), 'one'))
  await farm.farm.close({ drainMs: 0 })
  const ledger = new Database(join(farm.directory, 'data', 'ledger.db'))
  const { id } = ledger.prepare(`UPDATE webhooks_deliveries SET due_at = 0 WHERE outcome = 'waiting' RETURNING id`).get() as { id: number }
  ledger.close()
  const admin = { name: 'root', isAdmin: true }
  for (const round of ['first', 'again, as if it had died before it could write that down']) {
    const next = await openFarm(readConfig(environmentIn(farm.directory)), { kind: 'server', log: { info() {}, warn() {}, error() {} } })
    const ledger = new Database(join(farm.directory, 'data', 'ledger.db'))
    const outcome = () => ledger.prepare('SELECT outcome, run FROM webhooks_deliveries WHERE id = ?').get(id) as { outcome: string; run: string | null }
    while (outcome().run === null) await new Promise(resolve => setTimeout(resolve, 5))
    await next.ended(outcome().run!)
    t.equal(next.jobs(admin, { limit: 10 }).length, 1, round)
    ledger.prepare(`UPDATE webhooks_deliveries SET outcome = 'waiting', run = NULL WHERE id = ?`).run(id)
    ledger.close()
    await next.close({ drainMs: 0 })
  }
})

t.test('what a farm has accepted before it was killed is run by the next one', async t => {
  const root = temporary(t)
  const git_url = repository(join(root, 'repository'), { 'a.sh': 'echo hello\n' })
  const sha = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: join(root, 'repository'), encoding: 'utf8' }).trim()
  const first = await startServer(root, { CRAFTING_WEBHOOKS_QUIET_SECS: '2' })
  t.teardown(() => first.stop('SIGKILL'))
  t.equal((await first.request('POST', '/projects', { name: 'p', git_url, languages: ['bash'], webhook: { secret: 'HOOK', recipes: ['build'] } })).status, 201)
  t.equal((await first.request('PUT', '/projects/p/secrets/HOOK', { value: secret })).status, 204)
  const body = pushed(sha)
  const post = (url: string) => fetch(`${url}/webhooks/p`, { method: 'POST', body, headers: forges.forgejo(body, 'one') })
  t.equal((await post(first.url)).status, 202)
  await first.stop('SIGKILL')
  const second = await startServer(root, { CRAFTING_WEBHOOKS_QUIET_SECS: '2' })
  t.teardown(() => second.stop())
  t.equal((await post(second.url)).status, 200, 'the forge sends it again, in vain')
  for (;;) {
    const { deliveries: all } = (await second.request('GET', '/webhooks/p/deliveries')).body
    if (all[0].status === 'waiting') continue
    t.match(all, [{ status: 'started', sha }])
    t.equal(all.length, 1)
    break
  }
})
