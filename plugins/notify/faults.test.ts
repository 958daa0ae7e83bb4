import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import Database from 'better-sqlite3'
import { readFileSync } from 'node:fs'
import t, { type Test } from 'tap'
import { receiver, type Receiver } from '../../test/support/receiver.ts'
import { checkAddress, post } from '../../core/service.ts'
import { due, find, list, prune, put, revive, type Entry, type Parcel } from './outbox.ts'
import { pausesMs, pumpOf } from './pump.ts'
import { statusRequest } from './forges.ts'
import { kinds } from './hooks.ts'
import { attempt } from './send.ts'
import { begin, discordText, plain, slackText } from './words.ts'

const minute = 60_000
const notice = { type: 'run.finished', at: '2026-01-01T00:00:00.000Z', project: 'p', events: ['audit_fail'], ref: 'main', sha: null, run: { id: 'r', status: 'failed' }, jobs: [], patch: null, url: null } as const

/** An outbox with a clock of its own. */
function outbox(t: Test, own: ReadonlySet<number> = new Set()) {
  const db = new Database(':memory:')
  for (const name of ['001-notify', '002-of-project', '003-lanes', '004-of-project-id', '005-by-state']) db.exec(readFileSync(new URL(`migrations/${name}.sql`, import.meta.url), 'utf8'))
  const stop = new AbortController()
  const clock = { now: Date.parse('2026-01-01T00:00:00Z') }
  const sender = { secret: () => undefined, now: () => clock.now, post: (outgoing: Parameters<typeof post>[0]) => post(outgoing, { own, timeoutMs: 300, signal: stop.signal }) }
  const log = { info() {}, warn() {}, error() {} }
  const alive = new Set<string>()
  const begin = (self: string, signal: AbortSignal) => {
    alive.add(self)
    return pumpOf({ db, processes: { self, alive: () => [...alive] }, log, now: () => clock.now, random: () => 0.5, signal, attempt: entry => attempt(sender, entry) })
  }
  const pump = begin('first', stop.signal)
  const other = begin('second', stop.signal)
  t.teardown(async () => {
    stop.abort()
    await Promise.all([pump.close(), other.close()])
    db.close()
  })
  return {
    db, stop, clock, alive, pump,
    /** That of another process. */
    other,
    add(id: string, url: string, more: Partial<Parcel['target']> = {}, lane = id) {
      put(db, { id, project: { name: 'p', createdAt: '2026-01-01T00:00:00.000Z' }, lane, parcel: { what: 'hook', target: { kind: 'webhook', url, ...more } as never, message: notice as never }, now: clock.now })
    },
    /** Sends what is due, until nothing is under way. */
    async round(): Promise<void> { pump.wake(); await pump.idle() },
    entry: (id: string): Entry => find(db, id)!,
  }
}

const misbehaviours: Record<string, Receiver['answer']> = {
  'never answers': () => {},
  'begins an answer and hangs': response => { response.writeHead(500); response.write('half') },
  'closes early': response => { response.destroy() },
  'answers no HTTP': response => { response.socket?.end('SSH-2.0-OpenSSH\r\n') },
  'is broken': response => { response.writeHead(500).end('x'.repeat(5_000_000)) },
  'has too much to do': response => { response.writeHead(429, { 'retry-after': '1800' }).end() },
}

for (const [name, answer] of Object.entries(misbehaviours)) {
  t.test(`a server that ${name} is tried again, then given up`, async t => {
    const box = outbox(t)
    const there = await receiver(t)
    there.answer = answer
    box.add('a', there.url)
    for (const [at, pause] of pausesMs.entries()) {
      await box.round()
      const entry = box.entry('a')
      t.match(entry, { state: 'waiting', attempts: at + 1 }, entry.fault ?? '')
      t.ok((entry.fault ?? '').length > 0 && (entry.fault ?? '').length <= 300)
      const wait = name === 'has too much to do' ? Math.max(pause, 30 * minute) : pause
      t.equal(entry.due_at - box.clock.now, wait)
      await box.round()
      t.equal(there.got.length, at + 1, 'not before it is due')
      box.clock.now = entry.due_at
    }
    await box.round()
    t.match(box.entry('a'), { state: 'dead', attempts: pausesMs.length + 1 })
    box.clock.now += 1000 * minute
    await box.round()
    t.equal(there.got.length, pausesMs.length + 1)
  })
}

t.test('a server that mends is told once', async t => {
  const box = outbox(t)
  const there = await receiver(t)
  let count = 0
  there.answer = response => { response.writeHead(++count < 3 ? 502 : 200).end('x'.repeat(1_000_000)) }
  box.add('a', there.url)
  for (let at = 0; at < 5; at++) {
    await box.round()
    box.clock.now += 10 * minute
  }
  t.match(box.entry('a'), { state: 'sent', attempts: 3, http_status: 200, fault: null })
  t.equal(there.got.length, 3)
})

t.test('what cannot get better is given up at once', async t => {
  const box = outbox(t)
  const there = await receiver(t)
  const elsewhere = await receiver(t)
  there.answer = (response, { path }) => { if (path === '/redirect') response.writeHead(307, { location: elsewhere.url }).end(); else response.writeHead(403).end('no\u001b[31m \u202eway') }
  box.add('redirect', `${there.url}/redirect`)
  box.add('forbidden', `${there.url}/x`)
  box.add('metadata', 'http://169.254.169.254/latest/meta-data/')
  box.add('metadata by another name', 'http://[::ffff:169.254.169.254]/')
  box.add('scheme', 'file:///etc/passwd')
  box.add('unset', there.url, { secret: 'NOT_SET' })
  await box.round()
  t.match(box.entry('redirect'), { state: 'dead', fault: '307: redirects are not followed' })
  t.match(box.entry('forbidden'), { state: 'dead', fault: '403: no [31m way' })
  for (const id of ['metadata', 'metadata by another name', 'scheme']) t.match(box.entry(id), { state: 'dead', http_status: null }, box.entry(id).fault ?? '')
  t.match(box.entry('unset'), { state: 'waiting', fault: 'the secret NOT_SET is not set' }, 'somebody may set it')
  t.equal(elsewhere.got.length, 0)
})

t.test('nothing goes to the farm itself, under whatever name', async t => {
  const farm = await receiver(t)
  const port = Number(new URL(farm.url).port)
  const own = Object.values(networkInterfaces()).flatMap(all => all ?? []).flatMap(one => one.family === 'IPv4' ? [one.address, `[::ffff:${one.address}]`] : [])
  const box = outbox(t, new Set([port]))
  for (const host of ['127.0.0.1', 'localhost', '127.1', '2130706433', '[::1]', '[::ffff:127.0.0.1]', '0.0.0.0', '[::]', ...own]) box.add(host, `http://${host}:${port}/`)
  await box.round()
  for (const { id, state, fault } of box.db.prepare('SELECT * FROM notify_outbox').all() as Entry[]) t.equal(state, 'dead', `${id}: ${fault}`)
  t.equal(farm.got.length, 0)
  t.doesNotThrow(() => checkAddress('127.0.0.1', port + 1, new Set([port])), 'another service of the machine')
  t.doesNotThrow(() => checkAddress('192.168.0.5', 443, new Set([port])), 'a homelab')
  for (const address of ['fe80::1%eth0', 'fd00:ec2::254', 'fd20:ce:0:0::254']) t.throws(() => checkAddress(address, 443, new Set()), { name: 'Refused' }, address)
  t.doesNotThrow(() => checkAddress('fd00:ec2::253', 443, new Set()))
})

t.test('a lane keeps its order; a slow one holds up no other', async t => {
  const box = outbox(t)
  const slow = await receiver(t)
  const quick = await receiver(t)
  let open: () => void = () => {}
  slow.answer = response => { open = () => response.writeHead(204).end() }
  for (const id of ['a', 'b']) box.add(id, `${slow.url}/${id}`, {}, 'slow')
  for (let at = 0; at < 20; at++) box.add(`q${at}`, `${quick.url}/${at}`, {}, 'quick')
  box.pump.wake()
  await quick.next(20)
  t.same(quick.got.map(one => one.path), Array.from({ length: 20 }, (_, at) => `/${at}`))
  t.same(slow.got.map(one => one.path), ['/a'])
  slow.answer = response => { response.writeHead(204).end() }
  open()
  await slow.next(2)
  await box.pump.idle()
  t.equal(box.entry('b').state, 'sent')
})

t.test('of two processes one sends from a lane, and the other the rest, in order', async t => {
  const box = outbox(t)
  const there = await receiver(t)
  const answers: (() => void)[] = []
  there.answer = response => { answers.push(() => response.writeHead(204).end()) }
  for (const id of ['a', 'b']) box.add(id, `${there.url}/${id}`, {}, 'lane')
  box.pump.wake()
  await there.next(1)
  box.add('c', `${there.url}/c`)
  box.other.wake()
  await there.next(2)
  box.other.wake()
  t.same(there.got.map(one => one.path), ['/a', '/c'], 'b waits for a, whoever sends it')
  box.db.prepare(`UPDATE notify_outbox SET state = 'dropped' WHERE id = 'a'`).run()
  box.other.wake()
  for (const answer of answers.splice(0)) answer()
  await there.next(3)
  for (const answer of answers.splice(0)) answer()
  await Promise.all([box.pump.idle(), box.other.idle()])
  t.same(there.got.map(one => one.path), ['/a', '/c', '/b'])
  t.match([box.entry('a'), box.entry('b'), box.entry('c')].map(one => one.state), ['dropped', 'sent', 'sent'])
  t.same(box.db.prepare('SELECT * FROM notify_lanes').all(), [])
})

t.test('a lane of a process that is gone is taken over', async t => {
  const box = outbox(t)
  const there = await receiver(t)
  there.answer = (response) => { if (there.got.length > 1) response.writeHead(204).end() }
  box.db.prepare(`INSERT INTO notify_lanes VALUES ('a', 'killed'), ('b', 'second')`).run()
  box.add('a', `${there.url}/a`)
  box.add('b', `${there.url}/b`)
  box.pump.wake()
  await there.next(1)
  box.alive.delete('second')
  box.pump.wake()
  await there.next(2)
  t.same(there.got.map(one => one.path), ['/a', '/b'])
})

t.test('an attempt that the farm\'s end breaks off is none', async t => {
  const box = outbox(t)
  const there = await receiver(t)
  there.answer = () => {}
  box.add('a', there.url)
  box.pump.wake()
  await there.next(1)
  box.stop.abort()
  await box.pump.close()
  t.match(box.entry('a'), { state: 'waiting', attempts: 0 })
  t.same(box.db.prepare('SELECT * FROM notify_lanes').all(), [], 'another process may send it')
})

t.test('a ledger that cannot be written for a while ends nothing, and nothing goes out twice', async t => {
  const box = outbox(t)
  const there = await receiver(t)
  there.answer = response => {
    box.db.pragma('query_only = 1')
    response.writeHead(204).end()
  }
  box.add('a', there.url)
  box.pump.wake()
  await there.next(1)
  for (let at = 0; at < 3; at++) {
    await new Promise(resolve => setTimeout(resolve, 50))
    box.pump.wake()
  }
  t.match(box.entry('a'), { state: 'waiting', attempts: 0 })
  box.db.pragma('query_only = 0')
  await box.pump.idle()
  t.match(box.entry('a'), { state: 'sent', attempts: 1 })
  t.equal(there.got.length, 1)
})

t.test('hostile text calls nobody and is no markup', async t => {
  t.equal(plain('a\u0000b\u001b[31mc\u202ed\u200be\nf @everyone'), 'a b [31mcde f @\u200beveryone')
  t.equal(slackText('<!channel> & <http://x|y>'), '&lt;!channel&gt; &amp; &lt;http://x|y&gt;')
  t.equal(discordText('**a** [b](c) <@1> `d`'), '\\*\\*a\\*\\* \\[b\\]\\(c\\) \\<@1\\> \\`d\\`')
  t.equal(plain('x'.repeat(1_000_000)).length, 300)
})

t.test('a name that resolves to nothing is tried again', async t => {
  const box = outbox(t)
  box.add('a', 'http://nothing.invalid/')
  await box.round()
  t.match(box.entry('a'), { state: 'waiting', attempts: 1, http_status: null })
  const gone = await receiver(t)
  const { port } = new URL(gone.url)
  gone.server.close()
  await new Promise(resolve => connect(Number(port), '127.0.0.1').once('error', resolve))
  box.add('b', `http://127.0.0.1:${port}/`)
  await box.round()
  t.match(box.entry('b'), { state: 'waiting', fault: /ECONNREFUSED/ })
})

t.test('no text ends in half of a character, wherever it is cut', async t => {
  for (const before of [138, 139, 253, 254, 298, 299]) {
    const description = plain(`${'x'.repeat(before)}\u{1f600}${'y'.repeat(400)}`)
    t.notMatch(description, /\p{Cs}/u)
    for (const kind of ['github', 'gitlab'] as const) {
      const { body } = statusRequest(kind, 'https://git.example.org/a/b', 'token', { sha: 'a'.repeat(40), ref: 'main', state: 'failure', context: 'c', description, url: null })
      t.notMatch((JSON.parse(body ?? '') as { description: string }).description, /\p{Cs}/u, `${kind} after ${before}`)
    }
  }
  t.equal(plain('a\ud83db'), 'a\ufffdb', 'what JSON of a tool names')
  t.equal(begin('\u{1f600}', 1), '')
  const jobs = Array.from({ length: 10 }, () => ({ job: 'j', recipe: 'test', subproject: '\u{1f600}'.repeat(140), language: 'c', status: 'failed', tests: null, findings: { new: 0, unchanged: 0 }, advisories: 0, events: [] }))
  for (const project of ['p', 'pp']) {
    const { body } = kinds.discord({ id: 'i', notice: { ...notice, project, jobs } as never, url: 'https://discord.example.org', secret: undefined, room: undefined, now: 0 })
    const { content } = JSON.parse(body ?? '') as { content: string }
    t.ok(content.length >= 1999)
    t.notMatch(content, /\p{Cs}/u)
  }
})

t.test('a URL that is a secret is masked in what its receiver says again', async t => {
  const url = 'http://127.0.0.1:9/services/T0123/abcdefghijklmn?key=verysecretkey'
  for (const said of [`Cannot POST /services/T0123/abcdefghijklmn?key=verysecretkey`, 'Cannot POST /services/T0123/abcdefghijklmn', 'no hook abcdefghijklmn', 'bad key verysecretkey', url]) {
    const sender = { secret: () => url, now: () => 0, post: async () => ({ status: 404, text: said, retryAfterMs: undefined }) }
    const result = await attempt(sender, { id: 'i', project: 'p', parcel: { what: 'hook', target: { kind: 'slack', url_secret: 'URL' }, message: notice } } as never)
    t.notMatch(JSON.stringify(result), /abcdefghijklmn|verysecretkey/, said)
    t.match(result, { ended: 'refused', fault: /^404: .*\*\*\*/ })
  }
})

t.test('a dead status that a later one has overtaken stays dead', async t => {
  const box = outbox(t)
  const status = (id: string, lane: string) => put(box.db, { id, project: { name: 'p', createdAt: '2026-01-01T00:00:00.000Z' }, lane, parcel: { what: 'status', target: {} as never, message: {} as never }, now: box.clock.now })
  for (const [id, lane] of [['pending', 'commit'], ['verdict', 'commit'], ['other', 'another']] as const) status(id, lane)
  box.db.prepare(`UPDATE notify_outbox SET state = 'dead'`).run()
  t.equal(revive(box.db, 'pending', box.clock.now), false, 'or the commit is pending for ever')
  t.equal(revive(box.db, 'verdict', box.clock.now), true)
  t.equal(revive(box.db, 'other', box.clock.now), true)
})

t.test('of thousands that wait only a few are read', async t => {
  const box = outbox(t)
  for (let at = 0; at < 50; at++) box.add(`a${at}`, 'http://127.0.0.1:9/', {}, `lane ${at % 25}`)
  const at = { now: box.clock.now, alive: ['first'] }
  t.same(due(box.db, { ...at, limit: 3 }).map(one => one.id), ['a0', 'a1', 'a2'])
  t.equal(due(box.db, { ...at, limit: 100 }).length, 25, 'one of each lane')
  box.db.prepare(`INSERT INTO notify_lanes VALUES ('lane 1', 'first'), ('lane 2', 'gone')`).run()
  t.same(due(box.db, { ...at, limit: 3 }).map(one => one.id), ['a0', 'a2', 'a3'], 'those from which nobody living sends')
})

t.test('what is old enough to go, and the dead ones of many projects, are found without reading the rest', async t => {
  const box = outbox(t)
  for (const id of ['a', 'b', 'c', 'd', 'e']) box.add(id, 'http://127.0.0.1:9/')
  const end = (id: string, state: string, at: string) => box.db.prepare('UPDATE notify_outbox SET state = ?, ended_at = ? WHERE id = ?').run(state, at, id)
  end('a', 'sent', '2026-01-01')
  end('b', 'dead', '2026-01-02')
  end('c', 'dead', '2026-01-01')
  end('d', 'dropped', '2026-01-03')
  const ids = (wish: Omit<Parameters<typeof list>[1], 'limit'>) => list(box.db, { ...wish, limit: 9 }).map(one => one.id)
  for (const projects of [['p'], ['p', 'q']]) {
    t.same(ids({ projects, state: 'dead' }), ['c', 'b'])
    t.same(ids({ projects, state: 'dead', before: 3 }), ['b'])
    t.same(ids({ projects, state: 'waiting' }), ['e'])
    t.same(ids({ projects }), ['e', 'd', 'c', 'b', 'a'])
  }
  t.same(ids({ projects: ['q', 'r'], state: 'dead' }), [])
  const texts: string[] = []
  const plans = { prepare: (text: string) => { texts.push(text); return { run() {}, all: () => [] } } } as never
  prune(plans, { sent: '', dead: '' })
  list(plans, { projects: ['p', 'q'], state: 'dead', limit: 1 })
  for (const text of texts) {
    const plan = (box.db.prepare(`EXPLAIN QUERY PLAN ${text}`).all(...(text.startsWith('DELETE') ? ['', ''] : [{ projects: '[]', state: 'dead', before: 1, limit: 1 }])) as { detail: string }[]).map(row => row.detail).join('; ')
    t.match(plan, /notify_outbox_by_state/)
    t.notMatch(plan, /SCAN notify_outbox/)
  }
  prune(box.db, { sent: '2026-01-02', dead: '2026-01-02' })
  t.same(ids({ projects: ['p'] }), ['e', 'd', 'b'])
})
