import { existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { listAudit } from '../../core/ledger/audit.ts'
import { insertBisect, insertStep } from '../../core/ledger/bisects.ts'
import { openDatabase, sql, type Db } from '../../core/ledger/database.ts'
import { deleteProject, insertProject, type Project } from '../../core/ledger/projects.ts'
import { earlierFindings, insertFindings, listFindings } from '../../core/ledger/findings.ts'
import { insertJob, jobById, type Job } from '../../core/ledger/jobs.ts'
import { openWork } from '../../core/ledger/status.ts'
import { saveSuppression } from '../../core/ledger/suppressions.ts'
import { insertRun } from '../../core/ledger/runs.ts'
import type { Retention } from '../../core/ledger/retention.ts'
import { retain } from '../../core/run/retain.ts'

const now = Date.parse('2026-06-01T00:00:00Z')
const daysAgo = (days: number) => new Date(now - days * 86_400_000).toISOString()
const forever: Retention = { logDays: 36_500, logMb: 1e6, jobDays: 36_500, jobs: 1e6 }

interface Past { id: string; days: number; branch?: string | null; ref?: string; recipe?: string; complete?: boolean; status?: string; logBytes?: number }

function farm(t: Test, jobs: readonly Past[], settings: Project['settings'] = {}): { db: Db; logs: string; project: Project } {
  const logs = t.testdir({ p: {} })
  const db = openDatabase(':memory:')
  t.teardown(() => db.close())
  const project = insertProject(db, 'me', { name: 'p', gitUrl: 'https://x.example/p.git', defaultBranch: 'main', languages: [], subprojects: [], notify: { email: [], on: [] }, settings })
  for (const { id, days, branch = 'main', ref = branch ?? 'v1', recipe = 'test', complete = true, status = 'passed', logBytes = 1000 } of jobs) {
    insertRun(db, { id: `run-${id}`, projectId: project.id, owner: 'me', farm: 'f', request: { ref, recipes: [], languages: [], subprojects: [] } })
    insertJob(db, { id, runId: `run-${id}`, projectId: project.id, owner: 'me', farm: 'f', subproject: '', language: 'c', recipe, ref, branch, sha: /^[0-9a-f]{40}$/.test(ref) ? ref : 'a'.repeat(40), snapshot: null })
    sql(db, 'UPDATE jobs SET status = ?, complete = ?, finished_at = ? WHERE id = ?').run(status, complete ? 1 : 0, status === 'running' ? null : daysAgo(days), id)
    mkdirSync(join(logs, 'p'), { recursive: true })
    writeFileSync(join(logs, 'p', `${id}.log.z`), Buffer.alloc(logBytes))
  }
  return { db, logs, project }
}

const ids = (db: Db, table: 'jobs' | 'runs') => (db.prepare(`SELECT id FROM ${table} ORDER BY seq`).all() as { id: string }[]).map(row => row.id)

t.test('old jobs go with their log and run; the latest of a branch and recipe, complete or not, stays', async t => {
  const { db, logs, project } = farm(t, [
    { id: 'old', days: 400 }, { id: 'older-lint', days: 500, recipe: 'lint' }, { id: 'complete', days: 390 }, { id: 'cancelled', days: 380, complete: false, status: 'cancelled' },
    { id: 'side', days: 450, branch: 'side' }, { id: 'commit', days: 420, branch: null, ref: 'b'.repeat(40) }, { id: 'tag', days: 420, branch: null, ref: 'v1' }, { id: 'trial', days: 420, branch: null, ref: 'ct/patch/0123456789abcdef' }, { id: 'stuck', days: 999, status: 'running' },
  ])
  const done = await retain(db, logs, [project], { ...forever, jobDays: 365 }, now, [])
  t.match(done, { jobs: 3, logs: 0 })
  t.same(ids(db, 'jobs'), ['older-lint', 'complete', 'cancelled', 'side', 'tag', 'stuck'])
  t.same(ids(db, 'runs').length, 6)
  t.notOk(existsSync(join(logs, 'p', 'old.log.z')))
  t.same(await retain(db, logs, [project], { ...forever, jobDays: 365 }, now, []), { jobs: 0, logs: 0, facts: 0, gone: [] }, 'a second round finds nothing')
})

t.test('beyond the number, the oldest go', async t => {
  const { db, logs, project } = farm(t, Array.from({ length: 10 }, (_, at) => ({ id: `j${at}`, days: 10 - at })), { retention: { jobs: 4 } })
  t.match(await retain(db, logs, [project], forever, now, []), { jobs: 6 })
  t.same(ids(db, 'jobs'), ['j6', 'j7', 'j8', 'j9'])
})

t.test('logs go by age and by size before their jobs do', async t => {
  const { db, logs, project } = farm(t, [{ id: 'a', days: 50 }, { id: 'b', days: 5, logBytes: 3 * 2 ** 20 }, { id: 'c', days: 4, logBytes: 3 * 2 ** 20 }, { id: 'd', days: 3, logBytes: 2 ** 20 }])
  t.match(await retain(db, logs, [project], { ...forever, logDays: 30, logMb: 5 }, now, []), { jobs: 0, logs: 2 })
  t.same(readdirSync(join(logs, 'p')), ['c.log.z', 'd.log.z'])
  t.equal(ids(db, 'jobs').length, 4)
})

t.test('a finding that is open keeps its past, and its acceptance, when the job that saw it first is gone', async t => {
  const { db, logs, project } = farm(t, [{ id: 'first', days: 400 }, { id: 'last', days: 1 }])
  const [first, last] = ['first', 'last'].map(id => jobById(db, id)!) as [Job, Job]
  const found = { finding: { tool: 'x', rule: 'r', level: 'error', kind: 'lint', message: 'bad', file: 'a.c', line: 3 } as const, fingerprint: 'f', key: 'k' }
  insertFindings(db, first, { findings: [{ ...found, state: 'new' }], fixed: [], baseline: undefined })
  const [was] = earlierFindings(db, first.seq)
  insertFindings(db, last, { findings: [{ ...found, state: 'unchanged', was: was! }], fixed: [], baseline: first.seq })
  saveSuppression(db, { projectId: project.id, identity: was?.identity ?? 0, reason: 'known', by: 'me', until: null, finding: found.finding })
  t.match(await retain(db, logs, [project], { ...forever, jobDays: 365 }, now, []), { jobs: 1 })
  t.same(ids(db, 'jobs'), ['last'])
  t.match(listFindings(db, last.seq, { states: ['unchanged'], limit: 9 }), [{ firstSeen: { job: 'first', sha: 'a'.repeat(40) }, lastSeen: { job: 'last' }, suppression: { reason: 'known' } }])
  t.match(listFindings(db, first.seq, { states: ['new'], limit: 9 }), [], 'what it found went with it')
})

t.test('the space of what went is given back', async t => {
  const path = join(t.testdir({}), 'ledger.db')
  const db = openDatabase(path)
  t.teardown(() => db.close())
  t.equal(db.pragma('auto_vacuum', { simple: true }), 2)
  const insert = db.prepare('INSERT INTO facts (name, at, data) VALUES (?, ?, ?)')
  db.transaction(() => { for (let at = 0; at < 5000; at++) insert.run('run.finished', daysAgo(at < 4900 ? 400 : 1), 'x'.repeat(1000)) })()
  db.pragma('wal_checkpoint(TRUNCATE)')
  const before = Number(db.pragma('page_count', { simple: true }))
  t.match(await retain(db, '/nonexistent', [], { ...forever, jobDays: 365 }, now, []), { facts: 4900 })
  t.ok(Number(db.pragma('page_count', { simple: true })) < before / 2)
  db.prepare('INSERT INTO cursors (subscriber, fact) VALUES (?, ?)').run('slow', 4950)
  t.match(await retain(db, '/nonexistent', [], { ...forever, jobDays: 0 }, now, ['slow']), { facts: 49 }, 'a fact that somebody has yet to hear of stays')
})

t.test('a subscriber whose plugin is gone keeps facts as long as others are kept, no longer', async t => {
  const db = openDatabase(':memory:')
  t.teardown(() => db.close())
  const insert = db.prepare('INSERT INTO facts (name, at, data) VALUES (?, ?, ?)')
  for (const days of [500, 400, 300, 1]) insert.run('run.finished', daysAgo(days), '{}')
  for (const [name, fact] of [['hangs', 1], ['gone', 1], ['gone lately', 2], ['gone, missed nothing', 4]]) db.prepare('INSERT INTO cursors (subscriber, fact) VALUES (?, ?)').run(name, fact)
  const names = () => (db.prepare('SELECT subscriber FROM cursors ORDER BY subscriber').all() as { subscriber: string }[]).map(row => row.subscriber)
  t.match(await retain(db, '/nonexistent', [], { ...forever, jobDays: 365 }, now, ['hangs']), { gone: ['gone'], facts: 0 }, 'one that is there and late is waited for')
  t.same(names(), ['gone lately', 'gone, missed nothing', 'hangs'])
  t.match(await retain(db, '/nonexistent', [], { ...forever, jobDays: 365 }, now, []), { gone: ['hangs'], facts: 1 }, 'the second fact is the last that somebody had')
  t.match(await retain(db, '/nonexistent', [], { ...forever, jobDays: 200 }, now, []), { gone: ['gone lately'], facts: 2 })
  t.same(names(), ['gone, missed nothing'])
})

t.test('after a migration the write-ahead log is short', async t => {
  const path = join(t.testdir({}), 'ledger.db')
  const db = openDatabase(path)
  t.teardown(() => db.close())
  t.equal(statSync(`${path}-wal`).size, 0)
})

t.test('a job has no number of one that was forgotten: what was seen there stays seen there', async t => {
  const { db, logs, project } = farm(t, [{ id: 'main', days: 3 }, { id: 'side', days: 2, branch: 'side' }, { id: 'bare', days: 1, branch: null, ref: 'b'.repeat(40) }])
  const found = (message: string) => ({ finding: { tool: 'words', level: 'error', kind: 'lint', message }, fingerprint: message, key: message, state: 'new' } as const)
  const read = (id: string): Job => {
    const job = jobById(db, id)!
    insertFindings(db, job, { findings: [found(id)], fixed: [], baseline: undefined })
    return job
  }
  const { seq } = read('bare')
  t.match(await retain(db, logs, [project], { ...forever, jobs: 2 }, now, []), { jobs: 1 })
  insertJob(db, { id: 'next', runId: null, projectId: project.id, owner: 'me', farm: 'f', subproject: '', language: 'c', recipe: 'test', ref: 'main', branch: 'main', sha: 'c'.repeat(40), snapshot: null })
  const next = read('next')
  t.ok(next.seq > seq)
  t.match(listFindings(db, next.seq, { states: ['new'], limit: 10 }), [{ firstSeen: { job: 'next' } }])
})

t.test('an id of a finding is never given again, whatever became of its job', t => {
  const path = join(t.testdir(), 'ledger.db')
  let db = openDatabase(path)
  t.teardown(() => db.close())
  const found = (message: string) => ({ finding: { tool: 'words', level: 'error', kind: 'lint', message }, fingerprint: message, key: message, state: 'new' } as const)
  const read = (name: string, messages: readonly string[]): number[] => {
    const project = insertProject(db, 'me', { name, gitUrl: 'https://git.example.org/x.git', defaultBranch: 'main', languages: [], subprojects: [], notify: { email: [], on: [] } })
    insertJob(db, { id: name, runId: null, projectId: project.id, owner: 'me', farm: 'f', subproject: '', language: 'c', recipe: 'test', ref: 'main', branch: 'main', sha: 'c'.repeat(40), snapshot: null })
    const job = jobById(db, name)!
    insertFindings(db, job, { findings: messages.map(found), fixed: [], baseline: undefined })
    return listFindings(db, job.seq, { states: ['new'], limit: 10 }).map(one => one.id)
  }
  const remove = (name: string) => db.prepare('DELETE FROM projects WHERE name = ?').run(name)
  t.same(read('one', ['a', 'b']), [1, 2])
  t.same(read('two', ['c']), [3])
  remove('two')
  remove('one')
  db.close()
  db = openDatabase(path)
  t.same(read('three', ['d', 'e']), [4, 5])
  db.prepare('DELETE FROM jobs').run()
  t.same(read('four', ['f']), [6])
  t.end()
})

t.test('an id of a project is never given again, whatever was removed', t => {
  const path = join(t.testdir(), 'ledger.db')
  let db = openDatabase(path)
  t.teardown(() => db.close())
  const add = (name: string) => insertProject(db, 'me', { name, gitUrl: 'https://git.example.org/x.git', defaultBranch: 'main', languages: [], subprojects: [], notify: { email: [], on: [] } }).id
  t.same([add('one'), add('two'), add('three')], [1, 2, 3])
  t.ok(deleteProject(db, 3))
  t.throws(() => add('two'), { code: 'conflict' })
  t.equal(add('three'), 4)
  t.ok(deleteProject(db, 2))
  db.close()
  db = openDatabase(path)
  t.equal(add('two'), 5, 'the highest there is, or there was')
  for (const id of [5, 4, 1]) t.ok(deleteProject(db, id))
  t.equal(add('one'), 6)
  t.end()
})

t.test('whoever reads the ledger in another process does not hold the round up', async t => {
  const path = join(t.testdir(), 'ledger.db')
  const db = openDatabase(path)
  const reader = openDatabase(path)
  t.teardown(() => { reader.close(); db.close() })
  reader.exec('BEGIN')
  reader.prepare('SELECT count(*) FROM facts').get()
  sql(db, `INSERT INTO facts (name, at, data) VALUES ('x', 'y', 'z')`).run()
  const began = performance.now()
  await retain(db, path, [], forever, now, [])
  t.ok(performance.now() - began < 2000, `${performance.now() - began} ms`)
  t.equal(db.pragma('busy_timeout', { simple: true }), 10_000)
})

t.test('what is asked of an audit or a branch costs no look at all there ever was', async t => {
  const { db, project } = farm(t, [])
  const plans = new Map<string, string>()
  const spied = new Proxy(db, { get: (target, key) => key === 'prepare' ? (text: string) => {
    plans.set(text, (target.prepare(`EXPLAIN QUERY PLAN ${text}`).all(/@/.test(text) ? { before: 1, caller: 'x', limit: 1 } : Array(text.split('?').length - 1).fill('x')) as { detail: string }[]).map(row => row.detail).join('; '))
    return target.prepare(text)
  } : Reflect.get(target, key) as unknown })
  listAudit(spied, { caller: 'x', limit: 5 })
  listAudit(spied, { limit: 5, before: 9 })
  openWork(spied, project.id, 'main')
  t.strictSame([...plans.values()], [
    'SEARCH audit USING INDEX audit_by_caller (caller=? AND id<?)', 'SEARCH audit USING INTEGER PRIMARY KEY (rowid<?)',
    'SEARCH runs USING INDEX runs_open (status=?); USE TEMP B-TREE FOR ORDER BY', 'SEARCH jobs USING INDEX jobs_by_project_status (project_id=? AND status=?); USE TEMP B-TREE FOR ORDER BY',
  ])
})

t.test('runs that came to nothing and searches that have ended go by age, and runs by number', async t => {
  const { db, logs, project } = farm(t, [{ id: 'kept', days: 1 }])
  const run = (id: string, days: number, status = 'error') => {
    insertRun(db, { id, projectId: project.id, owner: 'me', farm: 'f', request: { ref: 'main', recipes: [], languages: [], subprojects: [] } })
    sql(db, 'UPDATE runs SET status = ?, finished_at = ? WHERE id = ?').run(status, status === 'queued' ? null : daysAgo(days), id)
  }
  for (const [at, days] of [400, 5, 4, 3, 2].entries()) run(`empty-${at}`, days)
  run('waiting', 999, 'queued')
  const search = (id: string, days: number | null) => {
    insertBisect(db, 'f', { id, projectId: project.id, owner: 'me', target: { finding: 1, identity: 1, test: null, flaky: false, job: 'kept', title: 'x' }, subproject: '', language: 'c', recipe: 'test', good: null, bad: 'a'.repeat(40), commits: 2 })
    insertStep(db, id, { job: 'kept', sha: 'a'.repeat(40), asked: true, answer: 'bad' })
    if (days !== null) sql(db, `UPDATE bisects SET status = 'found', finished_at = ? WHERE id = ?`).run(daysAgo(days), id)
  }
  search('old', 400)
  search('new', 1)
  search('open', null)
  await retain(db, logs, [project], { ...forever, jobDays: 365 }, now, [])
  t.strictSame(ids(db, 'runs'), ['run-kept', 'empty-1', 'empty-2', 'empty-3', 'empty-4', 'waiting'])
  t.strictSame(db.prepare('SELECT bisect FROM bisect_steps ORDER BY bisect').pluck().all(), ['new', 'open'])
  await retain(db, logs, [project], { ...forever, jobs: 2 }, now, [])
  t.strictSame(ids(db, 'runs'), ['run-kept', 'empty-3', 'empty-4', 'waiting'])
})
