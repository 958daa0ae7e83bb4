import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { command } from '../support/command.ts'
import { makeRepository, writeFiles } from '../support/repository.ts'
import { writeSumsPack } from '../support/sums.ts'
import { testdir } from '../support/temporary.ts'

t.setTimeout(170_000)

function farm(t: Test) {
  const root = testdir(t)
  const plugins = { CRAFTING_PLUGINS_DIR: writeSumsPack(root) }
  const repository = join(root, 'repository')
  const run = (...args: string[]) => command(root, args, plugins)
  return { root, repository, run, check: (...args: string[]) => run('check', '--language', 'sums', ...args) }
}

t.test('accept: by the directory that was checked; failed tests that are accepted leave it green', async t => {
  const { repository, run, check } = farm(t)
  makeRepository(repository, { 'sums.txt': '1 + 1 = 2\n1 + 2 = 4\n' })
  const first = await check(repository, '--json')
  t.equal(first.status, 1)
  const [finding] = JSON.parse(first.stdout).findings
  t.match((await run('accept', repository, String(finding.id))).stderr, /for a reason/)
  const accepted = await run('accept', repository, String(finding.id), '--reason', 'the sum is wrong on purpose', '--until', '2099-01-01')
  t.equal(accepted.status, 0, accepted.stderr)
  t.match(accepted.stdout, /^1 +sums\.txt:2 {2}sums line 2: the sum is wrong on purpose \(.+, until 2099-01-02T00:00:00\.000Z\)\n$/)
  writeFiles(repository, { 'sums.txt': '1 + 1 = 2\n1 + 2 = 4\n3 + 3 = 6\n' })
  const second = await check(repository)
  t.match(second.stdout, /0 findings: 0 new, 0 unchanged, 0 fixed, 1 accepted; tests: 2 of 3 passed, 1 failed/)
  t.equal(second.status, 0, second.stdout)
  t.match((await run('accept', repository, '--json')).stdout, /"reason": "the sum is wrong on purpose"/)
  t.equal((await run('accept', repository, '--withdraw', '1')).stdout, '')
  const again = await check(repository)
  t.equal(again.status, 1, again.stdout + again.stderr)
  t.match((await run('accept', 'nobody')).stderr, /No such project/)
})

t.test('check --write-baseline: what is there is accepted, what comes is not; reasons stay, what went goes', async t => {
  const { repository, run } = farm(t)
  const check = (...args: string[]) => run('check', repository, '--language', 'sums', ...args)
  const file = join(repository, '.crafting-table-baseline.json')
  const entries = () => JSON.parse(readFileSync(file, 'utf8')).accepted as { path: string; reason: string; rule?: string; fingerprint: string }[]
  const notes = (...lines: string[]) => `cat >&2 <<'X'\n${lines.join('\n')}\nX\n`
  makeRepository(repository, { 'sums.txt': '1 + 1 = 2\n1 + 2 = 3\n1 + 3 = 4\n', 'slow.sh': notes('sums.txt:1: sum warning: ugly', 'sums.txt:3: sum warning: uglier') })
  const written = await check('--recipe', 'build', '--write-baseline', '--reason', 'later')
  t.equal(written.status, 0, written.stdout + written.stderr)
  t.match(written.stderr, /\.crafting-table-baseline\.json: 2 findings added, 2 in all/)
  t.match(written.stdout, /0 findings: .*2 accepted/)
  t.match(entries(), [{ tool: 'sums-notes', path: 'sums.txt', reason: 'later' }, { reason: 'later' }])

  writeFiles(repository, { 'slow.sh': notes('sums.txt:1: sum warning: ugly', 'sums.txt:2: sum warning: new') })
  t.match((await check('--recipe', 'build')).stdout, /sums\.txt\n.*new.*\n[^]*1 finding: 1 new, 0 unchanged, 1 fixed, 1 accepted/)
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('"later"', '"by hand"'))
  t.match((await check('--recipe', 'build', '--write-baseline')).stderr, /1 finding added, 3 in all/, 'only a part was looked at: nothing goes')
  t.same(entries().map(one => one.reason).toSorted(), ['Known when the baseline was written.', 'by hand', 'by hand'])
  writeFileSync(file, 'no')
  const broken = await check('--recipe', 'build', '--write-baseline')
  t.equal(broken.status, 2)
  t.match(broken.stderr, /\.crafting-table-baseline\.json: it is not JSON\n.*Mend it/)
})
