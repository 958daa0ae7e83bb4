import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { readConfig } from '../../core/config.ts'
import { openFarm } from '../../core/farm.ts'
import { quietLogger } from '../../core/logger.ts'
import type { Loose } from './document.ts'
import { until } from '../support/until.ts'
import { environmentIn, repository, serve } from './server.ts'

t.test('jobs, runs, findings and SARIF of a project', async t => {
  const { call, mint, admin, farm, directory } = await serve(t)
  const token = mint('alice')
  const git_url = repository(join(directory, 'repo'), { 'a/a.c': 'int x\n', 'b/b.c': 'int y;\n' })
  const compiler = ['one', 'two', 'three'].map((word, index) => `echo "a.c:${index + 1}:1: error: ${word}" >&2`).join('; ')
  const subprojects = [{ path: 'a', language: 'c', build: `${compiler}; exit 1` }, { path: 'b', language: 'c', build: 'true' }]
  await call('POST', '/projects', { token, body: { name: 'p', git_url, subprojects } })

  const started = await call('POST', '/projects/p/jobs', { token, body: { recipe: 'build', subproject: 'a/' } })
  t.equal(started.status, 202)
  t.match(started.json, { job_id: String, status: /queued|running/, job: { subproject: 'a', recipe: 'build', project: 'p' } })
  const id = started.json.job_id
  await farm.ended(id)
  t.match((await call('GET', `/jobs/${id}`, { token })).json.job, { status: 'failed', exit_code: 1, findings: { new: 3, error: 3 } })

  const found = (await call('GET', `/jobs/${id}/findings`, { token })).json
  t.match(found, { findings: [{ level: 'error', severity: 'error', state: 'new', kind: 'build', file: 'a/a.c', line: 1, message: 'one' }, { message: 'two' }, { message: 'three' }], next_cursor: null })
  const first = (await call('GET', `/jobs/${id}/findings?limit=2`, { token })).json
  const second = (await call('GET', `/jobs/${id}/findings?limit=2&cursor=${first.next_cursor}`, { token })).json
  t.same([...first.findings, ...second.findings], found.findings)
  for (const query of ['state=fixed', 'state=unchanged', 'level=note']) t.same((await call('GET', `/jobs/${id}/findings?${query}`, { token })).json.findings, [], query)

  const run = await call('POST', '/projects/p/runs', { token, body: { ref: 'refs/heads/main', branch: 'main', recipes: ['build'] } })
  t.equal(run.status, 202)
  t.match(run.json, { run_id: String, status: 'queued', run: { ref: 'main', recipes: ['build'] } })
  await farm.ended(run.json.run_id)
  const ran = (await call('GET', `/runs/${run.json.run_id}`, { token })).json
  t.match(ran.run, { status: 'failed', sha: /^[0-9a-f]{40}$/, duration_secs: Number })
  t.same(ran.jobs.map((one: Loose) => [one.subproject, one.status, one.run_id]).toSorted(), [['a', 'failed', ran.run.id], ['b', 'passed', ran.run.id]])
  t.equal((await call('POST', `/runs/${run.json.run_id}/cancel`, { token })).status, 409)

  for (const path of [`/jobs/${id}/sarif`, '/projects/p/sarif', '/projects/p/sarif?branch=main']) {
    const sarif = await call('GET', path, { token })
    t.equal(sarif.headers.get('content-type'), 'application/sarif+json')
    t.equal(sarif.json.version, '2.1.0')
    t.same(sarif.json.runs.flatMap((one: Loose) => one.results ?? []).length, 3, path)
  }

  const list = async (query: string, as = token) => (await call('GET', `/jobs?${query}`, { token: as })).json
  t.equal((await list('')).jobs.length, 3)
  t.same((await list('status=passed')).jobs.map((one: Loose) => one.subproject), ['b'])
  t.equal((await list('project=p&status=failed')).jobs.length, 2)
  t.equal((await list('', admin)).jobs.length, 3)
  const pages = []
  for (let cursor: string | null = ''; cursor !== null;) {
    const page: Loose = await list(`limit=1${cursor && `&cursor=${cursor}`}`)
    pages.push(page.jobs[0].job_id)
    cursor = page.next_cursor
  }
  t.same(pages, (await list('')).jobs.map((one: Loose) => one.job_id), 'newest first, one by one')
  t.equal(pages.at(-1), id)

  for (const [body, field] of [[{ recipe: 'nope', subproject: 'a' }, 'recipe'], [{ recipe: 'build', subproject: 'z' }, 'subproject'], [{ recipe: 'build' }, 'subproject']] as const) {
    const reply = await call('POST', '/projects/p/jobs', { token, body })
    t.match([reply.status, reply.json.errors], [400, [{ field }]])
  }
  t.match((await call('GET', '/packs', { token })).json.packs.find((one: Loose) => one.name === 'c'), { title: String, tools: [{ name: String, needed_for: [] }] })
  t.equal((await call('DELETE', '/projects/p', { token })).status, 204)
  t.equal((await call('GET', `/jobs/${id}`, { token })).status, 404, 'jobs go with their project')
})

t.test('languages that share a directory: findings of one are not compared with those of another', async t => {
  const { call, mint, farm, directory } = await serve(t)
  const token = mint('alice')
  const git_url = repository(join(directory, 'repo'), { 'a.c': 'int x\n', 'a.sh': 'true\n' })
  const lint = (file: string) => `echo "${file}:1:1: error: one" >&2`
  const subprojects = [{ path: '', language: 'c', lint: lint('a.c') }, { path: '', language: 'bash', lint: 'true' }]
  await call('POST', '/projects', { token, body: { name: 'p', git_url, subprojects } })
  for (const state of ['new', 'unchanged']) {
    const { run_id } = (await call('POST', '/projects/p/runs', { token, body: { branch: 'main', recipes: ['lint'] } })).json
    await farm.ended(run_id)
    const { jobs } = (await call('GET', `/runs/${run_id}`, { token })).json
    t.match(jobs.find((one: Loose) => one.language === 'c').findings, { [state]: 1, fixed: 0 })
    t.match(jobs.find((one: Loose) => one.language === 'bash').findings, { new: 0, unchanged: 0, fixed: 0 })
  }
  t.equal((await call('GET', '/projects/p/sarif', { token })).json.runs.flatMap((one: Loose) => one.results ?? []).length, 1)
})

t.test('what another process on the same ledger runs cannot be cancelled here, and nobody says that it was', async t => {
  const { call, admin, farm, directory } = await serve(t)
  await call('POST', '/projects', { token: admin, body: { name: 'p', git_url: repository(join(directory, 'r'), { a: '' }), subprojects: [{ path: '', language: 'c', recipes: { go: 'while ! test -e "$CRAFTING_ROOT/never"; do sleep 0.05; done' } }] } })
  const other = await openFarm(readConfig(environmentIn(directory)), { kind: 'server', log: quietLogger })
  t.teardown(() => other.close({ drainMs: 0 }))
  const root = { name: 'root', isAdmin: true }
  const job = other.startJob(root, 'p', { recipe: 'go' })
  const run = other.startRun(root, 'p', { recipes: ['go'] })
  for (const path of [`/jobs/${job.id}`, `/runs/${run.id}`]) {
    const { status, json } = await call('POST', `${path}/cancel`, { token: admin })
    t.equal(status, 409)
    t.match(json.detail, /Another process/)
  }
  t.ok(['queued', 'running'].includes(farm.job(root, job.id).status))
  t.equal((await other.cancelJob(root, job.id)).status, 'cancelled')
  t.equal((await other.cancelRun(root, run.id)).status, 'cancelled')
})

t.test('a project that is being removed starts nothing more, and leaves nothing running', async t => {
  const { call, mint, farm, directory } = await serve(t)
  const token = mint('alice')
  const git_url = repository(join(directory, 'repo'), { 'a.c': '' })
  const body = { name: 'p', git_url, subprojects: [{ path: '', language: 'c', recipes: { stubborn: "trap '' TERM; echo up; while :; do sleep 0.1; done", quick: 'true' } }] }
  await call('POST', '/projects', { token, body })
  const { job_id } = (await call('POST', '/projects/p/jobs', { token, body: { recipe: 'stubborn' } })).json
  await until(async () => (await call('GET', `/jobs/${job_id}`, { token })).json.log_tail.includes('up'))
  const planning = (await call('POST', '/projects/p/runs', { token, body: {} })).json.run_id

  const gone = [call('DELETE', '/projects/p', { token }), call('DELETE', '/projects/p', { token })]
  await until(async () => (await call('POST', '/projects/p/jobs', { token, body: { recipe: 'quick' } })).status === 404)
  t.equal((await call('POST', '/projects/p/runs', { token, body: {} })).status, 404)
  t.same((await Promise.all(gone)).map(reply => reply.status), [204, 204])
  t.match(farm.health().runner, { running: 0, queued: 0 })
  t.equal((await call('GET', `/runs/${planning}`, { token })).status, 404)
  t.equal((await call('POST', '/projects', { token, body })).status, 201, 'the name is free')
  const again = (await call('POST', '/projects/p/jobs', { token, body: { recipe: 'quick' } })).json.job_id
  await farm.ended(again)
  t.equal((await call('GET', `/jobs/${again}`, { token })).json.job.status, 'passed')
})

t.test('a job that cannot be run tells its commit and why', async t => {
  const { call, mint, farm, directory } = await serve(t)
  const token = mint('alice')
  const git_url = repository(join(directory, 'repo'), { 'package.json': '{"name":"x"}', 'docs/readme.txt': '' })
  const ask = async (name: string, body: Loose) => {
    const { json } = await call('POST', `/projects/${name}/jobs`, { token, body })
    await farm.ended(json.job_id)
    return (await call('GET', `/jobs/${json.job_id}`, { token })).json.job
  }
  await call('POST', '/projects', { token, body: { name: 'found', git_url } })
  for (const subproject of ['none', 'docs/readme.txt']) t.match(await ask('found', { recipe: 'test', subproject }), { status: 'error', message: `The commit has no directory ${subproject}`, branch: 'main', sha: /^[0-9a-f]{40}$/ })
  t.match((await call('GET', '/projects/found/status', { token })).json, { verdict: 'red', sha: /^[0-9a-f]{40}$/ })
  t.match(await ask('found', { recipe: 'test', subproject: 'docs' }), { status: 'skipped', message: 'no project of a language that the farm knows was found in docs' })
  await call('POST', '/projects', { token, body: { name: 'said', git_url, subprojects: [{ path: '', language: 'ts', audit: null }] } })
  t.match(await ask('said', { recipe: 'audit' }), { status: 'skipped', message: /turned off/ })
})

t.test('a branch by its full name is the same branch', async t => {
  const { call, mint, farm, directory } = await serve(t)
  const token = mint('alice')
  const git_url = repository(join(directory, 'repo'), { 'a.c': '' })
  const made = await call('POST', '/projects', { token, body: { name: 'p', git_url, default_branch: 'refs/heads/main', subprojects: [{ path: '', language: 'c', build: 'true', test: null, lint: null, audit: null }] } })
  t.equal(made.json.default_branch, 'main')
  const get = async (path: string) => (await call('GET', path, { token })).json
  const first = (await call('POST', '/projects/p/runs', { token, body: { ref: 'refs/heads/main' } })).json.run_id
  await farm.ended(first)
  const { run, jobs: [job] } = await get(`/runs/${first}`)
  t.match(run, { ref: 'main', status: 'passed' })
  const again = (await call('POST', '/projects/p/jobs', { token, body: { recipe: 'build', ref: 'refs/heads/main', sha: job.sha } })).json.job_id
  await farm.ended(again)
  for (const ref of ['main', 'refs/heads/main']) t.match(await get(`/projects/p/status?ref=${ref}`), { ref: 'main', verdict: 'green', jobs: [{ job_id: again }] })
})

t.test('findings that the ledger refuses end the job, not the farm', async t => {
  const { call, mint, farm, directory } = await serve(t)
  const token = mint('alice')
  const git_url = repository(join(directory, 'repo'), { 'a.c': '' })
  await call('POST', '/projects', { token, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'c', build: "echo 'a.c:1:2: error: x' >&2; exit 1", recipes: { quick: 'true' } }] } })
  const ran = async (recipe: string) => {
    const { json } = await call('POST', '/projects/p/jobs', { token, body: { recipe } })
    await farm.ended(json.job_id)
    return (await call('GET', `/jobs/${json.job_id}`, { token })).json.job
  }
  const ledger = new Database(join(farm.config.dataDir, 'ledger.db'))
  t.teardown(() => ledger.close())
  ledger.exec("CREATE TRIGGER refuse BEFORE INSERT ON findings BEGIN SELECT RAISE(ABORT, 'not that'); END")
  t.match(await ran('build'), { status: 'error', exit_code: 1, message: /could not be written down: not that/ })
  t.equal((await ran('quick')).status, 'passed')
  ledger.exec('DROP TRIGGER refuse')
  t.match(await ran('build'), { status: 'failed', findings: { new: 1 } })
})

t.test('pipes in place of the files that findings name are not waited for', async t => {
  const { call, mint, farm, directory } = await serve(t)
  const token = mint('alice')
  const names = ['a.c', '.crafting-table-baseline.json']
  const git_url = repository(join(directory, 'repo'), Object.fromEntries(names.map(name => [name, ''])))
  const swap = `rm -f ${names.join(' ')}; mkfifo ${names.join(' ')}; echo 'a.c:1:2: error: x' >&2; exit 1`
  await call('POST', '/projects', { token, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'c', build: swap }] } })
  const { json } = await call('POST', '/projects/p/jobs', { token, body: { recipe: 'build' } })
  await farm.ended(json.job_id)
  t.match((await call('GET', `/jobs/${json.job_id}`, { token })).json.job, { status: 'failed', findings: { new: 1 } })
})
