import { join } from 'node:path'
import t, { type Test } from 'tap'
import { failedIn, flakyIn, passedAgain, resultsOf, withFlaky } from '../../core/findings/flaky.ts'
import { junitDocument } from '../../core/findings/junit.ts'
import { writeFiles } from '../support/repository.ts'
import { repository, serve } from '../http/server.ts'
import type { Loose } from '../http/document.ts'

t.setTimeout(120_000)

/** A pack whose runner takes names of tests; its tests pass from the second time on, where a file of theirs says so. */
const pack = `import type { LanguagePack } from 'crafting-table/contract'
import { quote } from 'crafting-table/parse'

const run = (names: string) => \`failed=0; for test in \${names}; do if [ ! -e "$test.bad" ] && { [ ! -e "$test.shaky" ] || [ -e "$test.ran" ]; }; then echo "checked $test good"; else echo "checked $test bad"; failed=1; fi; touch "$test.ran"; done; echo "ran" \${names}; exit $failed\`

export default {
  kind: 'language', api: 1, name: 'checks', title: 'Checks', markers: ['checks.txt'], extensions: ['.check'],
  recipes: [{ name: 'test', title: 'checks', when: () => true, run: run('$(cat checks.txt)'), rerun: (_, tests) => run(tests.map(one => quote(one.test)).join(' ')) }],
  parsers: { checks: { lines: ({ emit }) => ({ line(text) {
    const found = /^checked (?<test>.+) (?<how>good|bad)$/.exec(text)?.groups
    if (!found?.test) return false
    emit({ tool: 'checks', test: found.test, status: found.how === 'good' ? 'passed' : 'failed', ...(found.how === 'bad' ? { message: 'is bad' } : {}) })
    return true
  } }) } },
  toolchain: [],
} satisfies LanguagePack
`

async function farmWith(t: Test, files: Record<string, string>, definition: Record<string, unknown> = {}) {
  const plugins = t.testdir()
  writeFiles(join(plugins, 'checks'), { 'index.ts': pack })
  const served = await serve(t, { CRAFTING_PLUGINS_DIR: plugins })
  const token = served.mint('me')
  const git_url = repository(join(served.directory, 'repository'), files)
  const made = await served.call('POST', '/projects', { token, body: { name: 'p', git_url, ...definition } })
  t.equal(made.status, 201, made.text)
  const get = async (path: string): Promise<Loose> => (await served.call('GET', path, { token })).json
  return {
    ...served, token, get,
    async test(more: Record<string, unknown> = {}): Promise<Loose> {
      const { json } = await served.call('POST', '/projects/p/runs', { token, body: { recipes: ['test'], ...more } })
      await served.farm.ended(json.run_id)
      const [job] = (await get(`/runs/${json.run_id}`)).jobs
      return { ...job, log: (await served.call('GET', `/jobs/${job.job_id}/log`, { token })).text, findings: (await get(`/jobs/${job.job_id}/findings`)).findings }
    },
  }
}

t.test('a failed test that passes when it is run again is flaky, and says so everywhere', async t => {
  const farm = await farmWith(t, { 'checks.txt': 'one two three\n', 'two.shaky': '' }, { gate: { flaky_tests: true } })
  const job = await farm.test({ rerun_failed: 2 })
  t.match(job, { status: 'passed', exit_code: 1, message: 'only flaky tests failed (1)', rerun_failed: 2, tests: { total: 3, passed: 3, failed: 0, skipped: 0, flaky: 1 } })
  t.match(job.log, /rerun 1 of 2: 1 failed, by name[^]*ran two\n[^]*passed when run again: two/)
  t.notMatch(job.log, /rerun 2/, 'nothing was left to run again')
  t.match(job.findings, [{ kind: 'test', level: 'warning', rule: 'two', message: 'flaky, passed at the same commit: is bad' }])
  t.match(await farm.get('/projects/p/status'), { verdict: 'red', reasons: [{ rule: 'flaky_tests', message: '1 test failed and passed at the same commit: two' }], tests: { flaky: 1 } })
  const { tests } = await farm.get('/projects/p/tests?flaky=true')
  t.match(tests, [{ test: 'two', status: 'passed', flaky: true, flakiness: 1, results: [{ job_id: job.job_id, status: 'passed', flaky: true }] }])
  t.equal(tests.length, 1)
  t.same((await farm.get('/projects/p/tests?flaky=false')).tests.map((one: Loose) => one.test), ['one', 'three'])
  const junit = junitDocument([{ name: 'x', cases: farm.farm.tests({ name: 'root', isAdmin: true }, job.job_id) }])
  t.match(junit, /tests="3" failures="0"[^]*name="two"[^>]*><flakyFailure message="is bad" type="checks">is bad<\/flakyFailure><\/testcase>/)
})

t.test('one that fails every time has failed; the project says how often it is tried', async t => {
  const farm = await farmWith(t, { 'checks.txt': 'one two three\n', 'one.bad': '', 'two.shaky': '' }, { rerun_failed: 2 })
  const job = await farm.test()
  t.match(job, { status: 'failed', rerun_failed: 2, tests: { total: 3, passed: 2, failed: 1, flaky: 1 } })
  t.match(job.log, /ran one two\n[^]*rerun 2 of 2: 1 failed, by name[^]*ran one\n/)
  t.same(job.findings.map((one: Loose) => [one.rule, one.level]), [['one', 'error'], ['two', 'warning']])
  t.match(await farm.test({ rerun_failed: 0 }), { status: 'failed', rerun_failed: 0 })
  t.equal((await farm.call('POST', '/projects/p/jobs', { token: farm.token, body: { recipe: 'test', rerun_failed: 11 } })).status, 400)
})

t.test('a recipe that cannot be told which tests is run again as a whole', async t => {
  const again = 'echo 1..2; echo ok 1 - a; if [ -e ran ]; then echo ok 2 - b; else touch ran; echo not ok 2 - b; exit 1; fi'
  const farm = await farmWith(t, { 'checks.txt': '\n' }, { subprojects: [{ path: '', language: 'checks', test: again }] })
  const job = await farm.test({ rerun_failed: 1 })
  t.match(job, { status: 'passed', tests: { total: 2, passed: 2, flaky: 1 } })
  t.match(job.log, /rerun 1 of 1: 1 failed, the whole recipe/)
})

t.test('jobs of one commit that do not agree: flaky without a rerun; a changed recipe is another one', async t => {
  const recipe = 'echo 1..1; if [ "$MODE" = well-enough ]; then echo ok 1 - a; else echo not ok 1 - a; exit 1; fi'
  const definition = (test: string) => ({ subprojects: [{ path: '', language: 'checks', test }], secrets: [{ name: 'MODE', recipes: ['test'] }] })
  const farm = await farmWith(t, { 'checks.txt': '\n' }, definition(recipe))
  const set = (value: string) => farm.call('PUT', '/projects/p/secrets/MODE', { token: farm.token, body: { value } })
  await set('ill-today')
  t.match(await farm.test(), { status: 'failed', tests: { failed: 1, flaky: 0 } })
  await set('well-enough')
  t.match(await farm.test(), { status: 'passed', tests: { passed: 1, flaky: 1 } }, 'it failed there before')
  await set('ill-today')
  t.match(await farm.test(), { status: 'passed', tests: { passed: 1, failed: 0, flaky: 1 }, findings: [{ level: 'warning' }] })
  t.match((await farm.get('/projects/p/tests')).tests, [{ test: 'a', flakiness: 1, results: [{ flaky: true }, { flaky: true }, { status: 'failed', flaky: false }] }])
  const project = await farm.get('/projects/p')
  await farm.call('PUT', '/projects/p', { token: farm.token, body: { git_url: project.git_url, ...definition(`${recipe} # mended`) } })
  t.match(await farm.test(), { status: 'failed', tests: { failed: 1, flaky: 0 } })
})

t.test('what counts as passed, as failed, as flaky', t => {
  const one = (test: string, status: 'passed' | 'failed' | 'skipped') => ({ tool: 't', test, status })
  const twins = [one('same', 'passed'), one('same', 'failed'), one('other', 'passed')]
  t.same([...failedIn(twins)], ['t\0same'], 'of several tests of one name the worst speaks')
  t.same([...flakyIn(twins, new Set(), resultsToSets(twins))], [], 'twins that always differ are not flaky')
  const asked = new Set(['t\0a', 't\0b'])
  const told = (cases: ReturnType<typeof one>[], passed = 0) => ({ findings: [], cases, tests: { total: passed, passed, failed: 0, skipped: 0 } })
  t.same([...passedAgain(asked, told([one('a', 'passed'), one('b', 'failed')]), 1)], ['t\0a'])
  t.same([...passedAgain(asked, told([], 2), 0)], [...asked], 'a runner that names failed tests only')
  t.same([...passedAgain(asked, told([], 1), 0)], [], 'it did not run them all')
  const counts = (passed: number, failed: number) => ({ total: passed + failed, passed, failed, skipped: 0 })
  const again = (passed: number, failed: number, first?: { total: number; passed: number; failed: number; skipped: number }) =>
    [...passedAgain(asked, { ...told([one('b', 'failed')]), tests: counts(passed, failed) }, 1, first)]
  t.same(again(1, 1), ['t\0a'], 'of those that were asked for all but the named one passed')
  t.same(again(1, 2), [], 'one more failed, and is not named')
  t.same(again(0, 1), [], 'the other did not run')
  t.same(again(9, 1, counts(8, 2)), ['t\0a'], 'all of the first time ran again')
  t.same(again(8, 1, counts(8, 2)), [], 'one of them did not')
  t.same([...passedAgain(asked, told([one('a', 'skipped')], 2), 0)], ['t\0b'], 'skipped is not passed')
  const kept = withFlaky({ findings: [], cases: [one('a', 'failed')], tests: { total: 5, passed: 3, failed: 2, skipped: 0 } }, new Set(['t\0a']))
  t.match(kept.tests, { passed: 4, failed: 1, flaky: 1 }, 'one that the runner only counted has failed')
  t.end()

  function resultsToSets(cases: typeof twins) {
    return new Map([...resultsOf(cases)].map(([name, status]) => [name, new Set([status])]))
  }
})
