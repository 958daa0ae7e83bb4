import { execFileSync } from 'node:child_process'
import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import type { Loose } from './document.ts'
import { repository, serve } from './server.ts'

/** A linter of one line: it fails for what lint.txt says. */
const recipes = { lint: 'cat lint.txt >&2; ! grep -q error lint.txt' }
const source = 'int a;\nint b;\nint c;\nint d;\nint e;\nint f;\nint g;\n'

async function farm(t: Test) {
  const served = await serve(t)
  const token = served.mint('me')
  const directory = join(served.directory, 'repository')
  const git_url = repository(directory, { 'lint.txt': '', 'a.c': source })
  const made = await served.call('POST', '/projects', { token, body: { name: 'p', git_url, badge: true, subprojects: [{ path: '', language: 'c', recipes, build: null, audit: null, test: null }] } })
  t.equal(made.status, 201, made.text)
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: directory, stdio: 'pipe' })
  const call = (method: string, path: string, body?: unknown) => served.call(method, path, { token, ...(body === undefined ? {} : { body }) })
  const lint = async (text: string, branch = 'main') => {
    git('checkout', '-qB', branch)
    writeFileSync(join(directory, 'lint.txt'), text)
    git('add', '-A')
    git('commit', '-qm', 'next', '--allow-empty')
    const { json } = await call('POST', '/projects/p/runs', { ref: branch })
    await served.farm.ended(json.run_id)
    const job = (await call('GET', `/runs/${json.run_id}`)).json.jobs[0]
    return { job, findings: (await call('GET', `/jobs/${job.job_id}/findings`)).json.findings as Loose[] }
  }
  const status = async (ref = 'main') => (await call('GET', `/projects/p/status?ref=${ref}`)).json
  return { ...served, directory, call, lint, status, token }
}

t.test('an accepted finding counts nowhere, wherever it goes, until it expires', async t => {
  const { call, lint, status, directory, farm: { config }, url } = await farm(t)
  await lint('')
  const { job, findings } = await lint('a.c:4:1: error: bad\n')
  t.match(await status(), { verdict: 'red', findings: { new: 1, error: 1 } })
  t.match(job, { status: 'failed', findings: { new: 1, error: 1 } })
  const made = await call('POST', '/projects/p/suppressions', { finding: findings[0].id, reason: ' Known to the vendor. ', until: '2099-12-31' })
  t.match(made, { status: 201, json: { reason: 'Known to the vendor.', by: 'me', until: '2100-01-01T00:00:00.000Z', expired: false, finding: { file: 'a.c', line: 4, message: 'bad', rule: null } } })
  t.match(await status(), { verdict: 'green', reasons: [], top: [], findings: { new: 0, unchanged: 0, error: 0 } }, 'at once')
  const forever = await call('POST', '/projects/p/suppressions', { finding: findings[0].id, reason: 'Known to the vendor.', until: '9999-12-31' })
  t.match(forever, { status: 201, json: { id: made.json.id, until: '9999-12-31T23:59:59.999Z', expired: false } })
  t.match(await status(), { verdict: 'green' }, 'the last day of four digits')
  t.match((await fetch(`${url}/projects/p/badge.svg`).then(answer => answer.text())), /p: green/)

  mkdirSync(join(directory, 'lib'))
  renameSync(join(directory, 'a.c'), join(directory, 'lib/b.c'))
  const moved = await lint('lib/b.c:4:1: error: bad\n')
  t.match(moved.job, { status: 'failed', findings: { new: 0, unchanged: 0, error: 0 } }, 'a job that comes later does not count it either')
  t.match(moved.findings, [{ state: 'unchanged', file: 'lib/b.c', suppression: { source: 'ledger', id: made.json.id, reason: 'Known to the vendor.', by: 'me' } }])
  t.match(await status(), { verdict: 'green' }, 'a linter that fails for nothing else is not red')
  t.match((await lint('lib/b.c:4:1: error: bad\n', 'side')).findings, [{ suppression: { id: made.json.id } }], 'on every branch')
  const one = (accepted: boolean) => call('GET', `/jobs/${moved.job.job_id}/findings?accepted=${accepted}`)
  t.equal((await one(true)).json.findings.length, 1)
  t.equal((await one(false)).json.findings.length, 0)
  const { runs } = (await call('GET', `/jobs/${moved.job.job_id}/sarif`)).json
  t.match(runs[0], { invocations: [{ executionSuccessful: true }], results: [{ suppressions: [{ kind: 'external', status: 'accepted', justification: 'Known to the vendor.' }] }] })

  const ledger = new Database(join(config.dataDir, 'ledger.db'))
  ledger.exec(`UPDATE suppressions SET until = '2020-01-01T00:00:00.000Z'`)
  ledger.close()
  t.match((await call('GET', '/projects/p/suppressions')).json, { suppressions: [{ expired: true, identity: moved.findings[0]?.identity }], next_cursor: null })
  t.match(await status(), { findings: { unchanged: 1, error: 1 } }, 'it counts again')
  t.match((await lint('lib/b.c:4:1: error: bad\n')).findings, [{ suppression: null }])
})

t.test('a later word replaces the earlier; withdrawn, it counts again', async t => {
  const { call, lint, status } = await farm(t)
  await lint('')
  const { findings } = await lint('a.c:4:1: error: bad\na.c:6:1: warning: odd\n')
  const [bad, odd] = findings
  const first = await call('POST', '/projects/p/suppressions', { finding: bad.id, reason: 'one' })
  const second = await call('POST', '/projects/p/suppressions', { identity: bad.identity, reason: 'two' })
  t.equal(second.json.id, first.json.id)
  await call('POST', '/projects/p/suppressions', { finding: odd.id, reason: 'three' })
  const page = (await call('GET', '/projects/p/suppressions?limit=1')).json
  t.match(page.suppressions, [{ reason: 'two' }])
  t.match((await call('GET', `/projects/p/suppressions?limit=1&cursor=${page.next_cursor}`)).json, { suppressions: [{ reason: 'three' }], next_cursor: null })
  t.match(await status(), { verdict: 'green' })
  t.equal((await call('DELETE', `/projects/p/suppressions/${first.json.id}`)).status, 204)
  t.equal((await call('DELETE', `/projects/p/suppressions/${first.json.id}`)).status, 404)
  t.match(await status(), { verdict: 'red', findings: { new: 1 } })
})

t.test('what is refused', async t => {
  const { call, lint, mint, call: _, ...served } = await farm(t)
  const { findings } = await lint('a.c:4:1: error: bad\n')
  const id = findings[0].id as number
  for (const [body, status, said] of [
    [{ finding: id }, 400, /reason/], [{ finding: id, reason: '  ' }, 400, /reason/], [{ reason: 'x' }, 400, /Name one finding/], [{ finding: id, identity: 1, reason: 'x' }, 400, /Name one finding/],
    [{ finding: id, reason: 'x', until: '2020-01-01' }, 400, /over already/], [{ finding: id, reason: 'x', until: 'soon' }, 400, /soon is no date/], [{ finding: 987654, reason: 'x' }, 404, /No such finding/],
  ] as const) {
    const answer = await call('POST', '/projects/p/suppressions', body)
    t.equal(answer.status, status, JSON.stringify(body))
    t.match(answer.text, said)
  }
  t.equal((await call('DELETE', '/projects/p/suppressions/x')).status, 404)
  const other = mint('other')
  for (const path of ['/projects/p/suppressions', '/projects/p/suppressions?limit=1']) t.equal((await fetch(served.url + path, { headers: { authorization: `Bearer ${other}` } })).status, 404)
})

t.test('the file of a commit accepts what it names, and what that becomes', async t => {
  const { call, lint, status, directory } = await farm(t)
  await lint('')
  const { findings } = await lint('a.c:4:1: error: bad\n')
  const accept = (accepted: unknown[]) => writeFileSync(join(directory, '.crafting-table-baseline.json'), JSON.stringify({ version: 1, accepted }))
  accept([{ tool: findings[0].tool, fingerprint: findings[0].fingerprint, reason: 'by design' }])
  t.match((await lint('a.c:4:1: error: bad\n')).findings, [{ suppression: { source: 'file', id: null, by: null, reason: 'by design' } }])
  t.match(await status(), { verdict: 'green', findings: { unchanged: 0 } })
  renameSync(join(directory, 'a.c'), join(directory, 'b.c'))
  const moved = await lint('b.c:4:1: error: bad\n')
  t.not(moved.findings[0].fingerprint, findings[0].fingerprint)
  t.match(moved.findings, [{ state: 'unchanged', suppression: { reason: 'by design' } }])
  accept([{ tool: findings[0].tool, path: 'b.c', reason: 'generated', until: '2020-01-01' }])
  t.match((await lint('b.c:4:1: error: bad\n')).findings, [{ suppression: null }], 'an entry that is over')
  writeFileSync(join(directory, '.crafting-table-baseline.json'), '{"version": 1}')
  const broken = await lint('b.c:4:1: error: bad\n')
  t.match(broken.findings.map(one => [one.rule, one.suppression]), [[null, null], ['crafting-table/baseline-invalid', null]])
  t.match(broken.findings[1].message, /accepted: is required/)
  t.equal((await call('GET', '/projects/p/suppressions')).json.suppressions.length, 0)
})
