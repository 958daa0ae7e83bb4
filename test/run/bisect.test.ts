import { execFileSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { openDatabase } from '../../core/ledger/database.ts'
import { bisectById, insertBisect } from '../../core/ledger/bisects.ts'
import { insertProject } from '../../core/ledger/projects.ts'
import { driveBisect } from '../../core/run/bisect.ts'
import { cuts, knownOf, standingOf, type Known } from '../../core/run/bisect-search.ts'
import { command } from '../support/command.ts'
import { git } from '../support/repository.ts'
import { startServer, type Server } from '../support/server.ts'
import { until } from '../support/until.ts'
import { testdir } from '../support/temporary.ts'

t.setTimeout(240_000)

const commits = 240

/** Files of commit number `at`, from 1. */
type History = (at: number) => Record<string, string>

/** A repository of 240 commits by alternating authors, made in one go; answers their shas, the oldest first. */
function makeHistory(directory: string, history: History): string[] {
  mkdirSync(directory, { recursive: true })
  git(directory, 'init', '-q', '-b', 'main')
  const stream = Array.from({ length: commits }, (_, index) => {
    const files = Object.entries(history(index + 1)).map(([path, text]) => `M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`).join('')
    const who = `Author ${index % 7} <a@example.org> ${1_700_000_000 + index * 3600} +0000`
    const message = `change ${index + 1}`
    return `commit refs/heads/main\nauthor ${who}\ncommitter ${who}\ndata ${message.length}\n${message}\ndeleteall\n${files}\n`
  }).join('')
  execFileSync('git', ['-C', directory, 'fast-import', '--quiet'], { input: stream })
  return git(directory, 'rev-list', '--reverse', 'main').split('\n')
}

async function served(t: Test, history: History, recipes: Record<string, string>, depth?: number) {
  const root = testdir(t)
  const repository = join(root, 'repository')
  const shas = makeHistory(repository, history)
  const cut = join(root, 'cut')
  if (depth !== undefined) execFileSync('git', ['clone', '--quiet', '--bare', '--depth', `${depth}`, `file://${repository}`, cut])
  let server = await startServer(root, { CRAFTING_JOBS: '2', CRAFTING_KILL_GRACE_SECS: '1' })
  t.teardown(() => server.stop('SIGKILL'))
  const none = { build: null, test: null, lint: null, audit: null }
  const made = await server.request('POST', '/projects', { name: 'p', git_url: `file://${depth === undefined ? repository : cut}`, subprojects: [{ path: '', language: 'bash', ...none, ...recipes }] })
  t.equal(made.status, 201, JSON.stringify(made.body))
  const until = async (path: string, done: (body: any) => boolean) => {
    for (;;) {
      const { body } = await server.request('GET', path)
      if (done(body)) return body
      await new Promise(resolve => setTimeout(resolve, 10))
    }
  }
  return {
    root, shas, get server(): Server { return server }, until,
    async restart() {
      await server.stop('SIGKILL')
      server = await startServer(root, { CRAFTING_JOBS: '2', CRAFTING_KILL_GRACE_SECS: '1' })
    },
    async job(recipe: string, ref: string) {
      const { body } = await server.request('POST', '/projects/p/jobs', { recipe, ref })
      return (await until(`/jobs/${body.job_id}`, answer => !['queued', 'running'].includes(answer.job.status))).job
    },
    found: (id: string) => until(`/bisects/${id}`, answer => answer.status !== 'running'),
  }
}

const lintRecipe = 'sh ./lint.sh'
const lint = `grep -Hn BAD *.txt | sed -E 's/^([^:]+:[0-9]+):.*/\\1:1: warning: bad/'\n`

t.test('the commit that brought a finding, in 240 of which some do not run; killed and started again on the way', async t => {
  // The line moves down with every commit, and its file is renamed at 180.
  const text = (at: number) => `${Array.from({ length: at }, (_, line) => `line ${at - line}\n`).join('')}${at >= 137 ? 'x = BAD\n' : ''}end\n`
  const farm = await served(t, at => ({ [at < 180 ? 'a.txt' : 'b.txt']: text(at), 'lint.sh': at >= 117 && at <= 122 ? 'echo broken >&2; exit 3\n' : lint }), { lint: lintRecipe })
  const { shas, server } = farm
  t.match(await farm.job('lint', shas[0] ?? ''), { status: 'passed', findings: { new: 0 } })
  const { job_id } = await farm.job('lint', 'main')
  const finding = (await server.request('GET', `/jobs/${job_id}/findings`)).body.findings[0]
  t.match(finding, { file: 'b.txt', line: 241, introduced: null })
  const begun = await server.request('POST', '/projects/p/bisect', { finding: finding.id })
  t.equal(begun.status, 202, JSON.stringify(begun.body))
  t.match(begun.body.bisect, { commits: 239, good: shas[0], bad: shas.at(-1), status: 'running' }, 'from the last job that had it not')
  await farm.until(`/bisects/${begun.body.bisect_id}`, body => body.steps.filter((step: any) => step.answer !== null && step.asked).length >= 2)
  await farm.restart()
  const found = await farm.found(begun.body.bisect_id)
  t.match(found, { status: 'found', commit: { sha: shas[136], author: 'Author 3', summary: 'change 137' }, line: { sha: shas[136], file: 'a.txt', line: 138 }, suspects: [] })
  t.ok(found.jobs <= 16, `${found.jobs} jobs for ${found.commits} commits, two at once, one kill`)
  t.comment(`${found.jobs} jobs for ${found.commits} commits`)
  t.match((await farm.server.request('GET', `/jobs/${job_id}/findings`)).body.findings[0].introduced, { bisect_id: found.bisect_id, commit: { sha: shas[136] }, line: { author: 'Author 3' } })
  t.equal((await farm.server.request('POST', `/bisects/${found.bisect_id}/cancel`, {})).status, 409)
  await farm.server.stop()
  const said = await command(farm.root, ['bisect', 'p', '--finding', String(finding.id)])
  t.equal(said.status, 0, said.stderr)
  t.match(said.stdout, new RegExp(`${shas[136]}  change 137\n  Author 3, [^\n]*\n\\d+ commits? in question, 0 jobs\n$`), 'what is known is not asked again')
})

t.test('a shallow history blames no commit at its edge', async t => {
  const farm = await served(t, () => ({ 'a.txt': 'x = BAD\n', 'lint.sh': lint }), { lint: lintRecipe }, 4)
  const { shas, server } = farm
  const { id } = await farm.job('lint', 'main')
  const [finding] = (await server.request('GET', `/jobs/${id}/findings`)).body.findings
  const asked = await server.request('POST', '/projects/p/bisect', { finding: finding.id })
  t.equal(asked.status, 202, JSON.stringify(asked.body))
  const found = await farm.found(asked.body.bisect_id)
  t.match(found, { status: 'unclear', message: /begins at that commit/, commit: { sha: shas.at(-4) } }, JSON.stringify(found))
  t.equal((await server.request('GET', `/jobs/${id}/findings`)).body.findings[0].introduced, null)
})

t.test('the commit that broke a test; a test that fails now and then before it misleads nobody; the search can be given up', async t => {
  const test = (at: number) => `echo 1..2\necho ok 1 - steady\n${at >= 77 ? 'echo not ok 2 - total; exit 1' : at % 3 === 0 ? 'if [ -e again ]; then echo ok 2 - total; else touch again; echo not ok 2 - total; exit 1; fi' : 'echo ok 2 - total'}\n`
  const farm = await served(t, at => ({ 'test.sh': test(at), 'n.txt': `${at}\n` }), { test: 'sh ./test.sh' })
  const { shas, server } = farm
  t.match(await farm.job('test', 'main'), { status: 'failed', tests: { failed: 1, flaky: 0 } })
  const begun = (await server.request('POST', '/projects/p/bisect', { test: 'total', good: shas[1] })).body
  const found = await farm.found(begun.bisect_id)
  t.match(found, { status: 'found', commits: 238, commit: { sha: shas[76], summary: 'change 77' }, line: null })
  t.ok(found.jobs <= 12, `${found.jobs} jobs for 238 commits`)
  t.comment(`${found.jobs} jobs for ${found.commits} commits`)

  const other = (await server.request('POST', '/projects/p/bisect', { test: 'total', good: shas[120] })).body
  const cancelled = await server.request('POST', `/bisects/${other.bisect_id}/cancel`, {})
  if (cancelled.status === 200) t.match(cancelled.body.bisect, { status: 'cancelled' })
  else t.equal(cancelled.status, 409, 'it was quicker')
  for (const [body, status] of [[{}, 400], [{ test: 'steady' }, 400], [{ test: 'total', finding: 1 }, 400], [{ finding: 999_999 }, 404], [{ test: 'total', good: 'main' }, 400]] as const) t.equal((await server.request('POST', '/projects/p/bisect', body)).status, status, JSON.stringify(body))
  t.match((await server.request('POST', '/projects/p/bisect', { test: 'total', good: 'nowhere' })).body.errors, [{ field: 'good' }])
})

t.test('where a search stands', t => {
  const known = (text: string) => [...text].map((sign): Known => ({ g: 'good', b: 'bad', s: 'skip' } as const)[sign])
  t.same(standingOf(known('....b')), { open: [0, 1, 2, 3], low: -1, high: 4 })
  t.same(standingOf(known('.g..b')), { open: [2, 3], low: 1, high: 4 })
  t.same(standingOf(known('.gb..b')), { first: 2, suspects: [] })
  t.same(standingOf(known('.gssb')), { first: 4, suspects: [2, 3] }, 'nobody can tell')
  t.same(standingOf(known('bg.b')), { open: [2], low: 1, high: 3 }, 'the last change from good to bad')
  t.same(standingOf(known('b')), { first: 0, suspects: [] })
  t.same(cuts([3, 4, 5, 6, 7, 8, 9], 1), [6])
  t.same(cuts([3, 4, 5, 6, 7, 8, 9], 2), [5, 7])
  t.same(cuts([3], 4), [3])
  t.same([knownOf(['good'], false), knownOf(['good', 'good'], true), knownOf(['good', 'good', 'good'], true), knownOf(['good', 'bad'], true), knownOf(['lost'], false), knownOf(['lost', 'lost'], false), knownOf([null], false)], ['good', undefined, 'good', 'bad', undefined, 'skip', undefined])
  t.end()
})

t.test('a search that fails while the ledger cannot be written ends with it when it can', async t => {
  const db = openDatabase(':memory:')
  t.teardown(() => db.close())
  const project = insertProject(db, 'me', { name: 'p', gitUrl: 'https://x.example/p.git', defaultBranch: 'main', languages: [], subprojects: [], notify: { email: [], on: [] } })
  insertBisect(db, 'f', { id: 'b', projectId: project.id, owner: 'me', target: { finding: 1, identity: 1, test: null, flaky: false, job: 'j', title: 'x' }, subproject: '', language: 'c', recipe: 'lint', good: null, bad: 'f'.repeat(40), commits: 2 })
  const log = { info() {}, warn() {}, error() {} }
  const ledger: { fault: string | null } = { fault: null }
  const runner = { db, log, ledger, patient: true, stopping: new AbortController().signal, mirrorOf: () => ({ directory: testdir(t) }) }
  db.pragma('query_only = 1')
  const driven = driveBisect({ runner, stopping: () => false, freeWorkers: () => 1 } as never, 'b')
  await until(async () => ledger.fault !== null)
  t.equal(bisectById(db, 'b')?.status, 'running')
  db.pragma('query_only = 0')
  await driven
  t.match(bisectById(db, 'b'), { status: 'error' })
})
