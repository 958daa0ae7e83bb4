import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { repository, serve, type Served } from './server.ts'
import type { Loose } from './document.ts'

/** A linter of two lines: gcc's form, read by every language. */
const recipes = { lint: 'cat lint.txt >&2; ! grep -q error lint.txt', test: 'cat tap.txt' }

interface Farm extends Served { token: string; commit(files: Record<string, string>, branch?: string): Promise<Loose> }

async function farmWith(t: Test, definition: Record<string, unknown> = {}): Promise<Farm> {
  const served = await serve(t)
  const token = served.mint('me')
  const directory = join(served.directory, 'repository')
  const git_url = repository(directory, { 'lint.txt': '', 'tap.txt': '1..1\nok 1 - a\n' })
  const made = await served.call('POST', '/projects', { token, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'c', recipes, build: null, audit: null }], ...definition } })
  t.equal(made.status, 201, made.text)
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: directory, stdio: 'pipe' })
  return {
    ...served, token,
    async commit(files, branch = 'main') {
      git('checkout', '-qB', branch)
      for (const [name, text] of Object.entries(files)) writeFileSync(join(directory, name), text)
      git('add', '.')
      git('commit', '-qm', 'next', '--allow-empty')
      const { json } = await served.call('POST', '/projects/p/runs', { token, body: { ref: branch } })
      await served.farm.ended(json.run_id)
      return (await served.call('GET', `/projects/p/status?ref=${branch}`, { token })).json
    },
  }
}

t.test('green, red for what is new, and what the reasons are', async t => {
  const farm = await farmWith(t)
  const { call, token } = farm
  const unknown = (await call('GET', '/projects/p/status', { token })).json
  t.match(unknown, { project: 'p', ref: 'main', verdict: 'unknown', sha: null, reasons: [], jobs: [], tests: null })
  t.match(await farm.commit({}), { verdict: 'green', settled: 'green', reasons: [], tests: { total: 1, passed: 1 }, open: { runs: [], jobs: [] } })
  const red = await farm.commit({ 'lint.txt': 'a.c:3:1: warning: odd\na.c:4:1: error: bad\n' })
  t.match(red, {
    verdict: 'red', reasons: [{ rule: 'new_findings', recipe: 'lint', message: 'new: 1 error' }], findings: { new: 2, error: 1 },
    top: [{ level: 'error', file: 'a.c', line: 4, message: 'bad', state: 'new' }, { level: 'warning', line: 3 }],
  })
  t.equal(red.top[0].job_id, red.jobs.find((job: Loose) => job.recipe === 'lint').job_id)
  t.match(await farm.commit({}, 'side'), { verdict: 'green', findings: { new: 0, unchanged: 2 } }, 'a branch answers for what is new on it')
  t.match(await farm.commit({ 'tap.txt': '1..1\nnot ok 1 - a\n' }), { verdict: 'red', reasons: [{ rule: 'new_findings', recipe: 'test', message: 'new: 1 error' }] })
  t.match((await call('GET', '/status', { token })).json, { projects: [{ project: 'p', verdict: 'red' }], next_cursor: null })
  t.equal((await call('GET', '/projects/p/status', { token: farm.mint('other') })).status, 404)
  t.equal((await call('GET', '/projects/p/status?ref=a..b', { token })).status, 400)
})

t.test('a run as SARIF, JUnit and Markdown', async t => {
  const farm = await farmWith(t)
  await farm.commit({})
  await farm.commit({ 'lint.txt': 'a.c:4:1: error: bad | `x`\n', 'tap.txt': '1..2\nok 1 - a\nnot ok 2 - b\n' })
  const get = (path: string) => farm.call('GET', path, { token: farm.token })
  const [newest] = (await get('/jobs?limit=1')).json.jobs
  const summary = await get(`/runs/${newest.run_id}/summary.md`)
  t.match(summary.headers.get('content-type'), /^text\/markdown/)
  t.match(summary.text, /^### 🔴 `p` is red at `[0-9a-f]{12}` on `main`\n\n- `test: new: 1 error`\n- `lint: new: 1 error`\n/)
  t.match(summary.text, /\n- \*\*error\*\* `a\.c:4:1` `` bad \| `x` `` \(`gcc`\)\n/)
  const junit = await get(`/runs/${newest.run_id}/junit`)
  t.equal(junit.headers.get('content-type'), 'application/xml')
  t.match(junit.text, /<testsuites tests="2" failures="1"/)
  t.match((await get(`/jobs/${newest.job_id}/junit`)).text, /^<\?xml/)
  t.same((await get(`/runs/${newest.run_id}/sarif`)).json.runs.map((run: Loose) => run.properties.recipe).toSorted(), ['lint', 'test'])
})

t.test('the same commit once more does not make it green', async t => {
  const farm = await farmWith(t)
  await farm.commit({})
  await farm.commit({ 'lint.txt': 'a.c:4:1: error: bad\n' })
  const { json } = await farm.call('POST', '/projects/p/jobs', { token: farm.token, body: { recipe: 'lint' } })
  await farm.farm.ended(json.job_id)
  t.match((await farm.call('GET', '/projects/p/status', { token: farm.token })).json, { verdict: 'red', reasons: [{ rule: 'new_findings' }] })
})

t.test('a project has its own gate, and may show a badge to everybody', async t => {
  const farm = await farmWith(t, { gate: { new_findings: 'warning', fewer_tests: true }, badge: true })
  await farm.commit({ 'tap.txt': '1..2\nok 1 - a\nok 2 - b\n' })
  const { verdict, reasons } = await farm.commit({ 'lint.txt': 'a.c:3:1: warning: odd\n', 'tap.txt': '1..1\nok 1 - a\n' })
  t.equal(verdict, 'red')
  t.same(reasons.map((one: Loose) => `${one.recipe} ${one.rule}: ${one.message}`), ['test fewer_tests: 1 tests, 2 before', 'lint new_findings: new: 1 warning'])
  const badge = await farm.call('GET', '/projects/p/badge.svg')
  t.equal(badge.status, 200)
  t.equal(badge.headers.get('content-type'), 'image/svg+xml')
  t.match(badge.text, /aria-label="p: red"/)
  await farm.call('PUT', '/projects/p', { token: farm.token, body: { git_url: `file://${join(farm.directory, 'repository')}` } })
  const hidden = await farm.call('GET', '/projects/p/badge.svg')
  const none = await farm.call('GET', '/projects/nobody/badge.svg')
  t.equal(hidden.status, 404)
  t.equal(hidden.text.replace(/"request_id":"[^"]+"/, ''), none.text.replace(/"request_id":"[^"]+"/, ''), 'a hidden project looks like none')
})
