import { once } from 'node:events'
import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { repository } from '../../test/http/server.ts'
import { markedProcesses } from '../../test/support/processes.ts'
import { pullServer } from '../../test/support/pulls.ts'
import { git } from '../../test/support/repository.ts'
import { startServer, type Server } from '../../test/support/server.ts'
import { until } from '../../test/support/until.ts'
import { testdir } from '../../test/support/temporary.ts'

t.setTimeout(280_000)

const lint = `sleep 0.4; grep -nH BAD *.txt | sed -E 's/^([^:]+:[0-9]+):.*/\\1:1: error: a bad word/'`
const agent = ['sh', '-c', 'sleep 0.4; sed -i s/BAD/GOOD/ words.txt']

/** A farm whose every step takes long enough to be killed in: it names a secret, so the loop takes nobody else's jobs for its baseline. One draft a day: a budget that a restart refilled or spent twice would show. */
async function farmIn(t: Test) {
  const root = testdir(t, { tmp: {} })
  const env = { TMPDIR: join(root, 'tmp'), CRAFTING_PATCH_LOOP_COMMAND: JSON.stringify(agent), CRAFTING_PATCH_LOOP_PER_DAY: '1' }
  const source = join(root, 'source')
  const git_url = repository(source, { 'words.txt': 'alpha\nBAD\nomega\n' })
  mkdirSync(join(source, '.git/hooks'), { recursive: true })
  writeFileSync(join(source, '.git/hooks/pre-receive'), '#!/bin/sh\nsleep 0.4\n')
  chmodSync(join(source, '.git/hooks/pre-receive'), 0o755)
  let last: Server | undefined
  t.teardown(() => last?.stop('SIGKILL'))
  const start = async () => last = await startServer(root, env)
  const definition = { name: 'p', git_url, subprojects: [{ path: '', language: 'c', lint, build: null, test: null, audit: null }], patch: { drafters: ['command'], max_attempts: 2, push: true }, secrets: [{ name: 'KEY', recipes: ['lint'] }] }
  return { root, source, start, definition }
}

async function asked(server: Server, definition: unknown): Promise<string> {
  if (definition) await server.request('POST', '/projects', definition)
  const { run_id } = (await server.request('POST', '/projects/p/runs', {})).body
  await until(async () => !['queued', 'running'].includes((await server.request('GET', `/runs/${run_id}`)).body.run.status))
  return (await server.request('POST', '/projects/p/patches', {})).body.patches[0].id as string
}

const patchOf = async (server: Server, id: string) => (await server.request('GET', `/patches/${id}`)).body

/** What the ledger says was told. */
function drafted(root: string): number {
  const db = new Database(join(root, 'data/ledger.db'), { readonly: true })
  try { return db.prepare(`SELECT count(*) FROM facts WHERE name = 'patch.drafted'`).pluck().get() as number } finally { db.close() }
}

for (const state of ['queued', 'baseline', 'drafting', 'verifying', 'publishing', 'drafted']) {
  t.test(`kill -9 while it is ${state}`, async t => {
    const { root, source, start, definition } = await farmIn(t)
    const server = await start()
    const id = await asked(server, definition)
    // `queued` may be over before it can be seen.
    if (state !== 'queued') await until(async () => [state, 'drafted'].includes((await patchOf(server, id)).state))
    if (state !== 'queued') t.equal((await patchOf(server, id)).state, state)
    await server.stop('SIGKILL')
    const again = await start()
    await until(async () => (await patchOf(again, id)).settled)
    const patch = await patchOf(again, id)
    t.match(patch, { state: 'drafted', pushed: true, attempts: [{ n: 1, outcome: 'drafted' }], evidence: { drafter: 'command', repaired: 1, left: 0 } }, JSON.stringify(patch))
    t.equal(patch.attempts.length, 1, 'no attempt was used up')
    t.same(git(source, 'for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads/ct').trim(), `refs/heads/${patch.branch} ${patch.sha}`, 'one branch')
    t.equal(drafted(root), 1, 'told once')
    t.equal(await again.stop(), 0)
    t.same(markedProcesses(root), [])
    t.same(readdirSync(join(root, 'tmp')).filter(name => name.startsWith('crafting-')), [], 'nothing is left behind')
  })
}

t.test('two servers on one ledger: one of them drafts it', async t => {
  const { root, source, start, definition } = await farmIn(t)
  const [one, two] = [await start(), await start()]
  t.teardown(() => one.stop('SIGKILL'))
  const id = await asked(one, definition)
  await until(async () => (await patchOf(two, id)).settled)
  const patch = await patchOf(two, id)
  t.match(patch, { state: 'drafted', pushed: true }, JSON.stringify(patch))
  t.equal(patch.attempts.length, 1)
  t.equal(drafted(root), 1)
  t.equal(git(source, 'for-each-ref', 'refs/heads/ct').trim().split('\n').length, 1)
  t.equal((await one.request('GET', '/jobs?project=p&limit=100')).body.jobs.length, 3, 'what told of it, then once without the patch and once with it')
  t.equal(await one.stop(), 0)
  t.equal(await two.stop(), 0)
})

t.test('kill -9 when the pull request is made, but not noted', async t => {
  const { root, source, start, definition } = await farmIn(t)
  const forge = await pullServer(t, 'gitea', branch => git(source, 'rev-parse', branch).trim())
  const server = await start()
  let isKilled = false
  forge.before = (response, got) => {
    if (got.method !== 'POST' || isKilled) return false
    isKilled = true
    const { head, base, title, body } = JSON.parse(got.body) as Record<'head' | 'base' | 'title' | 'body', string>
    const repo = { full_name: 'team/app' }
    forge.pulls.push({ number: 1, html_url: `${forge.url}/pulls/1`, state: 'open', merged_at: null, title, body, head: { ref: head, sha: git(source, 'rev-parse', head).trim(), repo }, base: { ref: base, repo } })
    server.process.kill('SIGKILL')
    response.destroy()
    return true
  }
  const gone = once(server.process, 'exit')
  await server.request('POST', '/projects', { ...definition, forge: { kind: 'gitea', url: forge.url, token_secret: 'FORGE' }, patch: { ...definition.patch, pull_request: true } })
  await server.request('PUT', '/projects/p/secrets/FORGE', { value: 'token-of-the-forge' })
  const id = await asked(server, undefined)
  await gone
  const again = await start()
  await until(async () => (await patchOf(again, id)).pull_request?.state === 'open')
  t.match(await patchOf(again, id), { state: 'drafted', pull_request: { number: 1, fault: null } })
  t.equal(forge.pulls.length, 1)
  t.equal(forge.got.filter(({ method }) => method === 'POST').length, 1, 'no second one was asked for')
  t.equal(drafted(root), 1)
  t.equal(await again.stop(), 0)
  t.same(readdirSync(join(root, 'tmp')).filter(name => name.startsWith('crafting-')), [])
})
