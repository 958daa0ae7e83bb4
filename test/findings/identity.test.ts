import { join } from 'node:path'
import t from 'tap'
import { readConfig } from '../../core/config.ts'
import { openFarm } from '../../core/farm.ts'
import { insertFindings, listFindings, type ComparedFinding } from '../../core/ledger/findings.ts'
import { openDatabase, sql } from '../../core/ledger/database.ts'
import { jobById } from '../../core/ledger/jobs.ts'
import { quietLogger } from '../../core/logger.ts'
import { commit, git, makeRepository } from '../support/repository.ts'
import { farmEnvironment } from '../support/server.ts'
import { writeSumsPack } from '../support/sums.ts'
import { testdir } from '../support/temporary.ts'

t.setTimeout(120_000)

const caller = { name: 'admin', isAdmin: true }
const lint = `grep -Hn BAD *.txt | sed -E 's/^([^:]+:[0-9]+):.*/\\1: sum warning: bad/'`

/** A farm, a repository, and a lint job that finds every BAD. */
async function bench(recipe = lint) {
  const root = testdir(t)
  const repository = join(root, 'repository')
  makeRepository(repository, { 'sums.txt': '' })
  const farm = await openFarm(readConfig(farmEnvironment(root, { CRAFTING_PLUGINS_DIR: writeSumsPack(root) })), { kind: 'server', log: quietLogger })
  t.teardown(() => farm.close({ drainMs: 0 }))
  farm.createProject(caller, { name: 'p', gitUrl: `file://${repository}`, defaultBranch: 'main', languages: [], subprojects: [{ path: '', language: 'sums', recipes: { lint: recipe } }], notify: { email: [], on: [] } })
  const job = async (ref: string) => {
    const { id } = farm.startJob(caller, 'p', { recipe: 'lint', ref })
    await farm.ended(id)
    const ended = farm.job(caller, id)
    return { id, sha: ended.sha, counts: ended.findings, findings: farm.findings(caller, id, { states: ['new', 'unchanged', 'fixed'], limit: 100 }) }
  }
  return { repository, farm, job, save: (files: Record<string, string>) => commit(repository, files) }
}

t.test('an identity through a history', async t => {
  const { repository, farm, job, save } = await bench()
  const filler = (count: number) => Array.from({ length: count }, (_, at) => `line ${at}\n`).join('')
  const text = (...bad: readonly string[]) => bad.map(one => `${filler(3)}${one}\n${filler(3)}`).join('')
  save({ 'a.txt': text('BAD one', 'BAD two') })
  const first = await job('main')
  t.match(first.counts, { new: 2, unchanged: 0, fixed: 0 })
  const [one, two] = first.findings.map(finding => finding.identity)
  t.match(first.findings, [{ firstSeen: { job: first.id, sha: first.sha }, lastSeen: { job: first.id }, fixedIn: null, reopened: false }, { line: undefined }])

  git(repository, 'mv', 'a.txt', 'b.txt')
  save({ 'b.txt': `new\nnew\n${text('BAD one', 'BAD two, edited')}` })
  const second = await job('main')
  t.match(second.counts, { new: 0, unchanged: 2, fixed: 0 }, 'renamed, moved down, edited')
  t.strictSame(second.findings.map(finding => [finding.identity, finding.firstSeen?.job, finding.lastSeen?.job]), [[one, first.id, second.id], [two, first.id, second.id]])
  git(repository, 'branch', 'feature')

  save({ 'b.txt': `new\nnew\n${text('good', 'BAD two, edited')}` })
  const third = await job('main')
  t.match(third.counts, { new: 0, unchanged: 1, fixed: 1 })
  t.match(third.findings.find(({ state }) => state === 'fixed'), { identity: one, firstSeen: { job: first.id }, lastSeen: { job: second.id, sha: second.sha }, fixedIn: { job: third.id, sha: third.sha }, reopened: false })
  t.match(farm.findings(caller, first.id, { states: ['new'], limit: 9 })[0], { identity: one, fixedIn: { job: third.id } }, 'an older job tells it too')

  save({ 'b.txt': `new\nnew\n${text('BAD one', 'BAD two, edited')}`, 'c.txt': 'BAD three\n' })
  const fourth = await job('main')
  t.match(fourth.counts, { new: 2, unchanged: 1, fixed: 0 })
  t.match(fourth.findings.find(({ identity }) => identity === one), { state: 'new', reopened: true, fixedIn: null, firstSeen: { job: first.id }, lastSeen: { job: fourth.id } })
  const again = await job('main')
  t.strictSame(again.findings.map(({ identity, state }) => [identity, state]), fourth.findings.map(({ identity, state }) => [identity, state]), 'the same commit once more')

  const branch = await job('feature')
  t.match(branch.counts, { new: 0, unchanged: 2, fixed: 0 }, 'compared with the commit it comes from, not with the newest')
  t.strictSame(branch.findings.map(({ identity }) => identity), [one, two])
  git(repository, 'checkout', '-q', 'feature')
  save({ 'd.txt': 'BAD four\n' })
  const own = await job('feature')
  t.match(own.counts, { new: 1, unchanged: 2, fixed: 0 })
  git(repository, 'checkout', '-q', 'main')
  save({ 'd.txt': 'BAD four\n' })
  const merged = await job('main')
  t.match(merged.findings.find(({ finding }) => finding.file === 'd.txt'), { state: 'new', identity: own.findings.find(({ state }) => state === 'new')?.identity, firstSeen: { job: own.id }, reopened: false }, 'what a branch brings is the same problem on main')
  let sarif = ''
  for await (const chunk of farm.jobSarif(caller, merged.id)) sarif += chunk
  const results = JSON.parse(sarif).runs.flatMap((run: { results: unknown[] }) => run.results)
  t.match(results.map((result: { baselineState: string }) => result.baselineState).toSorted(), ['new', 'unchanged', 'unchanged', 'unchanged'])
  for (const result of results) t.match(result, { guid: /^[0-9a-f]{8}-[0-9a-f]{4}-5/, correlationGuid: /^[0-9a-f]{8}-[0-9a-f]{4}-5/, provenance: { firstDetectionTimeUtc: String, lastDetectionTimeUtc: String } })
})

t.test('a tool that did not look has fixed nothing, and the next job is not compared with it', async t => {
  const { job, save } = await bench(`case $(cat mode) in crash) exit 2;; gone) grep -Hn nothing *.txt; no-such-linter;; *) ${lint};; esac`)
  save({ mode: 'on', 'a.txt': 'BAD one\nBAD two\n' })
  const first = await job('main')
  t.match(first.counts, { new: 2 })
  for (const mode of ['crash', 'gone']) {
    save({ mode })
    t.match((await job('main')).counts, { new: 0, unchanged: 0, fixed: 0 }, mode)
  }
  save({ mode: 'on', 'a.txt': 'BAD one\n' })
  const last = await job('main')
  t.match(last.counts, { new: 0, unchanged: 1, fixed: 1 })
  t.match(last.findings[0], { identity: first.findings[0]?.identity, reopened: false })
})

t.test('twenty-five thousand findings are written fast, and unchanged ones without a write to their identities', async t => {
  const db = openDatabase(join(testdir(t), 'ledger.db'))
  t.teardown(() => db.close())
  db.exec(`INSERT INTO projects (id, name, owner, git_url, default_branch, definition, created_at, updated_at) VALUES (1, 'p', 'a', 'x', 'main', '{}', '', '');
    INSERT INTO jobs (seq, id, project_id, owner, farm, subproject, language, recipe, ref, status, complete, created_at) VALUES (1, 'one', 1, 'a', 'f', '', 'ts', 'lint', 'main', 'passed', 1, ''), (2, 'two', 1, 'a', 'f', '', 'ts', 'lint', 'main', 'passed', 1, '')`)
  const findings = Array.from({ length: 25_000 }, (_, at): ComparedFinding => ({
    finding: { tool: 'eslint', rule: 'no-eval', level: 'warning', kind: 'lint', message: 'eval can be harmful', file: `src/${at % 500}.js`, line: at, column: 3 },
    // Half of them alike, as in generated code.
    fingerprint: String(at), key: at % 2 ? 'the same' : `key ${at}`, state: 'new', snippet: { start: at, lines: Array.from({ length: 7 }, () => '  const result = eval(input) // as it was') },
  }))
  const [first, second] = [jobById(db, 'one')!, jobById(db, 'two')!]
  const spent = (work: () => void) => {
    const before = process.cpuUsage()
    db.transaction(work)()
    const { user, system } = process.cpuUsage(before)
    return (user + system) / 1e6
  }
  const written = spent(() => insertFindings(db, first, { findings, fixed: [], baseline: undefined }))
  const stored = listFindings(db, 1, { states: ['new'], limit: 100_000 })
  t.equal(new Set(stored.map(one => one.identity)).size, 25_000)
  const was = stored.map(({ id, identity, finding }, at) => ({ ...finding, id, identity, key: findings[at]!.key }))
  const before = Number(sql(db, 'SELECT total_changes()').pluck().get())
  const kept = spent(() => insertFindings(db, second, { findings: findings.map((one, at) => ({ ...one, state: 'unchanged', was: was[at]! })), fixed: [], baseline: 1 }))
  t.equal(Number(sql(db, 'SELECT total_changes()').pluck().get()) - before, 25_001, 'a row per finding, and the reading')
  t.ok(written < 5 && kept < 5, `${written} s, ${kept} s`)
  t.comment(`${written.toFixed(2)} s and ${kept.toFixed(2)} s of processor time`)
})
