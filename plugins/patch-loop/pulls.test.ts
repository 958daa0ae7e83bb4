import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Loose } from '../../test/http/document.ts'
import { repository, serve, type Served } from '../../test/http/server.ts'
import { pullServer, type PullServer } from '../../test/support/pulls.ts'
import type { Reply } from '../../core/service.ts'
import { code, inert } from './markdown.ts'
import { pullApi } from './pull-api.ts'
import { pullTitle } from './pull-body.ts'

t.setTimeout(280_000)

const token = 'token-of-the-forge'
const evil = '**bold** `tick` <img src=x> @everyone fixes #12 [x](https://evil.example) password=hunter2hunter2'
const lint = `grep -nH BAD *.txt | sed -E 's/^([^:]+:[0-9]+):.*/\\1:1: error: EVIL/'`.replace('EVIL', () => evil.replaceAll(/[\\&/]/g, '\\$&'))

interface Setup { farm: Served; me: string; forge: PullServer; git(...args: string[]): string }

async function setup(t: Test, kind: PullServer['kind'], { patch = {}, env = {}, secret = token }: { patch?: object; env?: Record<string, string>; secret?: string } = {}): Promise<Setup> {
  const farm = await serve(t, {
    CRAFTING_PATCH_LOOP_COMMAND: JSON.stringify(['sh', '-c', 'sed -i s/BAD/GOOD/ words.txt']), CRAFTING_PATCH_LOOP_PULL_SECS: '1', CRAFTING_PATCH_LOOP_PULL_TIMEOUT_SECS: '1', CRAFTING_PUBLIC_URL: 'https://farm.example.org', ...env,
  })
  const source = join(farm.directory, 'source')
  const git_url = repository(source, { 'words.txt': 'alpha\nBAD\nomega\n' })
  const git = (...args: string[]) => execFileSync('git', args, { cwd: source, encoding: 'utf8', stdio: 'pipe' }).trim()
  const forge = await pullServer(t, kind, branch => git('rev-parse', branch))
  const me = farm.mint('me')
  const made = await farm.call('POST', '/projects', { token: me, body: {
    name: 'p', git_url, subprojects: [{ path: '', language: 'c', lint, build: null, test: null, audit: null }], forge: { kind, url: forge.url, token_secret: 'FORGE' },
    patch: { drafters: ['command'], max_attempts: 1, push: true, pull_request: true, ...patch },
  } })
  t.equal(made.status, 201, made.text)
  t.equal((await farm.call('PUT', '/projects/p/secrets/FORGE', { token: me, body: { value: secret } })).status, 204)
  return { farm, me, forge, git }
}

async function drafted({ farm, me }: Setup): Promise<Loose> {
  const { json } = await farm.call('POST', '/projects/p/runs', { token: me, body: { recipes: ['lint'] } })
  await farm.farm.ended(json.run_id)
  const { patches: [patch] } = (await farm.call('POST', '/projects/p/patches', { token: me, body: {} })).json
  await farm.farm.patches!.settled({ name: 'me', isAdmin: false }, [patch.id], { seconds: 100, signal: new AbortController().signal })
  return read({ farm, me }, patch.id)
}

const read = async ({ farm, me }: Pick<Setup, 'farm' | 'me'>, id: string): Promise<Loose> => (await farm.call('GET', `/patches/${id}`, { token: me })).json

async function until(setup: Setup, id: string, is: (patch: Loose) => boolean): Promise<Loose> {
  for (;;) {
    const patch = await read(setup, id)
    if (is(patch)) return patch
    await new Promise(resolve => { setTimeout(resolve, 50) })
  }
}

const isSafe = (text: string) => !text.replaceAll(/(`+)[^`](?:.*?[^`])??\1(?!`)/g, '').match(/evil|@every|#12|<img|\*\*bold/)

for (const kind of ['gitea', 'github'] as const) {
  t.test(`${kind}: made once, with the evidence, and followed until it is merged`, async t => {
    const one = await setup(t, kind)
    for (let n = 1; n <= 45; n++) one.forge.pulls.push({ number: n, html_url: `${one.forge.url}/pulls/${n}`, state: 'closed', merged_at: null, title: '', body: '', head: { ref: `other-${n}`, sha: 'x', repo: { full_name: 'team/app' } }, base: { ref: 'main', repo: { full_name: 'team/app' } } })
    const { id } = await drafted(one)
    const patch = await until(one, id, ({ pull_request: pull }) => pull?.state === 'open')
    t.match(patch, { state: 'drafted', pushed: true, pull_request: { number: 46, fault: null }, pull_request_url: `${one.forge.url}/pulls/46` })
    const pull = one.forge.pulls[45]!
    t.match(pull, { head: { ref: patch.branch }, base: { ref: 'main' } })
    t.match(pull.body, /Nobody has read it yet[^]*1 of 1 gone[^]*words\.txt:2[^]*a model or agent \(`command`\)[^]*`lint` \(`c`\): before passed, 1 findings; after passed, 0 findings[^]*git merge origin\/ct\/patch[^]*https:\/\/farm\.example\.org\/patches\//)
    t.ok(isSafe(pull.body), pull.body)
    t.notMatch(pull.body + pull.title, /hunter2hunter2|token-of-the-forge/)
    t.notMatch(pull.title, /@every|#12|:\/\//)
    const farmSees = one.farm.farm.patches!.list({ name: 'me', isAdmin: false }, { limit: 1 })
    t.equal(farmSees[0]?.pullUrl, patch.pull_request_url)
    pull.merged_at = '2026-01-01T00:00:00Z'
    pull.state = 'closed'
    t.match(await until(one, id, ({ state }) => state !== 'drafted'), { state: 'merged', pull_request: { state: 'merged' } })
    t.equal(one.forge.got.filter(({ method }) => method === 'POST').length, 1)
  })

  t.test(`${kind}: one that is there already is taken for it; closed without a merge is no`, async t => {
    const one = await setup(t, kind)
    // The answer to the first is lost on its way.
    one.forge.before = (response, got) => {
      if (got.method !== 'POST') return false
      one.forge.before = () => false
      const { head, base } = JSON.parse(got.body) as Record<string, string>
      one.forge.pulls.push({ number: 1, html_url: `${one.forge.url}/pulls/1`, state: 'open', merged_at: null, title: '', body: '', head: { ref: head!, sha: one.git('rev-parse', head!), repo: { full_name: 'team/app' } }, base: { ref: base!, repo: { full_name: 'team/app' } } })
      response.destroy()
      return true
    }
    const { id } = await drafted(one)
    await until(one, id, ({ pull_request: pull }) => pull?.state === 'open')
    t.equal(one.forge.pulls.length, 1)
    one.forge.pulls[0]!.state = 'closed'
    t.match(await until(one, id, ({ state }) => state !== 'drafted'), { state: 'rejected', reason: /closed without being merged/ })
    t.match((await one.farm.call('POST', '/projects/p/patches', { token: one.me, body: {} })).json.patches, [{ id, state: 'rejected' }], 'never again')
  })
}

t.test('a forge that says no, or nothing: the patch stays drafted and says why', async t => {
  const one = await setup(t, 'gitea', { secret: 'wrong-token-wrong' })
  const { id } = await drafted(one)
  t.match(await until(one, id, ({ pull_request: pull }) => pull?.tries > 0), { state: 'drafted', pull_request: { state: 'wanted', fault: /^401: .*Bad credentials/ } })
  await one.farm.call('PUT', '/projects/p/secrets/FORGE', { token: one.me, body: { value: token } })
  const tricks: PullServer['before'][] = [response => { response.writeHead(500).end(`x ${token}`); return true }, () => true]
  const faults: (string | null)[] = []
  let attempts = 0
  one.forge.before = (response, got) => {
    if (got.method !== 'GET') return false
    const trick = tricks[attempts++]
    return trick ? trick(response, got) : false
  }
  const patch = await until(one, id, ({ pull_request: { state, fault } }) => {
    if (fault !== faults.at(-1)) faults.push(fault)
    return state === 'open'
  })
  t.match(faults, [/^401/, /^500: x \*\*\*$/, /no answer within 1 s/, null], faults.join())
  t.match(patch, { state: 'drafted', pull_request: { tries: 0 } })
})

t.test('answers that are none', async t => {
  const answers: [reply: Partial<Reply>, fault: RegExp, passing: boolean][] = [
    [{ text: '<html>' }, /not JSON/, true], [{ text: '{}' }, /not a pull request/, true], [{ text: '{"number":1,"html_url":"javascript:x","state":"open","head":{"ref":"b","sha":"s"},"base":{}}' }, /html_url/, true],
    [{ status: 302 }, /redirects/, false], [{ status: 422, text: 'no' }, /^422: no$/, false], [{ status: 429, retryAfterMs: 7 }, /^429$/, true], [{ status: 403 }, /^403$/, true],
  ]
  for (const [reply, fault, passing] of answers) {
    const api = pullApi('gitea', 'https://git.example.org/team/app', token, async () => ({ status: 200, text: '', retryAfterMs: undefined, ...reply }))
    await t.rejects(api.read(1), { name: 'PullFault', message: fault, passing, afterMs: reply.retryAfterMs })
  }
})

t.test('a redirect is not followed, and not tried again', async t => {
  const one = await setup(t, 'github')
  let elsewhere = 0
  one.forge.before = (response, got) => {
    if (got.path === '/elsewhere') elsewhere++
    response.writeHead(307, { location: `${new URL(one.forge.url).origin}/elsewhere` }).end()
    return true
  }
  const { id } = await drafted(one)
  t.match(await until(one, id, ({ pull_request: pull }) => pull?.state === 'failed'), { state: 'drafted', pull_request: { fault: /307: redirects are not followed/ } })
  t.equal(elsewhere, 0)
  t.ok(one.farm.log.some(({ message }) => message === 'pull request given up'))
})

t.test('a draft that is rejected here takes its pull request back, unless others have put commits to it', async t => {
  for (const foreign of [false, true]) {
    const one = await setup(t, 'gitea')
    const { id } = await drafted(one)
    await until(one, id, ({ pull_request: pull }) => pull?.state === 'open')
    if (foreign) one.forge.pulls[0]!.head.sha = 'f'.repeat(40)
    await one.farm.call('POST', `/patches/${id}/reject`, { token: one.me, body: {} })
    t.match(await until(one, id, ({ pull_request: pull }) => pull?.state !== 'open'), { state: 'rejected', pull_request: { state: foreign ? 'left' : 'closed' } })
    t.equal(one.forge.pulls[0]?.state, foreign ? 'open' : 'closed')
  }
})

t.test('only where the project says so', async t => {
  const one = await setup(t, 'gitea', { patch: { pull_request: false } })
  t.match(await drafted(one), { state: 'drafted', pushed: true, pull_request: null })
  t.equal(one.forge.got.filter(({ path }) => path.includes('/pulls')).length, 0)
  const refused = await one.farm.call('POST', '/projects', { token: one.me, body: { name: 'q', git_url: 'https://git.example.org/a/b', patch: { pull_request: true } } })
  t.match(refused, { status: 400, text: /need push/ })
})

t.test('words of others', async t => {
  t.equal(code('a `b` ``c``', 100), '``` a `b` ``c`` ```')
  t.equal(code('a\nb\u202e\u0007', 100), '`a b`')
  t.equal(inert('@team closes org/repo#7, GH-3, https://x.example/issues/1', 100), '@ team closes org/repo# 7, GH 3, https: //x.example/issues/1')
  t.equal(pullTitle({ title: 'WIP: x' }), 'Repair WIP: x')
})
