import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import t from 'tap'
import { openMirror, removeMirror, resolve, tagsOf } from '../../core/run/mirror.ts'
import { repository, temporary } from './repository.ts'

interface Teardown { teardown(action: () => unknown): unknown }

function setUp(t: Teardown) {
  const home = temporary(t)
  const origin = repository(join(home, 'origin'))
  const mirror = openMirror({ directory: join(home, 'work/project/.cache'), url: origin.directory, allowFile: true })
  const now = (ref?: string) => resolve(mirror, { ref }, { notBefore: Date.now() })
  return { home, origin, mirror, now }
}

t.test('branches, tags, full and short shas, the default branch', async t => {
  const { origin, mirror, now } = setUp(t)
  const first = origin.commit({ a: '1' })
  origin.git('tag', '-a', '-m', 'x', 'v1')
  origin.git('checkout', '-q', '-b', 'feature/one')
  const second = origin.commit({ a: '2' })
  origin.git('update-ref', 'refs/pull/7/head', second)
  origin.git('checkout', '-q', 'main')
  t.same(await now(), { sha: first, branch: 'main' })
  t.same(await now('HEAD'), { sha: first, branch: 'main' })
  t.same(await now('feature/one'), { sha: second, branch: 'feature/one' })
  t.same(await now('v1'), { sha: first })
  t.same(await now('refs/tags/v1'), { sha: first })
  t.same(await now('refs/pull/7/head'), { sha: second })
  t.same(await now(second.slice(0, 8)), { sha: second })
  t.same(await resolve(mirror, { sha: second }, { notBefore: Date.now() }), { sha: second })
  t.equal(mirror.project, 'project')
})

t.test('a sha that is here needs no remote', async t => {
  const { origin, mirror, now } = setUp(t)
  const sha = origin.commit({ a: '1' })
  await now()
  rmSync(origin.directory, { recursive: true })
  t.same(await resolve(mirror, { ref: 'main', sha }, { notBefore: Date.now() }), { sha })
  await t.rejects(now('main'), { name: 'FarmError', code: 'unavailable', hint: /git URL/ })
})

t.test('follows pushes, forced pushes, deleted and renamed branches, moved and late tags', async t => {
  const { origin, mirror, now } = setUp(t)
  const first = origin.commit({ a: '1' })
  t.equal((await now('main')).sha, first)
  const second = origin.commit({ a: '2' })
  t.equal((await now('main')).sha, second)
  origin.git('reset', '-q', '--hard', first)
  const forced = origin.commit({ a: '3' })
  t.equal((await now('main')).sha, forced)
  origin.git('tag', 'late', first)
  await now('main')
  t.match(await tagsOf(mirror), `${first} refs/tags/late`)
  origin.git('tag', '-f', 'late', forced)
  t.same(await now('late'), { sha: forced })
  t.match(await tagsOf(mirror), `${forced} refs/tags/late`)
  origin.git('branch', '-m', 'main', 'trunk')
  t.same(await now(), { sha: forced, branch: 'trunk' })
  await t.rejects(now('main'), { code: 'invalid', field: 'ref' })
  origin.git('branch', '-m', 'trunk', 'trunk/deep')
  t.same(await now('trunk/deep'), { sha: forced, branch: 'trunk/deep' })
})

t.test('a commit that no branch has', async t => {
  const { origin, mirror, now } = setUp(t)
  const first = origin.commit({ a: '1' })
  const gone = origin.commit({ a: '2' })
  origin.git('reset', '-q', '--hard', first)
  await now()
  origin.git('config', 'uploadpack.allowAnySHA1InWant', 'true')
  t.same(await resolve(mirror, { sha: gone }, { notBefore: Date.now() }), { sha: gone })
  await t.rejects(resolve(mirror, { sha: 'f'.repeat(40) }, { notBefore: Date.now() }), { code: 'invalid', field: 'sha' })
})

t.test('names that are none are refused before git sees them', async t => {
  const { mirror } = setUp(t)
  const hostile = ['', '-x', '--upload-pack=id', 'refs/heads/-x', 'a..b', 'a@{1}', '@', 'a b', 'a\nb', 'a~1', 'a^', 'a:b', 'a*', 'a?', 'a[b', 'a\\b', '/a', 'a/', 'a//b', '.a', 'a/.b', 'a.lock', 'a.lock/b', 'a.', 'é\u0000', 'x'.repeat(2000)]
  for (const ref of hostile) await t.rejects(resolve(mirror, { ref }, { notBefore: 0 }), { name: 'FarmError', code: 'invalid', field: 'ref' }, JSON.stringify(ref.slice(0, 20)))
})

t.test('an empty repository', async t => {
  const { now } = setUp(t)
  await t.rejects(now(), { code: 'invalid', field: 'ref' })
})

t.test('files are not fetched unless that is allowed', async t => {
  const { origin, mirror } = setUp(t)
  origin.commit({ a: '1' })
  await t.rejects(resolve({ ...mirror, allowFile: false }, {}, { notBefore: 0 }), { code: 'unavailable' })
})

t.test('a burst of triggers shares a few exchanges, and each sees what was pushed before it', async t => {
  const { home, origin, mirror } = setUp(t)
  origin.commit({ a: '0' })
  origin.git('update-server-info')
  const { url, log } = await serve(t, join(origin.directory, '.git'))
  const remote = openMirror({ ...mirror, directory: join(home, 'work/http/.cache'), url })
  const wanted: Promise<unknown>[] = []
  for (let round = 1; round <= 4; round++) {
    const sha = origin.commit({ a: String(round) })
    origin.git('update-server-info')
    for (let trigger = 0; trigger < 50; trigger++) wanted.push(resolve(remote, { ref: 'main' }, { notBefore: Date.now() }).then(got => t.ok(round === 4 ? got.sha === sha : true)))
    await Promise.race(wanted.slice(-50))
  }
  await Promise.all(wanted)
  const exchanges = log.filter(line => line.includes('info/refs')).length
  t.ok(exchanges <= 24, `200 triggers, ${exchanges} requests for refs`)
})

t.test('credentials reach the server and nothing else', async t => {
  const { home, origin } = setUp(t)
  const sha = origin.commit({ a: '1' })
  origin.git('update-server-info')
  for (const [user, password] of [['me', 'se:cr@et'], ['tokentoken', '']] as const) {
    const { url } = await serve(t, join(origin.directory, '.git'), `${user}:${password}`)
    const given = url.replace('//', `//${encodeURIComponent(user)}${password ? `:${encodeURIComponent(password)}` : ''}@`)
    const project = join(home, 'work', user)
    const mirror = openMirror({ directory: join(project, '.cache'), url: given, allowFile: false })
    t.equal((await resolve(mirror, {}, { notBefore: 0 })).sha, sha)
    t.notMatch(readFileSync(join(project, '.cache/config'), 'utf8'), /secret|tokentoken/)
    const wrong = openMirror({ directory: join(home, 'work', `${user}-wrong`, '.cache'), url: given.replace(/@/, 'x@'), allowFile: false })
    const error = await resolve(wrong, {}, { notBefore: 0 }).catch((reason: Error) => reason) as Error & { hint: string }
    t.match(error, { code: 'unavailable' })
    t.notMatch(`${error.message} ${error.hint} ${error.stack}`, /se:cr|se%3Acr|tokentoken/)
  }
})

t.test('one waiter may go, all may go', async t => {
  const home = temporary(t)
  const server = createServer(() => { /* never answers */ })
  const url = await listening(t, server)
  const mirror = openMirror({ directory: join(home, 'work/p/.cache'), url, allowFile: false })
  const [one, two] = [new AbortController(), new AbortController()]
  const answers = [one, two].map(({ signal }) => resolve(mirror, {}, { signal, notBefore: Date.now() }).catch((reason: unknown) => reason))
  await new Promise(done => server.once('request', done))
  one.abort('first')
  t.equal(await answers[0], 'first')
  const closed = new Promise(done => server.once('connection', socket => socket.once('close', done)))
  two.abort('second')
  t.equal(await answers[1], 'second')
  server.closeAllConnections()
  void closed
  // They are told to end before the answer is given, and take their moment; one that stays runs into the test's time-out.
  while (processesNaming(url).length) await new Promise(done => setTimeout(done, 2))
  t.pass('no transport is left behind')
})

t.test('a mirror that something spoilt is put right', async t => {
  const { mirror, origin, now } = setUp(t)
  origin.commit({ a: '1' })
  await now()
  const spoil: Record<string, () => void> = {
    'HEAD emptied': () => writeFileSync(join(mirror.directory, 'HEAD'), ''),
    'HEAD null': () => writeFileSync(join(mirror.directory, 'HEAD'), '\0'.repeat(41)),
    'configuration': () => writeFileSync(join(mirror.directory, 'config'), '[core\nbroken'),
    'locks': () => { for (const name of ['packed-refs', 'HEAD', 'refs/heads/main', 'shallow']) writeFileSync(join(mirror.directory, `${name}.lock`), '') },
    'commondir': () => writeFileSync(join(mirror.directory, 'commondir'), ''),
    'a broken ref': () => writeFileSync(join(mirror.directory, 'refs/heads/main'), '0'.repeat(40)),
    'no refs': () => rmSync(join(mirror.directory, 'refs'), { recursive: true }),
    'no packs': () => rmSync(join(mirror.directory, 'objects/pack'), { recursive: true }),
    'no objects': () => rmSync(join(mirror.directory, 'objects'), { recursive: true }),
    'nothing': () => rmSync(mirror.directory, { recursive: true }),
  }
  const address = `file://${origin.directory}`
  await resolve(openMirror({ ...mirror, url: address }), {}, { notBefore: Date.now() })
  for (const [name, spoilt] of Object.entries(spoil)) {
    const sha = origin.commit({ a: name })
    spoilt()
    // Another process's view of it: nothing known.
    const fresh = openMirror({ ...mirror, url: `${address}${'/'.repeat(Object.keys(spoil).indexOf(name) + 1)}` })
    t.equal((await resolve(fresh, {}, { notBefore: Date.now() })).sha, sha, name)
  }
})

t.test('another git URL: nothing of the repository before is served', async t => {
  const { home, origin, mirror, now } = setUp(t)
  const old = origin.commit({ a: '1' })
  await now()
  const other = repository(join(home, 'other'))
  const own = other.commit({ b: '1' })
  const changed = openMirror({ ...mirror, url: other.directory })
  const ask = (of: typeof mirror, want: { ref?: string; sha?: string }) => resolve(of, want, { notBefore: Date.now() })
  await t.rejects(ask(changed, { sha: old }), { name: 'FarmError', code: 'invalid' })
  await t.rejects(ask(changed, { ref: old.slice(0, 10) }), { name: 'FarmError', code: 'invalid' })
  t.same(await ask(changed, {}), { sha: own, branch: 'main' })
  t.same(await ask(openMirror({ ...changed, url: `${other.directory}/` }), { sha: own }), { sha: own }, 'a slash more is the same repository')
})

t.test('what was asked of the repository before does not come into the mirror of the one after', async t => {
  const { home, origin, mirror } = setUp(t)
  const old = origin.commit({ a: '1' })
  const other = repository(join(home, 'other'))
  const own = other.commit({ b: '1' })
  const changed = openMirror({ ...mirror, url: other.directory })
  const [, after] = await Promise.allSettled([resolve(mirror, {}, { notBefore: Date.now() }), resolve(changed, {}, { notBefore: Date.now() })])
  t.match(after, { status: 'fulfilled', value: { sha: own } })
  await t.rejects(resolve(changed, { sha: old }, { notBefore: Date.now() }), { code: 'invalid' })
})

t.test('removal takes everything', async t => {
  const { home, mirror, origin, now } = setUp(t)
  origin.commit({ a: '1' })
  await now()
  await removeMirror(mirror.directory)
  t.same(readdirSync(join(home, 'work')).filter(name => !name.startsWith('.')), [])
})

/** git's plain HTTP protocol: files. */
async function serve(t: Teardown, directory: string, credentials?: string): Promise<{ url: string; log: string[] }> {
  const log: string[] = []
  const server = createServer((request, response) => {
    log.push(request.url ?? '')
    const given = Buffer.from(request.headers.authorization?.replace('Basic ', '') ?? '', 'base64').toString()
    if (credentials !== undefined && given !== credentials) return void response.writeHead(401, { 'www-authenticate': 'Basic realm="x"' }).end()
    try { response.end(readFileSync(join(directory, new URL(request.url ?? '', 'http://x').pathname.replace('/repo.git/', '')))) } catch { response.writeHead(404).end() }
  })
  return { url: `${await listening(t, server)}/repo.git`, log }
}

async function listening(t: Teardown, server: Server): Promise<string> {
  await new Promise<void>(done => server.listen(0, '127.0.0.1', done))
  t.teardown(() => { server.closeAllConnections(); server.close() })
  return `http://127.0.0.1:${(server.address() as { port: number }).port}`
}

function processesNaming(text: string): string[] {
  return readdirSync('/proc').filter(name => /^\d+$/.test(name) && Number(name) !== process.pid).flatMap(pid => {
    try { return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(text) ? pid : [] } catch { return [] }
  })
}
