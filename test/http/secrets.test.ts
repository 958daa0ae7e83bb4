import { randomBytes } from 'node:crypto'
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { checkSecret } from '../../core/secrets.ts'
import { repository, serve } from './server.ts'
import { temporary } from '../support/temporary.ts'

const value = 's3cr3t/value+with "all" & more\nand a second line of it'

t.test('a secret reaches its recipes, and nobody sees it', async t => {
  const { farm, call, mint, directory, log } = await serve(t)
  const token = mint('me')
  const print = 'printf "%s" "$TOKEN"; echo; printf "%s" "$TOKEN" | base64 -w0; echo; printf "user:%s" "$TOKEN" | base64 -w0; echo; for c in s 3 c r 3 t; do printf %s $c; done; echo; test -n "$TOKEN" && echo given'
  const leak = 'printf "a.c:3:1: error: %s\\n" "$(printf %s "$TOKEN" | head -n 1)" >&2; printf \'<testsuite><testcase name="x"><failure message="%s"/></testcase></testsuite>\' "$(printf %s "$TOKEN" | tail -n 1)" > "$CRAFTING_REPORTS/r.xml"; exit 1'
  const body = {
    name: 'p', git_url: repository(join(directory, 'r'), { a: '' }), secrets: [{ name: 'TOKEN', recipes: ['publish', 'test'] }, { name: 'OTHER', recipes: ['publish'] }],
    subprojects: [{ path: '', language: 'c', build: 'test -z "$TOKEN"', test: leak, recipes: { publish: print } }],
  }
  t.equal((await call('POST', '/projects', { token, body })).status, 201)
  t.equal((await call('PUT', '/projects/p/secrets/TOKEN', { token, body: { value } })).status, 204)
  const run = async (recipe: string) => {
    const { json } = await call('POST', '/projects/p/jobs', { token, body: { recipe } })
    await farm.ended(json.job_id)
    const job = (await call('GET', `/jobs/${json.job_id}`, { token })).json.job
    return { job, id: json.job_id, log: (await call('GET', `/jobs/${json.job_id}/log`, { token })).text }
  }
  t.equal((await run('build')).job.status, 'passed', 'others do not get it')
  const printed = await run('publish')
  t.match(printed.log, /\*\*\*/)
  t.match(printed.log, /^given$/m)
  t.match(printed.log, /the secret OTHER is not set/)
  const test = await run('test')
  const all = [printed.log, test.log, JSON.stringify(test.job), (await call('GET', `/jobs/${test.id}/findings`, { token })).text, (await call('GET', `/jobs/${test.id}/sarif`, { token })).text, JSON.stringify(log), readFileSync(join(directory, 'data/ledger.db')).toString('latin1')]
  for (const text of all) {
    t.notMatch(text, /s3cr3t\/value|second line of it/)
    for (const before of ['', 'user:']) t.notMatch(text, Buffer.from(`${before}${value}`).toString('base64').slice(8, 40))
  }
  t.match((await call('GET', `/jobs/${test.id}/findings`, { token })).json.findings.map((one: { message: string }) => one.message), ['***', /\*\*\*/])

  t.match((await call('GET', '/projects/p/secrets', { token })).json, { secrets: [{ name: 'TOKEN', updated_by: 'me' }] })
  t.notMatch((await call('GET', '/projects/p', { token })).text, /s3cr3t/)

  const large = randomBytes(49_000).toString('base64')
  t.equal((await call('PUT', '/projects/p/secrets/LARGE', { token, body: { value: large } })).status, 204)
  t.equal((await run('build')).job.status, 'passed', 'the largest that is taken hinders no job')
  for (const path of ['/projects/p/secrets', '/projects/none/secrets']) t.equal((await call('GET', path, { token: mint(`other${path.length}`) })).status, 404)
  t.equal((await call('DELETE', '/projects/p/secrets/TOKEN', { token })).status, 204)
  t.equal((await call('DELETE', '/projects/p/secrets/TOKEN', { token })).status, 404)
})

t.test('what is refused, and a key that is lost', async t => {
  const { call, mint, directory, farm } = await serve(t)
  const token = mint('me')
  await call('POST', '/projects', { token, body: { name: 'p', git_url: repository(join(directory, 'r'), { a: '' }), secrets: [{ name: 'TOKEN', recipes: ['go'] }], subprojects: [{ path: '', language: 'c', recipes: { go: 'true' } }] } })
  for (const [name, wrong] of [['TOKEN', 'short'], ['TOKEN', 'aaaaaaaaaaaa'], ['PATH', value], ['LD_PRELOAD', value], ['lower', value], ['CRAFTING_X', value], ['TOKEN', 'x\0yyyyyyyy'], ['TOKEN', 'x\ud800yyyyyyyy']] as const) {
    t.equal((await call('PUT', `/projects/p/secrets/${name}`, { token, body: { value: wrong } })).status, 400, `${name}=${wrong}`)
  }
  t.notOk(existsSync(join(directory, 'data/secrets.key')), 'made at the first use')
  await call('PUT', '/projects/p/secrets/TOKEN', { token, body: { value } })
  t.equal(statSync(join(directory, 'data/secrets.key')).mode & 0o777, 0o600)
  writeFileSync(join(directory, 'data/secrets.key'), Buffer.alloc(32))
  const other = await import('../../core/secrets.ts')
  t.throws(() => other.openVault(join(directory, 'data')).open(Buffer.alloc(64), '1/TOKEN'), { code: 'unavailable', hint: /secrets\.key/ })
  const { json } = await call('POST', '/projects/p/jobs', { token, body: { recipe: 'go' } })
  await farm.ended(json.job_id)
  t.match((await call('GET', `/jobs/${json.job_id}`, { token })).json.job, { status: 'passed' }, 'a farm that runs keeps its key')
})

t.test('a ledger without its key: it says so, and makes none to open with', async t => {
  const data = temporary(t)
  const path = join(data, 'secrets.key')
  const { openVault } = await import('../../core/secrets.ts')
  const sealed = openVault(data).seal(value, '1/TOKEN')
  const key = readFileSync(path)
  chmodSync(path, 0o644)
  t.equal(openVault(data).open(sealed, '1/TOKEN'), value)
  t.equal(statSync(path).mode & 0o777, 0o600, 'for nobody else to read')
  rmSync(path)
  t.throws(() => openVault(data).open(sealed, '1/TOKEN'), { code: 'unavailable', message: /secrets\.key .*there is none/, hint: /backup/ })
  t.notOk(existsSync(path))
  openVault(data).seal(value, '1/OTHER')
  t.throws(() => openVault(data).open(sealed, '1/TOKEN'), { code: 'unavailable', message: 'The secret TOKEN cannot be opened: secrets.key is not the key that it was sealed with' })
  writeFileSync(path, 'short')
  t.throws(() => openVault(data).seal(value, '1/TOKEN'), { code: 'unavailable', message: /5 bytes, not 32/ })
  rmSync(path)
  mkdirSync(path)
  t.throws(() => openVault(data).open(sealed, '1/TOKEN'), { code: 'unavailable', message: /EISDIR/ })
  rmSync(path, { recursive: true })
  writeFileSync(path, key)
  t.equal(openVault(data).open(sealed, '1/TOKEN'), value)
})

t.test('what a secret may be', async t => {
  const value = 'a good value'
  // The supervisor takes these as arguments, which every process of the machine can read.
  for (const name of ['PERL5OPT', 'PERL5LIB', 'PERLLIB', 'PERL5DB', 'PATH', 'GIT_DIR', 'lower', '']) t.throws(() => checkSecret(name, value), { code: 'invalid', field: 'name' }, name)
  // The kernel takes no longer text into an environment than 128 KiB.
  for (const bad of ['short', 'aaaaaaaaaaaa', 'a good\0value', 'abcd'.repeat(16_385), 'äöü€'.repeat(10_000)]) t.throws(() => checkSecret('TOKEN', bad), { code: 'invalid', field: 'value' })
  t.doesNotThrow(() => checkSecret('TOKEN', 'abcd'.repeat(16_384)))
})
