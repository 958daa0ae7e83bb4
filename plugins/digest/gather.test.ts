import t, { type Test } from 'tap'
import { addJob, configFor, farmOf, type AddedFinding } from '../../test/digest/farm.ts'
import { repository } from '../../test/http/server.ts'
import { addDays, slotOf } from './days.ts'
import { makeDue, render } from './due.ts'
import { gather, isWorthTelling } from './gather.ts'

const day = '2026-04-29'
const inside = '2026-04-28T20:00:00.000Z'
const config = configFor(25)
const advisory = (severity: number, id = 'CVE-2026-1') => ({ ids: ['GHSA-x', id], package: 'lib', ecosystem: 'npm', installed: '1.0', fixed: '1.1', severity })

async function digestOf(t: Test, on: string[], jobs: readonly Omit<Parameters<typeof addJob>[1], 'at'>[]) {
  const { core, project } = await farmOf(t, { on })
  for (const job of jobs) addJob(core.db, { at: inside, ...job })
  const digest = await gather(core, project(), day, config)
  return { digest, worth: isWorthTelling(digest, project().notify.on) }
}

t.test('what is worth a message, event by event, and by default', async t => {
  const warning: AddedFinding[] = [{ identity: 1, level: 'warning' }]
  const cve: AddedFinding[] = [{ identity: 2, kind: 'audit', level: 'error', advisory: advisory(9.8) }]
  const table = [
    [[], { recipe: 'audit', status: 'failed' }, true], [[], { recipe: 'test', findings: cve }, true], [[], { recipe: 'test', status: 'failed' }, false], [[], { recipe: 'audit' }, false],
    [['audit_pass'], { recipe: 'audit' }, true], [['audit_pass'], { recipe: 'audit', status: 'failed' }, false],
    [['test_fail'], { recipe: 'test', status: 'timed_out' }, true], [['test_fail'], { recipe: 'test' }, false],
    [['lint_warn'], { recipe: 'lint', findings: warning }, true], [['lint_warn'], { recipe: 'lint' }, false], [['lint_warn'], { recipe: 'build', findings: warning }, false],
    [['cve_found'], { recipe: 'audit', status: 'failed' }, false], [['nightly_summary'], undefined, true],
  ] as const
  for (const [on, job, wanted] of table) t.equal((await digestOf(t, [...on], job ? [job] : [])).worth, wanted, `${on.join() || 'default'}: ${JSON.stringify(job)}`)
})

t.test('only what the project wants to hear of is told, or everything', async t => {
  const jobs = [{ recipe: 'audit', status: 'failed' as const }, { recipe: 'test', status: 'failed' as const, findings: [{ identity: 1 }] }, { recipe: 'build' }]
  t.match((await digestOf(t, ['audit_fail'], jobs)).digest, { jobs: { all: 3, told: 1, failed: 1 }, failing: { count: 1, shown: [{ recipe: 'audit' }] }, findings: { fresh: 0 } })
  t.match((await digestOf(t, ['nightly_summary'], jobs)).digest, { jobs: { all: 3, told: 3, passed: 1, failed: 2 }, failing: { count: 2 }, findings: { fresh: 1 }, verdict: 'failing' })
})

t.test('new, still open, fixed: each problem once, however many jobs and branches report it', async t => {
  const { core, project } = await farmOf(t, { on: ['nightly_summary'] })
  const add = (findings: AddedFinding[], more = {}) => addJob(core.db, { at: inside, recipe: 'lint', findings, ...more })
  add([{ identity: 1 }, { identity: 2, state: 'unchanged' }, { identity: 3, state: 'unchanged' }, { identity: 9 }])
  add([{ identity: 1, state: 'unchanged' }, { identity: 2, state: 'unchanged' }, { identity: 3, state: 'fixed' }, { identity: 9, state: 'fixed' }])
  add([{ identity: 1 }, { identity: 2, state: 'unchanged' }], { ref: 'topic' })
  add([{ identity: 4 }], { at: '2026-04-29T13:00:00.000Z' })
  add([{ identity: 5 }], { at: '2026-04-28T12:59:59.999Z' })
  const { findings } = await gather(core, project(), day, config)
  t.match(findings, { fresh: 1, open: 1, fixed: 1, shown: [{ message: 'problem 1' }], gone: [{ message: 'problem 3' }] }, 'what came and went within the day is nobody\'s matter')
  core.db.prepare(`INSERT INTO identities (id, project_id, key, first_seen) VALUES (1, 1, 'k', 0)`).run()
  core.db.prepare(`INSERT INTO suppressions (project_id, identity, reason, accepted_by, accepted_at, finding) VALUES (1, 1, 'known', 'me', '2026-01-01', '{}')`).run()
  t.match((await gather(core, project(), day, config)).findings, { fresh: 0, open: 1, fixed: 1 }, 'what is accepted counts nowhere')
  t.match((await gather(core, project(), '2026-04-30', config)).findings, { fresh: 1, shown: [{ message: 'problem 4' }] }, 'a job belongs to one day')
})

t.test('advisories by severity, the gravest first; failing jobs by their last run', async t => {
  const audit = [3.1, 9.8, 7.5, 5].map((severity, at): AddedFinding => ({ identity: at + 1, kind: 'audit', level: 'error', advisory: advisory(severity, `CVE-2026-${at}`) }))
  const { digest } = await digestOf(t, ['nightly_summary'], [{ recipe: 'audit', findings: audit }, { status: 'failed' }, { status: 'passed' }, { status: 'passed', subproject: 'b' }, { status: 'error', subproject: 'b' }])
  t.same(digest.advisories.counts, { critical: 1, high: 1, moderate: 1, low: 1, unrated: 0 })
  t.same(digest.advisories.shown.map(one => `${one.id} ${one.severity}`), ['CVE-2026-1 9.8', 'CVE-2026-2 7.5', 'CVE-2026-3 5', 'CVE-2026-0 3.1'])
  t.match(digest, { recovered: 1, failing: { count: 1, shown: [{ subproject: 'b', status: 'error' }] } })
})

t.test('patches that wait for somebody; what tries one is no news', async t => {
  const { core, project } = await farmOf(t)
  addJob(core.db, { recipe: 'audit', status: 'failed', at: inside, ref: 'ct/patch/ruff-1' })
  t.match(await gather(core, project(), day, config), { events: [], jobs: { all: 0 } })
  core.db.prepare('INSERT INTO digest_patches (patch, project, at) VALUES (?, ?, ?)').run('p-1', 'p', inside)
  const waiting = [{ id: 'p-1', project: 'p', state: 'drafted', settled: true, title: 'drop an\u202eimport', branch: 'ct/patch/ruff-1', findings: [1], createdAt: inside }]
  const farm = Object.create(core.farm, { patches: { value: { list: (_: unknown, { state }: { state?: string }) => waiting.filter(one => one.state === state) } } }) as typeof core.farm
  const { digest, body } = await render({ ...core, farm }, project(), day, { ...config, publicUrl: undefined })
  t.match(digest, { verdict: 'well', events: ['patch_drafted'], patches: { count: 1, shown: [{ title: 'drop an import', branch: 'ct/patch/ruff-1' }] } })
  t.match(body.text, /1 patch waiting[\s\S]*branch ct\/patch\/ruff-1\n {2}crafting-table patches apply p-1/)
  core.farm.updateProject(core.caller, 'p', { ...project(), notify: { email: ['a@example.org'], on: ['audit_fail'] } })
  t.match(await gather({ ...core, farm }, project(), day, config), { events: [], patches: { count: 0 } }, 'only where it is wanted')
})

t.test('800 mornings over four changes of time: each once, each job told once, however late the clock wakes', async t => {
  const { core, project } = await farmOf(t, { on: ['nightly_summary'] })
  const first = '2025-02-01'
  const [begin, end] = [slotOf(first, config), slotOf(addDays(first, 800), config)]
  core.db.transaction(() => { for (let at = begin; at < end; at += 11 * 3_600_000) addJob(core.db, { recipe: 'build', at: new Date(at).toISOString() }) })()
  await makeDue(core, config, begin)
  for (let now = begin, n = 0; now < end; now += [5, 17, 26, 9, 50][n++ % 5]! * 3_600_000) await makeDue(core, config, now)
  await makeDue(core, config, end)
  const runs = core.db.prepare('SELECT date, text FROM digest_runs ORDER BY date').all() as { date: string; text: string }[]
  t.same(runs.map(run => run.date), Array.from({ length: 801 }, (_, at) => addDays(first, at)))
  const told = runs.reduce((sum, run) => sum + Number(/^(?<count>\d+) jobs?: /m.exec(run.text)?.groups?.count), 0)
  t.equal(told, core.farm.endedJobs(core.caller, project().name, { from: '2000', until: '3000' }).length)
})

t.test('10,000 jobs in a day are rendered within 300 ms of processor time', async t => {
  const { core, project } = await farmOf(t, { on: ['nightly_summary'] })
  core.db.transaction(() => {
    for (let at = 0; at < 10_000; at++) addJob(core.db, { at: inside, recipe: ['build', 'test', 'lint', 'audit'][at % 4]!, subproject: `s${at % 50}`, status: at % 7 ? 'passed' : 'failed', findings: [{ identity: at % 700, state: at % 3 ? 'unchanged' : 'new' }] })
  })()
  await render(core, project(), day, config)
  const before = process.cpuUsage()
  const { digest, body } = await render(core, project(), day, config)
  const { user, system } = process.cpuUsage(before)
  t.comment(`${Math.round((user + system) / 1000)} ms, ${Buffer.byteLength(body.html)} bytes`)
  t.ok((user + system) / 1000 < 300, `${(user + system) / 1000} ms`)
  t.equal(digest.jobs.told, 10_000)
  t.ok(digest.failing.count > 10 && digest.failing.shown.length === 10)
})

t.test('a real run: its log lines, its findings', async t => {
  const { core, directory } = await farmOf(t)
  const gitUrl = repository(`${directory}/repository`, { 'a.c': 'int a;\n' })
  const test = 'for n in 1 2 3 4 5 6 7; do echo "line $n"; done; echo; printf "\\033[31mred <b>\\033[0m\\n"; exit 1'
  core.farm.createProject(core.caller, { name: 'real', gitUrl, defaultBranch: 'main', languages: [], subprojects: [{ path: '', language: 'c', recipes: { build: null, test, lint: 'echo "a.c:1:5: warning: unused variable [-Wunused]"', audit: null } }], notify: { email: ['a@example.org'], on: ['nightly_summary'] } })
  const run = core.farm.startRun(core.caller, 'real', {})
  await core.farm.ended(run.id)
  const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
  const { digest, body } = await render(core, core.farm.project(core.caller, 'real'), tomorrow, { ...config, timezone: 'UTC', hour: 0 })
  t.match(digest, { verdict: 'failing', jobs: { told: 2, passed: 1, failed: 1 }, failing: { shown: [{ recipe: 'test', ref: 'main', log: ['line 4', 'line 5', 'line 6', 'line 7', 'red <b>'] }] }, findings: { fresh: 1, shown: [{ message: /unused variable/, file: 'a.c', line: 1 }] } })
  t.match(body.html, /red &lt;b&gt;/)
})
