import { execFile } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { simpleParser } from 'mailparser'
import t from 'tap'
import { mailbox } from '../../test/digest/farm.ts'
import { environmentIn, repository, serve, type Served } from '../../test/http/server.ts'
import { launcher } from '../../test/support/server.ts'

/** A project whose audit fails, run once. `tomorrow` is the morning that tells of it. */
async function failed(farm: Served, token: string, more: object = {}): Promise<string> {
  const git_url = repository(join(farm.directory, 'repository'), { 'a.sh': 'true\n' })
  const made = await farm.call('POST', '/projects', { token, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'bash', build: null, test: null, lint: null, audit: 'echo hello from the log; exit 1' }], notify: { email: ['one@example.org'] }, ...more } })
  if (made.status !== 201) throw new Error(made.text)
  const { run_id } = (await farm.call('POST', '/projects/p/runs', { token, body: {} })).json
  await farm.farm.ended(run_id)
  return new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
}

const utc = { CRAFTING_DIGEST_HOUR: '0', CRAFTING_DIGEST_TIMEZONE: 'UTC' }

t.test('without a mail server everything but the sending works, and it says so once', async t => {
  const farm = await serve(t, { ...utc, CRAFTING_SANDBOX: 'off' })
  t.equal(farm.log.filter(entry => entry.message === 'digest disabled — CRAFTING_SMTP_HOST not set').length, 1)
  const [mine, theirs] = [farm.mint('mine'), farm.mint('theirs')]
  const day = await failed(farm, mine)
  const { json } = await farm.call('GET', `/digests/${day}`, { token: mine })
  t.match(json, { date: day, dry_run: true, digests: [{ project: 'p', state: 'rendered', would_send: true, recipients: ['one@example.org'], subject: `Failing: p, 1 failing job (${day})`, text: /\| hello from the log/, html: /hello from the log/, deliveries: [] }] })
  t.same((await farm.call('GET', `/digests/${day}`, { token: theirs })).json.digests, [])
  t.equal((await farm.call('GET', `/digests/${day}?project=p`, { token: theirs })).status, 404)
  t.equal((await farm.call('POST', '/projects', { token: mine, body: { name: 'q', git_url: 'https://git.example.org/q.git', notify: { email: 'one@example.org' } } })).status, 201)
  const named = async (query: string) => (await farm.call('GET', `/digests/${day}${query}`, { token: mine })).json.digests.map((one: { project: string }) => one.project)
  t.same([await named(''), await named('?project=q')], [['p', 'q'], ['q']])
  for (const bad of ['2026-02-30', 'today', '2026-1-1']) t.equal((await farm.call('GET', `/digests/${bad}`, { token: mine })).status, 400, bad)
  t.match((await farm.call('POST', '/admin/digest/run-now', { token: farm.admin, raw: '{"dry_run": true}' })).json, { dry_run: true, note: null })
  t.match((await farm.call('POST', '/admin/digest/run-now', { token: farm.admin, body: { date: day } })).json, { dry_run: true, note: /CRAFTING_SMTP_HOST/, digests: [{ state: 'rendered' }] })
  t.equal((await farm.call('POST', '/admin/digest/run-now', { token: mine, body: {} })).status, 403)
  t.equal((await farm.call('POST', '/admin/digest/run-now', { token: farm.admin, body: { date: 'x' } })).status, 400)
})

t.test('run-now sends once; a dry run touches nothing; unsubscribing needs the link and a second step', async t => {
  const box = await mailbox(t)
  const farm = await serve(t, { ...utc, CRAFTING_SANDBOX: 'off', CRAFTING_SMTP_HOST: '127.0.0.1', CRAFTING_SMTP_PORT: String(box.port), CRAFTING_SMTP_TLS: '0', CRAFTING_SMTP_FROM: 'farm@example.org', CRAFTING_PUBLIC_URL: 'https://farm.example.org/' })
  const day = await failed(farm, farm.admin)
  const runNow = async (body: object) => (await farm.call('POST', '/admin/digest/run-now', { token: farm.admin, body: { date: day, early: true, ...body } })).json
  t.match(await runNow({ dry_run: true }), { dry_run: true, digests: [{ state: 'rendered' }] })
  t.match(await runNow({ early: false }), { code: 'invalid', detail: /has not come/, errors: [{ field: 'date' }] })
  t.equal((await farm.call('GET', `/digests/${day}`, { token: farm.admin })).json.digests[0].state, 'rendered', 'the morning is not used up')
  t.equal(box.mails.length, 0)
  for (let n = 0; n < 2; n++) t.match(await runNow({}), { dry_run: false, digests: [{ state: 'sent', deliveries: [{ recipient: 'one@example.org', state: 'sent', attempts: 1 }] }] })
  t.equal(box.mails.length, 1)
  t.same((await runNow({ force: true })).digests[0].deliveries[0].state, 'sent')
  t.equal(box.mails.length, 1, 'force is for what is held')

  const list = (box.mails[0]!.headers.get('list') as unknown as { unsubscribe: { url: string } }).unsubscribe.url
  const path = new URL(list).pathname
  t.ok(box.mails[0]?.text?.includes(list))
  const page = await farm.call('GET', path)
  t.equal(page.status, 200)
  t.match(page.text, /<form method="post"><button>Unsubscribe/)
  const recipients = async () => (await farm.call('GET', `/digests/${day}`, { token: farm.admin })).json.digests[0].recipients
  t.same(await recipients(), ['one@example.org'], 'looking at it ends nothing')
  t.equal((await farm.call('POST', path, { raw: 'List-Unsubscribe=One-Click', headers: { 'content-type': 'application/x-www-form-urlencoded' } })).status, 200)
  t.same(await recipients(), [])
  t.match((await farm.call('POST', `${path}?undo=1`, { raw: '' })).text, /Subscribed again/)
  t.same(await recipients(), ['one@example.org'])
  const forged = `${path.slice(0, -1)}${path.endsWith('A') ? 'B' : 'A'}`
  for (const bad of [forged, '/digests/unsubscribe/x', '/digests/unsubscribe/..']) t.equal((await farm.call('POST', bad, { raw: '' })).status, bad.endsWith('..') ? 401 : 404)

  await farm.farm.removeProject({ name: 'root', isAdmin: true }, 'p')
  const [other] = (await farm.call('GET', `/digests/${day}`, { token: farm.admin })).json.digests
  t.notOk(other)
})

t.test('a mail server that is configured wrongly turns the mail off and tells every fault', async t => {
  const farm = await serve(t, { CRAFTING_SMTP_HOST: 'x', CRAFTING_SMTP_PORT: '0', CRAFTING_DIGEST_TIMEZONE: 'Middle/Earth', CRAFTING_PUBLIC_URL: 'farm' })
  const entry = farm.log.find(one => one.message === 'digest disabled')
  for (const name of ['SMTP_PORT', 'DIGEST_TIMEZONE', 'PUBLIC_URL']) t.match(String(entry?.fields.message), new RegExp(name))
  t.equal((await farm.call('GET', '/digests/2026-04-29', { token: farm.admin })).status, 200)
})

t.test('crafting-table digest writes the message and its bodies, and notes nothing', async t => {
  const farm = await serve(t, { CRAFTING_SANDBOX: 'off' })
  const day = await failed(farm, farm.admin)
  const out = join(farm.directory, 'out')
  const env = { ...process.env, ...environmentIn(farm.directory), ...utc }
  const call = async (...args: string[]) => (await promisify(execFile)(process.execPath, [launcher, 'digest', '--date', day, ...args], { env })).stdout
  t.match(await call(), /hello from the log/)
  t.equal(await call('--out', out), `${join(out, `p-${day}.eml`)}\n`)
  t.same(readdirSync(out).toSorted(), [`p-${day}.eml`, `p-${day}.html`, `p-${day}.txt`])
  const mail = await simpleParser(readFileSync(join(out, `p-${day}.eml`)))
  t.equal(mail.text?.trimEnd(), readFileSync(join(out, `p-${day}.txt`), 'utf8').trimEnd())
  t.equal((await farm.call('GET', `/digests/${day}`, { token: farm.admin })).json.digests[0].state, 'rendered')
  await t.rejects(call('--project', 'nobody'), { message: /No such project/ })
  await t.rejects(call('--date', 'soon'), { message: /is not a day/ })
})
