import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import t from 'tap'
import { until } from '../../test/support/until.ts'
import { listed, visible } from './door.ts'
import { settings, startLoop } from './loop.ts'
import { startPulls } from './pulls.ts'
import { changeTarget, forgetOthers, forgetProject, insertTarget, targetById, type State } from './rows.ts'

t.test('what is of a removed project is none of another\'s of its name, before the fact of its removal and after', async t => {
  const db = new Database(':memory:')
  for (const name of ['001-patches', '002-of-project']) db.exec(readFileSync(new URL(`migrations/${name}.sql`, import.meta.url), 'utf8'))
  const caller = { name: 'me', isAdmin: true }
  const present = { id: 2, name: 'p' }
  const never = (...said: unknown[]) => { t.fail(JSON.stringify(said)) }
  const log = { info() {}, warn: never, error: never }
  const core = { db, log, emit() {}, processes: { self: 'me', alive: () => ['me'] }, caller, farm: { plan: never, project: () => present }, secret: never, signal: new AbortController().signal } as never
  const loop = startLoop(core, { drafters: {}, settings })
  const pulls = startPulls(core, { everyMs: 1 } as never)
  t.teardown(async () => {
    await Promise.all([loop.close(), pulls.close()])
    db.close()
  })
  const add = (id: string, projectId: number | null, state: State) => {
    insertTarget(db, { id, project: 'p', projectId, key: id, title: 'x', tool: 'words', rule: null, kind: 'lint', subproject: '', language: 'c', recipe: 'lint', baseJob: 'j', baseSha: 'f'.repeat(40), findings: [1], identities: [1], maxAttempts: 1, requestedBy: 'me', createdAt: 1 })
    changeTarget(db, { id, state: 'queued', round: 1 }, { state })
  }
  const there = () => db.prepare('SELECT id FROM patch_loop_targets ORDER BY id').pluck().all()

  add('old', 1, 'queued')
  loop.wake()
  await until(async () => targetById(db, 'old')?.state === 'superseded')
  t.match(targetById(db, 'old'), { projectId: 1, reason: 'its project was removed' })
  add('pull', 1, 'drafted')
  changeTarget(db, { id: 'pull', state: 'drafted', round: 1 }, { pull: { state: 'wanted', number: null, url: null, tries: 0, dueAt: 0, fault: null } })
  pulls.wake()
  await until(async () => targetById(db, 'pull')?.pull?.state === 'failed')
  t.match(targetById(db, 'pull')?.pull, { dueAt: null, fault: 'its project was removed' })

  add('mine', 2, 'drafted')
  add('unknown', null, 'drafted')
  t.same(listed(core, caller, { limit: 9 }).map(one => one.id).toSorted(), ['mine', 'unknown'])
  t.throws(() => visible(core, caller, 'old'), { code: 'not_found' })
  t.equal(visible(core, caller, 'mine').id, 'mine')

  forgetOthers(db, present)
  t.same(there(), ['mine', 'unknown'])
  forgetProject(db, 'p', present)
  t.same(there(), ['mine'], 'the fact that the other was removed comes late')
  forgetProject(db, 'p', undefined)
  t.same(there(), [])
})
