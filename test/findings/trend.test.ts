import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openDatabase, sql } from '../../core/ledger/database.ts'
import { insertProject } from '../../core/ledger/projects.ts'
import { pointsOf, trendOf } from '../../core/trend.ts'
import type { TalliedJob } from '../../core/ledger/trend.ts'
import { repository, serve } from '../http/server.ts'

t.setTimeout(120_000)

t.test('a branch over its runs', async t => {
  const { call, mint, farm, directory } = await serve(t)
  const token = mint('me')
  const path = join(directory, 'repository')
  const git_url = repository(path, { 'lint.txt': '' })
  await call('POST', '/projects', { token, body: { name: 'p', git_url, subprojects: [{ path: '', language: 'c', build: null, test: null, audit: null, lint: 'cat lint.txt >&2' }] } })
  const run = async (text: string) => {
    writeFileSync(join(path, 'lint.txt'), text)
    execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', 'commit', '-qam', 'next', '--allow-empty'], { cwd: path })
    const { json } = await call('POST', '/projects/p/runs', { token, body: {} })
    await farm.ended(json.run_id)
    return json.run_id as string
  }
  t.match((await call('GET', '/projects/p/trend', { token })).json, { ref: 'main', points: [], time_to_fix: { count: 0, mean_hours: null }, oldest_open: null })
  const runs = [await run('a.c:1:1: warning: odd\na.c:9:1: error: bad\n'), await run('a.c:1:1: warning: odd\n'), await run('a.c:1:1: warning: odd\nb.c:1:1: error: new\n')]
  const { json } = await call('GET', '/projects/p/trend?days=1', { token })
  t.match(json.points, [
    { run_id: runs[0], open: { error: 1, warning: 1 }, new: { error: 1, warning: 1 }, fixed: { error: 0 } },
    { run_id: runs[1], open: { error: 0, warning: 1 }, new: { error: 0, warning: 0 }, fixed: { error: 1, warning: 0 } },
    { run_id: runs[2], open: { error: 1, warning: 1 }, new: { error: 1 }, fixed: { error: 0 } },
  ])
  t.match(json.points[0].tools, [{ tool: 'gcc', open: { error: 1, warning: 1 } }])
  t.equal(json.time_to_fix.count, 1)
  t.ok(json.time_to_fix.mean_hours > 0 && json.time_to_fix.mean_hours < 1 && json.time_to_fix.median_hours === json.time_to_fix.mean_hours)
  t.match(json.oldest_open, { message: 'odd', file: 'a.c' })
  t.equal((await call('GET', '/projects/p/trend?days=0', { token })).status, 400)
  t.equal((await call('GET', '/projects/p/trend', { token: mint('other') })).status, 404)
})

t.test('recipes that a run leaves out keep their numbers; those that a run of everything does not plan any more go', t => {
  const job = (seq: number, runId: string, kind: string, open: number, more: Partial<TalliedJob> = {}): TalliedJob => ({
    seq, id: `j${seq}`, runId, kind, whole: true, sha: 's', status: 'passed', complete: true, at: '2026-01-01T00:00:00.000Z', tallies: [{ tool: kind, level: 'error', new: 0, unchanged: open, fixed: 0 }], ...more,
  })
  const points = pointsOf([job(1, 'r0', 'lint', 5)], [
    job(2, 'r1', 'test', 2, { whole: false }),
    job(3, 'r2', 'test', 9, { complete: false }), job(4, 'r2', 'lint', 1),
    job(5, 'r3', 'lint', 3),
  ])
  t.same(points.map(point => [point.runId, point.open.error]), [['r1', 7], ['r2', 3], ['r3', 3]])
  t.end()
})

t.test('a thousand runs', t => {
  const db = openDatabase(':memory:')
  const project = insertProject(db, 'me', { name: 'p', gitUrl: 'file:///p', defaultBranch: 'main', languages: [], subprojects: [], notify: { email: [], on: [] } })
  const at = (index: number) => new Date(Date.UTC(2026, 0, 1) + index * 60_000).toISOString()
  db.transaction(() => {
    for (let run = 0; run < 1000; run++) {
      sql(db, `INSERT INTO runs (id, project_id, owner, farm, request, ref, sha, status, created_at) VALUES (?, ?, 'me', 'f', '{"recipes":[],"languages":[],"subprojects":[]}', 'main', 's', 'passed', ?)`).run(`r${run}`, project.id, at(run))
      for (const recipe of ['build', 'test', 'lint', 'audit']) {
        const { lastInsertRowid } = sql(db, `INSERT INTO jobs (id, run_id, project_id, owner, farm, subproject, language, recipe, ref, branch, sha, status, complete, created_at, finished_at)
          VALUES (?, ?, ?, 'me', 'f', '', 'c', ?, 'main', 'main', 's', 'passed', 1, ?, ?)`).run(`${run}${recipe}`, `r${run}`, project.id, recipe, at(run), at(run))
        for (let tool = 0; tool < 10; tool++) sql(db, 'INSERT INTO tallies VALUES (?, ?, ?, 1, 2, 3)').run(lastInsertRowid, `tool${tool}`, 'warning')
      }
    }
  })()
  const began = performance.now()
  const trend = trendOf(db, project, 'main', 3650, Date.UTC(2026, 1, 1))
  const ms = performance.now() - began
  t.equal(trend.points.length, 1000)
  t.match(trend.points.at(-1), { open: { warning: 4 * 10 * 3 }, fixed: { warning: 4 * 10 * 3 } })
  t.comment(`1000 runs of 4 jobs and 10 tools: ${ms.toFixed(0)} ms`)
  t.ok(ms < 3000, `${ms.toFixed(0)} ms`)
  db.close()
  t.end()
})
