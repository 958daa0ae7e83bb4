import { execFile, execFileSync } from 'node:child_process'
import { promisify } from 'node:util'
import t from 'tap'
import type { Loose } from '../../test/http/document.ts'
import { environmentIn } from '../../test/http/server.ts'
import { missing, patching, ran, repaired, type Patching } from '../../test/support/patches.ts'
import { launcher } from '../../test/support/server.ts'

t.setTimeout(280_000)

const python: Record<string, string> = {
  'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\n[tool.ruff.lint]\nselect = ["F", "E7"]\n',
  'shop.py': 'import os\nimport re\n\n\ndef price(text):\n    return int(re.sub("[^0-9]", "", text))\n\n\ndef free(cost):\n    return cost == None\n',
  'test_shop.py': 'import unittest\nimport shop\n\n\nclass Prices(unittest.TestCase):\n    def test_price(self):\n        self.assertEqual(shop.price("4,20"), 420)\n\n    def test_free(self):\n        self.assertTrue(shop.free(None))\n',
}

t.test("ruff's findings become verified patches", { skip: missing('ruff', 'python3') }, async t => {
  const farm = await patching(t, python)
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

t.test('shellcheck, by itself, pushed where the project says so; the command line', { skip: missing('shellcheck', 'patch') }, async t => {
  const farm = await patching(t, { 'greet.sh': '#!/bin/sh\nname=$1\necho Hello $name\n' }, { patch: { enabled: true, push: true } })
  await ran(farm)
  const [asked] = await settledOnes(farm, 1)
  t.match(asked, { state: 'drafted', title: /shellcheck SC2086/ })
  const patch = (await farm.call('GET', `/patches/${asked?.id}`, { token: farm.me })).json
  t.match(patch, { pushed: true, requested_by: 'service:patch-loop', apply: /git merge origin\/ct\/patch\// })
  t.equal(farm.git('show', `${patch.branch}:greet.sh`), '#!/bin/sh\nname=$1\necho Hello "$name"')
  t.match(farm.git('log', '-1', '--format=%B', patch.branch), /^CT-Finding: [0-9a-f]{12}\nCT-Job: .+\nCT-Verification: .*lint passed.*\nAssisted-by: shellcheck \(fixer\)$/m)
  t.notMatch(farm.git('log', '-1', '--format=%B', patch.branch), /Signed-off-by/)
  t.equal(farm.git('rev-parse', `${patch.branch}^`), farm.git('rev-parse', 'main'), 'the default branch is where it was')

  const env = { ...process.env, ...environmentIn(farm.directory) }
  const verb = async (...args: string[]) => (await promisify(execFile)(process.execPath, [launcher, 'patches', ...args], { env, cwd: farm.source })).stdout
  t.match(await verb(), new RegExp(`^${patch.id} {2}drafted +shop {2}shellcheck SC2086`))
  t.match(await verb('show', patch.id), /drafted by fixer[^]*before {2}lint \(bash\) passed, 1 findings[^]*after {3}lint \(bash\) passed, 0 findings[^]*\+echo Hello "\$name"/)
  t.match(await verb('apply', patch.id, '--check'), /fits/)
  t.match(await verb('apply', patch.id), /applied/)
  t.match(farm.git('diff'), /^\+echo Hello "\$name"$/m)
  await t.rejects(verb('apply', patch.id), /does not fit/)

  farm.git('-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '-qam', 'taken')
  await ran(farm)
  for (let n = 0; n < 100 && (await farm.call('GET', `/patches/${patch.id}`, { token: farm.me })).json.state !== 'merged'; n++) await new Promise(resolve => { setTimeout(resolve, 100) })
  t.equal((await farm.call('GET', `/patches/${patch.id}`, { token: farm.me })).json.state, 'merged')
})

t.test('what lies around a subproject has its say', { skip: missing('shellcheck', 'patch') }, async t => {
  const farm = await patching(t, {
    'lib/greet.sh': '#!/bin/sh\nname=$1\necho Hello $name\n', 'lib/part.sh': '#!/bin/sh\necho $1\n',
    'check.sh': `[ "$(sh lib/greet.sh 'a  b')" = 'Hello a b' ]\n`, 'other/a.txt': '',
  }, { subprojects: [
    { path: 'lib', language: 'bash', build: null, test: null }, { path: '', language: 'c', build: null, lint: null, audit: null, test: 'sh check.sh' },
    { path: 'other', language: 'c', build: null, lint: null, audit: null, test: 'false' },
  ] })
  await ran(farm)
  const [patch] = await repaired(t, farm)
  t.match(patch, { state: 'unfixable', subproject: 'lib', reason: /test \(c\) ended as failed, before it was passed/ }, JSON.stringify(patch))
  const jobs = (await farm.call('GET', '/jobs?project=shop&limit=100', { token: farm.me })).json.jobs.filter((job: Loose) => job.ref.startsWith('ct/patch/'))
  t.same([...new Set(jobs.map((job: Loose) => job.subproject))].toSorted(), ['', 'lib'], 'a subproject that holds nothing of the patch is left alone')
})

/** Waits for what begins by itself. */
async function settledOnes(farm: Patching, count: number): Promise<Loose[]> {
  for (let n = 0; n < 600; n++) {
    const { patches } = (await farm.call('GET', '/patches', { token: farm.me })).json
    if (patches.length >= count && patches.every((patch: Loose) => patch.settled)) return patches
    await new Promise(resolve => { setTimeout(resolve, 100) })
  }
  return []
}
