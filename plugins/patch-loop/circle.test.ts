import { execFileSync, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { repository, serve, temporary, type Served } from '../../test/http/server.ts'
import type { Loose } from '../../test/http/document.ts'

const missing = (...names: string[]) => {
  const gone = names.filter(name => spawnSync('sh', ['-c', `command -v ${name}`]).status !== 0)
  return gone.length > 0 && `${gone.join(', ')}: not on this machine`
}

const python: Record<string, string> = {
  'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\n[tool.ruff.lint]\nselect = ["F", "E7"]\n',
  'shop.py': 'import os\nimport re\n\n\ndef price(text):\n    return int(re.sub("[^0-9]", "", text))\n\n\ndef free(cost):\n    return cost == None\n',
  'test_shop.py': 'import unittest\nimport shop\n\n\nclass Prices(unittest.TestCase):\n    def test_price(self):\n        self.assertEqual(shop.price("4,20"), 420)\n\n    def test_free(self):\n        self.assertTrue(shop.free(None))\n',
}

async function farmWith(t: Test, files: Record<string, string>, definition: Record<string, unknown> = {}): Promise<Served & { source: string; git(...args: string[]): string; me: string }> {
  const farm = await serve(t)
  const source = join(temporary(t), 'source')
  const git_url = repository(source, files)
  const me = farm.mint('me')
  const made = await farm.call('POST', '/projects', { token: me, body: { name: 'shop', git_url, ...definition } })
  t.equal(made.status, 201, made.text)
  return { ...farm, source, me, git: (...args) => execFileSync('git', args, { cwd: source, encoding: 'utf8' }).trim() }
}

async function ran(farm: Served & { me: string }, body: Record<string, unknown> = {}): Promise<Loose[]> {
  const { json } = await farm.call('POST', '/projects/shop/runs', { token: farm.me, body })
  await farm.farm.ended(json.run_id)
  return (await farm.call('GET', `/runs/${json.run_id}`, { token: farm.me })).json.jobs
}

/** Asks for all new findings, and waits until nothing more happens. */
async function repaired(t: Test, farm: Served & { me: string }, body: Record<string, unknown> = {}): Promise<Loose[]> {
  const asked = await farm.call('POST', '/projects/shop/patches', { token: farm.me, body })
  t.equal(asked.status, 202, asked.text)
  const ids = asked.json.patches.map((patch: Loose) => patch.id)
  await farm.farm.patches!.settled({ name: 'me', isAdmin: false }, ids, { seconds: 100, signal: new AbortController().signal })
  return Promise.all(ids.map(async (id: string) => (await farm.call('GET', `/patches/${id}`, { token: farm.me })).json))
}

t.test("ruff's findings become verified patches", { skip: missing('ruff', 'python3') }, async t => {
  const farm = await farmWith(t, python)
  const jobs = await ran(farm)
  t.match(Object.fromEntries(jobs.map(job => [job.recipe, job.status])), { lint: 'failed', test: 'passed' })
  const before = { branches: farm.git('branch', '-a'), jobs: (await farm.call('GET', '/projects/shop/status', { token: farm.me })).json }
  const [dry] = (await farm.call('POST', '/projects/shop/patches', { token: farm.me, body: { dry_run: true } })).json.patches
  t.match(dry, { state: 'open', settled: false })

  const patches = await repaired(t, farm)
  const unused = patches.find(patch => patch.rule === 'F401')
  t.match(unused, { state: 'drafted', tool: 'ruff', pushed: false, branch: /^ct\/patch\/ruff-[0-9a-f]{12}$/, evidence: { drafter: 'fixer', repaired: 1, left: 0 }, apply: /patches apply/ }, JSON.stringify(unused))
  t.match(unused.diff, /^-import os$/m)
  t.equal(unused.diff.match(/^[-+][^-+]/gm).length, 1, 'and nothing else')
  t.match(unused.evidence.before.find((job: Loose) => job.recipe === 'test'), { status: 'passed', tests: { passed: 2 } })
  t.match(unused.evidence.after.find((job: Loose) => job.recipe === 'test'), { status: 'passed', tests: { passed: 2 } })
  const none = patches.find(patch => patch.rule === 'E711')
  t.match(none, { state: 'unfixable', reason: /changed nothing/, diff: null }, 'an unsafe fix is not made')

  t.equal((await farm.call('GET', `/patches/${unused.id}/diff`, { token: farm.me })).text, unused.diff)
  execFileSync('git', ['apply', '--check', '-'], { cwd: farm.source, input: unused.diff })
  t.equal(farm.git('branch', '-a'), before.branches, 'nothing was pushed')
  t.same((await farm.call('GET', '/projects/shop/status', { token: farm.me })).json, before.jobs, 'the branch is as it was')
  const again = await repaired(t, farm)
  t.same(again.map(patch => [patch.id, patch.state]), patches.map(patch => [patch.id, patch.state]), 'the same findings are the same patches')
  t.equal((await farm.call('GET', `/patches/${unused.id}`, { token: farm.mint('stranger') })).status, 404)
  t.same((await farm.call('GET', '/patches', { token: farm.mint('other') })).json, { patches: [] })

  t.equal((await farm.call('POST', `/patches/${unused.id}/reject`, { token: farm.me, body: { reason: 'we like it' } })).json.state, 'rejected')
  t.same((await repaired(t, farm)).find(patch => patch.rule === 'F401')?.state, 'rejected', 'never again')
  t.equal((await ran(farm)).length, jobs.length)
  const after = (await farm.call('GET', '/projects/shop/findings', { token: farm.me })).json
  if (after) t.notOk(JSON.stringify(after).includes('"fixed_in":{'), 'a try fixes nothing on the branch')
})
