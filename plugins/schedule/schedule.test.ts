import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t, { type Test } from 'tap'
import { readConfig } from '../../core/config.ts'
import { quietLogger } from '../../core/logger.ts'
import { composeFarm } from '../../core/farm.ts'
import type { ProjectSettings } from '../../core/settings.ts'
import { environmentIn, repository, serve } from '../../test/http/server.ts'
import { turnsDuring } from '../../test/support/turns.ts'
import { startServer } from '../../test/support/server.ts'
import { allLines, decide, decidedOf } from './lines.ts'
import { tick } from './tick.ts'
import { temporary } from '../../test/support/temporary.ts'

const minute = 60_000
const spreadMs = 600_000

/** A farm, its clock in the test's hand; the project's recipe waits until `go` is called. */
async function farmOf(t: Test, settings: ProjectSettings) {
  const directory = temporary(t)
  const faults: unknown[] = []
  const log = { ...quietLogger, error: (_: string, fields?: object) => { faults.push(fields) } }
  const { farm, coreFor } = await composeFarm(readConfig({ ...environmentIn(directory), CRAFTING_SANDBOX: 'off' }), { kind: 'check', log })
  t.teardown(() => farm.close({ drainMs: 0 }))
  const core = coreFor('schedule')
  const gate = join(directory, 'go')
  const gitUrl = repository(join(directory, 'repository'), { 'a.txt': 'a\n' })
  const build = `until test -e ${gate}; do sleep 0.02; done`
  farm.createProject(core.caller, { name: 'p', gitUrl, defaultBranch: 'main', languages: [], subprojects: [{ path: '', language: 'bash', recipes: { build, test: null, lint: null, audit: null } }], notify: { email: [], on: [] }, settings })
  const began = Date.now()
  const runs = () => (core.db.prepare('SELECT id FROM runs ORDER BY seq').all() as { id: string }[]).map(row => row.id)
  const last = () => decidedOf(core.db, allLines(core, 0)[0]!)
  const said = new Map<string, string>()
  return { core, began, runs, last, faults, go: () => writeFileSync(gate, ''), at: (ms: number) => tick(core, { now: began + ms, spreadMs, said }) }
}

t.test('a slot starts one run, never two at once, whatever happens in between', async t => {
  const { core, runs, last, at, go } = await farmOf(t, { schedules: [{ cron: '* * * * *', recipes: ['build'] }] })
  await at(0)
  t.same(runs(), [], 'nothing is due yet')
  await at(minute)
  await at(minute)
  t.equal(runs().length, 1)
  t.match(last(), { outcome: 'started', run: runs()[0] })
  t.match(core.farm.run(core.caller, runs()[0]!).run, { request: { recipes: ['build'], ref: 'main' }, ref: 'main' })

  core.db.prepare('DELETE FROM schedule_lines').run()
  await at(minute)
  t.equal(runs().length, 1, 'it had died before it could note the run')

  await at(2 * minute)
  t.equal(runs().length, 1)
  t.match(last(), { outcome: 'skipped', message: /has not ended/, run: runs()[0] })
  go()
  await core.farm.ended(runs()[0]!)
  await at(3 * minute)
  t.equal(runs().length, 2)
  t.match(last(), { outcome: 'started', run: runs()[1] })
  await core.farm.ended(runs()[1]!)
})

t.test('what was missed is run once, where that is asked for', async t => {
  const hour = 60 * minute
  const asked = await farmOf(t, { schedules: [{ cron: '0 * * * *', catch_up: true }] })
  asked.go()
  const later = 50 * hour - asked.began % hour + 20 * minute
  await asked.at(later)
  await asked.at(later + minute)
  t.equal(asked.runs().length, 1, 'fifty slots, one run')
  t.match(asked.last(), { outcome: 'started', message: /late/ })
  await asked.core.farm.ended(asked.runs()[0]!)
  const not = await farmOf(t, { schedules: [{ cron: '0 * * * *' }] })
  await not.at(later)
  t.same(not.runs(), [])
  t.match(not.last(), { outcome: 'missed', message: 'the farm was not running' })
  not.go()
  await not.at(51 * hour - not.began % hour)
  t.equal(not.runs().length, 1, 'the next comes in time')
  await not.core.farm.ended(not.runs()[0]!)
})

t.test('what was decided while the clock was years ahead holds nothing back', async t => {
  const { core, began, runs, last, at, go } = await farmOf(t, { schedules: [{ cron: '* * * * *', recipes: ['build'] }] })
  go()
  const ahead = 4 * 365 * 24 * 60 * minute
  await at(ahead)
  t.match(last(), { outcome: 'started' })
  await core.farm.ended(runs()[0]!)
  core.db.prepare('UPDATE projects SET created_at = ?, updated_at = ?').run(...[ahead, ahead].map(ms => new Date(began + ms).toISOString()))
  await at(minute)
  t.equal(runs().length, 1, 'from now on')
  await at(2 * minute)
  t.equal(runs().length, 2)
  t.match(last(), { outcome: 'started', run: runs()[1] })
  await core.farm.ended(runs()[1]!)
})

t.test('that a line never comes is logged once, not every minute', async t => {
  const { at, faults } = await farmOf(t, { schedules: [{ cron: '0 0 30 2 *' }] })
  for (let minutes = 0; minutes < 3; minutes++) await at(minutes * minute)
  t.match(faults, [{ project: 'p', cron: '0 0 30 2 *' }])
  t.equal(faults.length, 1)
})

t.test('hundreds of lines let others have their turn', async t => {
  const { core, at } = await farmOf(t, {})
  const project = core.farm.project(core.caller, 'p')
  core.db.transaction(() => {
    for (let n = 0; n < 300; n++) core.farm.createProject(core.caller, { ...project, name: `p${n}`, settings: { schedules: [{ cron: `${n % 60} 3 * * *` }] } })
  })()
  const turns = await turnsDuring(() => at(0))
  t.ok(turns >= 300, `${turns} turns`)
})

t.test('equal times start one after the other; a line that is gone is forgotten', async t => {
  const { core, at } = await farmOf(t, {})
  const project = core.farm.project(core.caller, 'p')
  const daily = { settings: { schedules: [{ cron: '0  6 * * *' }] } }
  core.farm.createProject(core.caller, { ...project, name: 'alone', settings: { schedules: [{ cron: '0 7 * * *' }] } })
  for (let n = 0; n < 30; n++) core.farm.createProject(core.caller, { ...project, ...daily, name: `p${n}` })
  const lines = allLines(core, spreadMs)
  t.equal(lines.find(line => line.project.name === 'alone')?.jitter, 0)
  const waits = lines.filter(line => line.cron !== '0 7 * * *').map(line => line.jitter)
  t.ok(new Set(waits).size > 5 && Math.max(...waits) <= spreadMs, waits.join(' '))
  t.same(allLines(core, spreadMs).map(line => line.jitter), lines.map(line => line.jitter))
  await at(0)
  const known = () => (core.db.prepare('SELECT count(*) AS count FROM schedule_lines').get() as { count: number }).count
  t.equal(known(), 31)
  for (let n = 0; n < 30; n++) core.farm.updateProject(core.caller, `p${n}`, { ...project, name: `p${n}`, settings: {} })
  await at(0)
  t.equal(known(), 1)
})

t.test('a line that waited for others is not missed when these go', async t => {
  const { core, began, at } = await farmOf(t, {})
  const project = core.farm.project(core.caller, 'p')
  const hourly = { settings: { schedules: [{ cron: '0 * * * *' }] } }
  for (let n = 0; n < 30; n++) core.farm.createProject(core.caller, { ...project, ...hourly, name: `p${n}` })
  const waits = allLines(core, spreadMs).find(line => line.jitter >= 8 * minute)!
  await at(0)
  for (const line of allLines(core, spreadMs)) if (line.key !== waits.key) core.farm.updateProject(core.caller, line.project.name, { ...project, name: line.project.name, settings: {} })
  await at(60 * minute - began % (60 * minute) + 7 * minute)
  t.match(decidedOf(core.db, waits), { outcome: 'started', message: null })
})

t.test('GET /schedules, of those one sees; lines that are none are refused', async t => {
  const farm = await serve(t)
  const [mine, theirs] = [farm.mint('mine'), farm.mint('theirs')]
  const body = (cron: string, more = {}) => ({ name: 'p', git_url: `file://${farm.directory}`, schedules: [{ cron, ...more }] })
  const refused = await farm.call('POST', '/projects', { token: mine, body: body('0 25 * * *') })
  t.equal(refused.status, 400)
  t.match(refused.json.errors, [{ field: 'schedules[0].cron', message: /"25" is no hour: it takes 0-23/ }])
  t.match((await farm.call('POST', '/projects', { token: mine, body: body('* * * * *', { timezone: 'Middle/Earth' }) })).json.errors, [{ field: 'schedules[0].timezone' }])
  t.equal((await farm.call('POST', '/projects', { token: mine, body: body('0 6 1 1 *', { timezone: 'Europe/Berlin', recipes: ['audit'] }) })).status, 201)
  const seen = (await farm.call('GET', '/schedules', { token: mine })).json.schedules
  t.match(seen, [{ project: 'p', cron: '0 6 1 1 *', timezone: 'Europe/Berlin', recipes: ['audit'], ref: 'main', catch_up: false, spread_secs: 0, fault: null, last: null, next_run: /^\d{4}-01-01T05:00:00.000Z$/ }])
  t.same((await farm.call('GET', '/schedules', { token: theirs })).json, { schedules: [] })
  t.equal((await farm.call('GET', '/schedules?project=p', { token: theirs })).status, 404)
  t.equal((await farm.call('GET', '/schedules?project=p', { token: farm.admin })).json.schedules.length, 1)
  await farm.call('PUT', '/projects/p', { token: mine, body: { ...body('0 0 30 2 *') } })
  t.match((await farm.call('GET', '/schedules', { token: mine })).json.schedules, [{ next_run: null, fault: /day of month/ }])
  t.ok((await farm.call('GET', '/openapi.json')).json.paths['/schedules'].get)
})

t.test('a server that was killed catches up once', async t => {
  const root = temporary(t)
  const first = await startServer(root)
  const git_url = repository(join(root, 'repository'), { 'a.txt': 'a\n' })
  t.equal((await first.request('POST', '/projects', { name: 'p', git_url, schedules: [{ cron: '0 0 1 1 *', catch_up: true }] })).status, 201)
  await first.stop('SIGKILL')
  const ledger = new Database(join(root, 'data/ledger.db'))
  ledger.exec(`UPDATE projects SET created_at = '2001-01-01T00:00:00.000Z', updated_at = '2001-01-01T00:00:00.000Z'; DELETE FROM schedule_lines`)
  const runs = () => (ledger.prepare('SELECT id FROM runs').all() as { id: string }[]).map(row => row.id)
  for (const signal of ['SIGKILL', 'SIGKILL', 'SIGTERM'] as const) {
    const server = await startServer(root)
    const last = async () => (await server.request('GET', '/schedules')).body.schedules[0].last
    while (!await last()) await new Promise(setImmediate)
    t.match(await last(), { slot: /-01-01T00:00:00.000Z/, outcome: 'started', run_id: runs()[0] })
    await server.stop(signal)
    t.equal(runs().length, 1)
  }
  ledger.close()
  t.ok(existsSync(join(root, 'data')))
})

t.test('a slot that one process has started is not skipped by another', async t => {
  const { core, runs, last, at } = await farmOf(t, { schedules: [{ cron: '* * * * *', recipes: ['build'] }] })
  await at(0)
  await at(minute)
  const started = last()!
  const skipped = { ...started, outcome: 'skipped' as const, message: 'the run before has not ended', run: null }
  decide(core.db, allLines(core, 0)[0]!, skipped)
  t.match(last(), { outcome: 'started', run: runs()[0] })
  await at(2 * minute)
  t.match(last(), { outcome: 'skipped' })
  decide(core.db, allLines(core, 0)[0]!, { ...last()!, outcome: 'started', message: null, run: 'of another' })
  t.match(last(), { outcome: 'started', run: 'of another' })
})

t.test('a line of a removed project is none of another\'s of its name, though it says the same', async t => {
  const { core, runs, last, at, go } = await farmOf(t, { schedules: [{ cron: '* * * * *', recipes: ['build'] }] })
  await at(0)
  await at(minute)
  const [first] = runs()
  t.match(last(), { outcome: 'started', run: first })
  go()
  await core.farm.ended(first!)
  const { name, gitUrl, defaultBranch, languages, subprojects, notify, settings } = core.farm.project(core.caller, 'p')
  await core.farm.removeProject(core.caller, 'p')
  core.farm.createProject(core.caller, { name, gitUrl, defaultBranch, languages, subprojects, notify, settings })
  t.equal(last(), undefined, 'it has not come yet')
  await at(minute)
  t.match(last(), { outcome: 'started', run: runs()[0] })
  t.not(runs()[0], first)
  await core.farm.ended(runs()[0]!)
})
