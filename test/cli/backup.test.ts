import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { farmEnvironment, jobEnd, launcher, startServer } from '../support/server.ts'
import { repository } from '../http/server.ts'
import { temporary } from '../support/temporary.ts'

const call = (env: NodeJS.ProcessEnv, ...args: string[]) => spawnSync(process.execPath, [launcher, ...args], { env, encoding: 'utf8' })

t.test('a backup of a farm at work, restored elsewhere', async t => {
  const root = temporary(t)
  const git_url = repository(join(root, 'repository'), { 'a.txt': '' })
  const server = await startServer(root)
  t.teardown(() => server.stop('SIGKILL'))
  const recipes = { done: 'echo finished', waits: 'echo begun; while ! test -e "$TMPDIR/never"; do sleep 0.05; done' }
  await server.request('POST', '/projects', { name: 'p', git_url, subprojects: [{ path: '', language: 'text', recipes }] })
  const done = (await server.request('POST', '/projects/p/jobs', { recipe: 'done' })).body.job_id
  await jobEnd(server, done)
  const waits = (await server.request('POST', '/projects/p/jobs', { recipe: 'waits' })).body.job_id
  while (!(await server.request('GET', `/jobs/${waits}/log`)).body.includes('begun')) await new Promise(setImmediate)

  const env = farmEnvironment(root)
  const file = join(root, 'farm.tar.gz')
  const made = call(env, 'backup', file)
  t.equal(made.status, 0, made.stderr)
  t.equal(statSync(file).mode & 0o777, 0o600, 'it holds secrets')
  t.same(readdirSync(join(root, 'data')).filter(name => name.startsWith('.backup')), [])
  t.match(call(env, 'restore', file, '--replace').stderr, /A farm is at work/)

  const elsewhere = join(root, 'elsewhere')
  const moved = farmEnvironment(elsewhere)
  t.equal(call(moved, 'restore', file).status, 0)
  t.match(call(moved, 'restore', file).stderr, /is not empty/)
  const second = await startServer(elsewhere)
  t.teardown(() => second.stop())
  t.equal(readFileSync(join(elsewhere, 'data/admin-bearer.txt'), 'utf8').trim(), server.admin)
  t.match((await second.request('GET', `/jobs/${done}`)).body, { job: { status: 'passed' } })
  t.match((await second.request('GET', `/jobs/${done}/log`)).body, /finished/)
  const stranded = await jobEnd(second, waits)
  t.match(stranded.job, { status: 'failed', exit_code: -1 })
  t.match((await second.request('GET', `/jobs/${waits}/log`)).body, /begun[\s\S]*runner restart, job orphaned/)
  await second.stop()
  const replaced = call(moved, 'restore', file, '--replace')
  t.equal(replaced.status, 0, replaced.stderr)
  const kept = /what was there is now (?<path>.*)/.exec(replaced.stdout)?.groups?.path ?? ''
  t.ok(existsSync(join(kept, 'ledger.db')))
  t.same(readdirSync(elsewhere).filter(name => name.startsWith('data')), ['data'], 'all of it in the data directory')
  const noted = new Database(join(elsewhere, 'data/ledger.db'), { readonly: true })
  t.match(noted.prepare('SELECT * FROM audit ORDER BY id DESC').get(), { caller: 'local', action: 'restore', subject: 'farm.tar.gz', outcome: 'done' })
  noted.close()
  t.match(call(moved, 'backup', join(elsewhere, 'data/again.tar')).stderr, /lies in the data directory/)
  const again = join(root, 'again.tar')
  t.equal(call(moved, 'backup', again).status, 0)
  t.notMatch(execFileSync('tar', ['-tf', again], { encoding: 'utf8' }), /before/, 'what was replaced is in no backup')
})

t.test('a backup replaces a ledger of a newer version, and one that is damaged', async t => {
  const root = temporary(t)
  const env = farmEnvironment(root)
  t.equal(call(env, 'token', 'mint', 'before', '--admin').status, 0)
  const file = join(root, 'farm.tar')
  t.equal(call(env, 'backup', file).status, 0)
  const ledger = join(root, 'data/ledger.db')
  const newer = new Database(ledger)
  newer.pragma('user_version = 999')
  newer.close()
  t.match(call(env, 'token', 'list').stderr, /newer crafting-table/)
  t.equal(call(env, 'restore', file, '--replace').status, 0)
  t.match(call(env, 'token', 'list').stdout, /^before\tadmin/)
  writeFileSync(ledger, 'no database at all')
  const replaced = call(env, 'restore', file, '--replace')
  t.equal(replaced.status, 0, replaced.stderr)
  t.match(call(env, 'token', 'list').stdout, /^before\tadmin/)
})

t.test('a data directory that is a volume, of which nothing beside it can be written', { skip: canMount() ? false : 'needs a mount namespace' }, t => {
  const root = temporary(t)
  const env = farmEnvironment(root)
  const file = join(root, 'farm.tar')
  t.equal(call(env, 'token', 'mint', 'before', '--admin').status, 0)
  t.equal(call(env, 'backup', file).status, 0)
  const inside = 'set -e; mount -t tmpfs none "$CRAFTING_DATA_DIR"; "$0" "$1" restore "$2"; "$0" "$1" restore "$2" --replace; "$0" "$1" token list'
  const said = spawnSync('unshare', ['-rm', 'sh', '-c', inside, process.execPath, launcher, file], { env, encoding: 'utf8' })
  t.equal(said.status, 0, said.stderr)
  t.match(said.stdout, /^before\tadmin/m)
  t.end()
})

function canMount(): boolean {
  return spawnSync('unshare', ['-rm', 'true']).status === 0
}

t.test('what is no backup is refused, and what is there stays', async t => {
  const root = temporary(t)
  const env = farmEnvironment(root)
  t.match(call(env, 'backup', join(root, 'x.tar')).stderr, /There is no ledger/)
  mkdirSync(join(root, 'junk'))
  writeFileSync(join(root, 'junk/ledger.db'), 'no database at all')
  execFileSync('tar', ['-cf', join(root, 'junk.tar'), '-C', join(root, 'junk'), '.'])
  writeFileSync(join(root, 'text.tar'), 'text')
  t.match(call(env, 'restore', join(root, 'junk.tar')).stderr, /is damaged/)
  t.match(call(env, 'restore', join(root, 'text.tar')).stderr, /text\.tar/)
  t.match(call(env, 'restore', join(root, 'missing.tar')).stderr, /There is no file/)
  t.notOk(existsSync(join(root, 'data')))
  t.same(readdirSync(root).filter(name => name.includes('restoring')), [])
})

t.test('nobody else can read a backup while it is written', t => {
  const root = temporary(t)
  const env = farmEnvironment(root)
  t.equal(call(env, 'token', 'mint', 'me').status, 0)
  const programs = join(root, 'programs')
  mkdirSync(programs)
  writeFileSync(join(programs, 'tar'), `#!/bin/sh\nstat -c %a "$3" >${join(root, 'mode')}\nPATH=\${PATH#*:} exec tar "$@"\n`, { mode: 0o755 })
  t.equal(call({ ...env, PATH: `${programs}:${env.PATH}` }, 'backup', join(root, 'farm.tar')).status, 0)
  t.equal(readFileSync(join(root, 'mode'), 'utf8'), '600\n')
  t.equal(statSync(join(root, 'farm.tar')).mode & 0o777, 0o600)
  t.end()
})
