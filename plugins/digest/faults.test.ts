import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import type { SMTPServerOptions } from 'smtp-server'
import { addJob, addProject, configFor, dropAll, farmIn, farmOf, mailbox, refusal } from '../../test/digest/farm.ts'
import { turnsDuring } from '../../test/support/turns.ts'
import { slotOf } from './days.ts'
import { deliveriesOf, forgetOld, forgetProject, notePatch, runOf, sendAgain } from './runs.ts'
import { tick } from './setup.ts'
import { hasUnsubscribed, unsubscribe } from './unsubscribe.ts'

const day = '2026-04-29'
const minute = 60_000
const slot = slotOf(day, configFor(25))

/** A farm with something to tell, and a mail server of some kind. */
async function scene(t: Test, options: SMTPServerOptions = {}, { email = ['one@example.org'], more = {} as Record<string, string> } = {}) {
  const { core, directory } = await farmOf(t, { email })
  addJob(core.db, { recipe: 'audit', status: 'failed', at: '2026-04-28T20:00:00.000Z' })
  const box = await mailbox(t, options)
  const config = configFor(box.port, more)
  const at = (ms: number) => tick(core, config, { now: () => slot + ms, random: () => 0.5 })
  const run = () => runOf(core.db, day, 'p')
  const states = () => deliveriesOf(core.db, run()!.id).map(one => one.state)
  const facts = () => (core.db.prepare(`SELECT data FROM facts WHERE name = 'digest.sent'`).all() as { data: string }[]).map(row => JSON.parse(row.data) as unknown)
  return { core, directory, box, config, at, run, states, facts }
}

t.test('one message in the morning, and no other', async t => {
  const { box, at, run, states, facts } = await scene(t, {}, { email: ['one@example.org', 'Two@Example.org', 'two@example.org'] })
  await at(-1)
  t.notOk(run(), 'not before its time')
  for (const late of [0, 0, minute, 60 * minute, 23 * 60 * minute]) await at(late)
  t.same(box.recipients.map(one => one.toLowerCase()).toSorted(), ['one@example.org', 'two@example.org'])
  t.equal(box.mails.length, 2, 'one transaction each')
  t.match(box.mails[0]?.subject, /^Failing: p, 1 failing job \(2026-04-29\)$/)
  t.same(states(), ['sent', 'sent'])
  t.same(facts(), [{ project: 'p', date: day, recipients: 2 }])
})

t.test('five schedulers at once: one message', async t => {
  const { core, box, at, directory, config } = await scene(t)
  const others = await Promise.all(Array.from({ length: 4 }, () => farmIn(directory)))
  await Promise.all([at(0), ...others.map(one => tick(one.core, config, { now: () => slot }))])
  for (const one of others) await one.close()
  t.equal(box.mails.length, 1)
  t.same(core.db.prepare('SELECT state, attempts FROM digest_deliveries').all(), [{ state: 'sent', attempts: 1 }])
})

t.test('a quiet day sends nothing and is noted; nobody to tell leaves no trace', async t => {
  const { core, box, at, run } = await scene(t)
  core.db.prepare('DELETE FROM jobs').run()
  addProject(core, 'nobody', { email: [] })
  await at(0)
  t.equal(run()?.state, 'skipped')
  t.notOk(runOf(core.db, day, 'nobody'))
  t.equal(box.mails.length, 0)
})

t.test('mornings that were missed are made up for, each once; a new project does not begin with yesterday', async t => {
  const { core, box, at, run } = await scene(t)
  await at(0)
  for (const date of ['2026-04-30', '2026-05-01']) addJob(core.db, { recipe: 'audit', status: 'failed', at: `${date}T01:00:00.000Z` })
  await at(3 * 24 * 60 * minute + 5 * minute)
  t.same(box.mails.map(mail => /\((?<date>[\d-]+)\)/.exec(mail.subject ?? '')?.groups?.date), [day, '2026-04-30', '2026-05-01'])
  t.equal(run()?.state, 'sent')
  addProject(core, 'new', {})
  core.db.prepare(`UPDATE projects SET updated_at = ? WHERE name = 'new'`).run(new Date(slot + 5000).toISOString())
  await at(minute)
  t.notOk(runOf(core.db, day, 'new'))
})

t.test('4xx, then OK: tried again after 1, 5, 15, 60 and 240 minutes', async t => {
  let refusals = 0
  const { box, at, states, core } = await scene(t, { onRcptTo: (_, __, done) => (refusals++ < 5 ? done(refusal(451, 'try later')) : done()) })
  let ms = 0
  const tried: number[] = []
  for (; box.mails.length === 0 && ms < 500 * minute; ms += minute) {
    const before = refusals
    await at(ms)
    if (refusals > before) tried.push(ms / minute)
  }
  t.same(tried, [0, 1, 6, 21, 81, 321])
  t.same(states(), ['sent'])
  t.match(core.db.prepare('SELECT attempts FROM digest_deliveries').get(), { attempts: 6 })
})

t.test('a 4xx after the body is tried again, too; never past the next morning', async t => {
  const { box, at, states } = await scene(t, { onData(stream, _, done) { stream.resume().once('end', () => done(refusal(452, 'full'))) } })
  await at(0)
  t.same(states(), ['due'])
  await at(24 * 60 * minute)
  t.same(states(), ['expired'])
  t.equal(box.mails.length, 0)
})

t.test('5xx: given up on that recipient, not on the others', async t => {
  const { box, at, states, core, facts } = await scene(t, { onRcptTo: ({ address }, _, done) => (address.startsWith('bad') ? done(refusal(550, 'no such user')) : done()) }, { email: ['bad@example.org', 'good@example.org'] })
  await at(0)
  await at(10 * minute)
  t.same(states(), ['refused', 'sent'])
  t.match(core.db.prepare(`SELECT message, attempts FROM digest_deliveries WHERE state = 'refused'`).get(), { message: /550 no such user/, attempts: 1 })
  t.same(facts(), [{ project: 'p', date: day, recipients: 1 }])
  t.equal(box.mails.length, 1)
})

t.test('broken off before the body: tried again', async t => {
  const server: { drop?: () => void } = {}
  let breaks = 2
  const { box, at, states } = await scene(t, { onRcptTo: (_, __, done) => { if (breaks-- > 0) server.drop?.(); else done() } })
  server.drop = () => dropAll(box.server)
  await at(0)
  t.same(states(), ['due'])
  await at(minute)
  await at(6 * minute)
  t.same(states(), ['sent'])
  t.equal(box.mails.length, 1)
})

t.test('broken off after the body: held, and sent again only where somebody says so', async t => {
  const server: { drop?: () => void } = {}
  let breaks = true
  const { core, box, at, run, states } = await scene(t, { onData(stream, _, done) {
    stream.resume().once('end', () => { if (breaks) server.drop?.(); else { box.recipients.push('again'); done() } })
  } })
  server.drop = () => dropAll(box.server)
  await at(0)
  t.same(states(), ['unknown'])
  await at(60 * minute)
  t.same(states(), ['unknown'])
  t.equal(run()?.state, 'failed')
  breaks = false
  sendAgain(core.db, run()!.id, { now: slot, expires: slot + 60 * minute })
  await at(61 * minute - 2 * minute)
  t.same(states(), ['sent'])
  t.same(box.recipients, ['again'])
})

t.test('a server that accepts and then hangs; one that is not there; a name that is none', async t => {
  const silent = createServer(socket => { socket.on('error', () => {}) }).listen(0, '127.0.0.1')
  await once(silent, 'listening')
  const { port } = silent.address() as AddressInfo
  const { core, at, states, run, config } = await scene(t)
  const attempt = async (more: Partial<NonNullable<typeof config.smtp>>) => {
    core.db.prepare('DELETE FROM digest_runs').run()
    await tick(core, { ...config, smtp: { ...config.smtp!, timeoutMs: 1000, ...more } }, { now: () => slot })
    t.same(states(), ['due'])
    return deliveriesOf(core.db, run()!.id)[0]?.message
  }
  t.match(await attempt({ port }), /timeout|greeting/i)
  silent.close()
  t.match(await attempt({ port: 1 }), /ECONNREFUSED/)
  t.match(await attempt({ host: 'mail.invalid' }), /ENOTFOUND|EAI_AGAIN|EDNS|queryA|getaddrinfo|DNS/i)
  await at(10 * minute)
  t.same(states(), ['sent'], 'it gets through once it can')
})

t.test('a server that hangs after the body is unknown, one that hangs before is not', async t => {
  const after = await scene(t, { onData: stream => { stream.resume() } }, { more: { CRAFTING_SMTP_TIMEOUT_SECS: '1' } })
  await after.at(0)
  t.same(after.states(), ['unknown'])
  const before = await scene(t, { onRcptTo: () => {} }, { more: { CRAFTING_SMTP_TIMEOUT_SECS: '1' } })
  await before.at(0)
  t.same(before.states(), ['due'])
})

t.test('what must not go unencrypted does not', async t => {
  const { at, states, box, core } = await scene(t, {}, { more: { CRAFTING_SMTP_TLS: '1' } })
  await at(0)
  t.same(states(), ['due'])
  t.equal(box.mails.length, 0)
  t.match(core.db.prepare('SELECT message FROM digest_deliveries').get(), { message: /STARTTLS/i })
})

t.test('whoever has unsubscribed gets nothing, even where it is on its way', async t => {
  let closed = true
  const { core, box, at, states, run } = await scene(t, { onRcptTo: (_, __, done) => (closed ? done(refusal(451, 'later')) : done()) }, { email: ['one@example.org', 'two@example.org'] })
  unsubscribe(core.db, { project: 'p', recipient: 'TWO@example.org' }, { id: 1, now: slot })
  await at(0)
  t.same(states(), ['due'])
  unsubscribe(core.db, { project: 'p', recipient: 'one@example.org' }, { id: 1, now: slot })
  closed = false
  await at(minute)
  t.same(states(), ['unsubscribed'])
  t.equal(run()?.state, 'failed')
  t.equal(box.mails.length, 0)
})

t.test('a mailbox is one however it is written, and an address is no list of others', async t => {
  const { core, box, at, states } = await scene(t, {}, { email: ['you@ex\u00e4mple.org', 'You@xn--exmple-cua.org', 'me@ex\u00e4mple.org', 'friends:one@example.org', '(1)one@example.org'] })
  unsubscribe(core.db, { project: 'p', recipient: 'me@xn--exmple-cua.org' }, { id: 1, now: slot })
  await at(0)
  t.same(states(), ['sent', 'sent', 'sent'])
  t.same(box.recipients.toSorted(), ['"(1)one"@example.org', '"friends:one"@example.org', 'You@ex\u00e4mple.org'])
})

t.test('hundreds of projects let others have their turn', async t => {
  const { core, at } = await scene(t)
  core.db.transaction(() => { for (let n = 0; n < 200; n++) addProject(core, `p${n}`, {}) })()
  const turns = await turnsDuring(() => at(0))
  t.ok(turns >= 200, `${turns} turns`)
  t.equal((core.db.prepare('SELECT count(*) AS count FROM digest_runs').get() as { count: number }).count, 201)
})

t.test('what is of a removed project is none of another\'s of its name, before the fact of its removal and after', async t => {
  const { core, box, at, run } = await scene(t)
  const drafted = () => {
    core.emit('patch.drafted', { project: 'p', patch: `x${patches()}`, finding: 'f', branch: 'b', title: 'one' })
    const { id, data } = core.db.prepare('SELECT id, data FROM facts ORDER BY id DESC').get() as { id: number; data: string }
    return { id, name: 'patch.drafted', at: '2026-04-28T20:00:00.000Z', data: JSON.parse(data) } as const
  }
  const one = { project: 'p', recipient: 'one@example.org' }
  const patches = () => core.db.prepare('SELECT count(*) FROM digest_patches').pluck().get()
  const late = drafted()
  notePatch(core, late)
  t.equal(patches(), 1)
  await at(0)
  t.match(run(), { project_id: 1, state: 'sent' })
  unsubscribe(core.db, one, { id: 1, now: slot })
  await core.farm.removeProject(core.caller, 'p')
  addProject(core, 'p', {})
  const present = core.farm.project(core.caller, 'p')
  t.equal(present.id, 2)
  t.equal(hasUnsubscribed(core.db, one, 2), false)
  await at(minute)
  t.match(run(), { project_id: 2 }, 'its own morning')
  t.equal(box.mails.length, 1)

  forgetProject(core.db, 'p', present)
  t.equal(patches(), 0)
  notePatch(core, late)
  t.equal(patches(), 0)
  notePatch(core, drafted())
  unsubscribe(core.db, one, { id: 2, now: slot })
  forgetProject(core.db, 'p', present)
  t.match([patches(), hasUnsubscribed(core.db, one, 2), run()], [1, true, { project_id: 2 }], 'the fact that the other was removed comes late')
  forgetProject(core.db, 'p', undefined)
  t.same([patches(), hasUnsubscribed(core.db, one, 2), run()], [0, false, undefined])
})

t.test('what is old enough to go is found without reading the rest', async t => {
  const { core } = await farmOf(t)
  const texts: string[] = []
  forgetOld({ prepare: (text: string) => ({ run: () => texts.push(text) }) } as never, slot)
  t.equal(texts.length, 3)
  for (const text of texts) t.notMatch((core.db.prepare(`EXPLAIN QUERY PLAN ${text}`).all('') as { detail: string }[])[0]?.detail, /^SCAN/, text)
})
