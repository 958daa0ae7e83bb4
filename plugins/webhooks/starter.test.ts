import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import t from 'tap'
import { until } from '../../test/support/until.ts'
import { forgetProject, keep, latest, prune, remember, settle, supersede, type Delivery } from './rows.ts'
import { starterOf } from './starter.ts'

t.test('a push that is overtaken while others give way to it is not run', async t => {
  const db = new Database(':memory:')
  t.teardown(() => db.close())
  for (const name of ['001-webhooks', '002-of-project']) db.exec(readFileSync(new URL(`migrations/${name}.sql`, import.meta.url), 'utf8'))
  const push = (ref: string, sha: string) => keep(db, { project: 'p', project_id: 1, forge: 'github', event: 'push', at: '', outcome: 'waiting', message: null, ref, sha, burst_at: 0, due_at: 0 })
  let gone = () => {}
  const started: unknown[] = []
  const farm = {
    project: () => ({ id: 1, name: 'p' }), run: () => ({ run: { status: 'queued' }, jobs: [] }), cancelRun: () => new Promise<void>(resolve => { gone = resolve }),
    startRun: (_: unknown, __: unknown, wish: { ref: string; sha: string }) => { started.push(`${wish.ref} ${wish.sha}`); return { id: 'new' } },
  }
  const starter = starterOf({ db, farm, log: { error: (...said: unknown[]) => t.fail(String(said)) } } as never, () => 1)
  push('main', 'one')
  settle(db, 1, 'started', { run: 'old' })
  push('main', 'two')
  push('side', 'one')
  const cancelling = new Promise<void>(resolve => { const { cancelRun } = farm; farm.cancelRun = () => { resolve(); return cancelRun() } })
  const woken = starter.wake()
  await cancelling
  for (const ref of ['main', 'side']) {
    supersede(db, 'p', ref)
    push(ref, 'three')
  }
  gone()
  await woken
  t.strictSame(started, [])
  const again = starter.wake()
  await until(async () => {
    gone()
    return started.length === 2
  })
  await again
  await starter.close()
  t.strictSame(started, ['main three', 'side three'])
  t.strictSame(latest(db, { id: 1, name: 'p' }, 9).map(one => `${one.ref} ${one.sha} ${one.outcome}`), ['side three started', 'main three started', 'side one superseded', 'main two superseded', 'main one started'])
})

t.test('what one process has started stays started, whatever another makes of it', async t => {
  const db = new Database(':memory:')
  t.teardown(() => db.close())
  for (const name of ['001-webhooks', '002-of-project']) db.exec(readFileSync(new URL(`migrations/${name}.sql`, import.meta.url), 'utf8'))
  for (const ref of ['main', 'side']) keep(db, { project: 'p', project_id: 1, forge: 'github', event: 'push', at: '', outcome: 'waiting', message: null, ref, sha: 'one', burst_at: 0, due_at: 0 })
  settle(db, 1, 'started', { run: 'first' })
  settle(db, 1, 'failed', { message: 'the request asked for something else before' })
  supersede(db, 'p', 'side')
  settle(db, 2, 'started', { run: 'second' })
  t.match(latest(db, { id: 1, name: 'p' }, 9), [{ ref: 'side', outcome: 'started', run: 'second' }, { ref: 'main', outcome: 'started', run: 'first', message: null }])
})

t.test('what came for a removed project is none of another\'s of its name, before the fact of its removal and after', async t => {
  const db = new Database(':memory:')
  t.teardown(() => db.close())
  for (const name of ['001-webhooks', '002-of-project']) db.exec(readFileSync(new URL(`migrations/${name}.sql`, import.meta.url), 'utf8'))
  const [removed, present] = [{ id: 1, name: 'p' }, { id: 2, name: 'p' }]
  const push = ({ id, name }: typeof removed, ref: string, outcome: Delivery['outcome']) => keep(db, { project: name, project_id: id, forge: 'github', event: 'push', at: '', outcome, message: null, ref, sha: 'one', burst_at: 0, due_at: 0 })
  push(removed, 'main', 'waiting')
  settle(db, 1, 'started', { run: 'gone' })
  push(removed, 'side', 'waiting')
  t.ok(remember(db, removed, ['mark'], 'then'))
  t.ok(remember(db, present, ['mark'], 'now'), 'its forge may send the same')
  t.notOk(remember(db, present, ['mark'], 'again'))
  push(present, 'main', 'waiting')
  const started: unknown[] = []
  const farm = { project: () => present, startRun: (_: unknown, __: unknown, { ref }: { ref: string }) => { started.push(ref); return { id: 'new' } } }
  const starter = starterOf({ db, farm, log: { error: (...said: unknown[]) => t.fail(String(said)) } } as never, () => 1)
  await starter.wake()
  await starter.close()
  t.same(started, ['main'], 'its first run of the commit')
  t.match(latest(db, removed, 9)[0], { ref: 'side', outcome: 'failed', message: 'its project was removed' })
  t.match(latest(db, present, 9), [{ ref: 'main', outcome: 'started', run: 'new' }])
  forgetProject(db, 'p', present)
  t.same(latest(db, removed, 9), [])
  t.equal(latest(db, present, 9).length, 1)
  t.notOk(remember(db, present, ['mark'], 'again'))
  forgetProject(db, 'p', undefined)
  t.same([latest(db, present, 9), remember(db, present, ['mark'], 'again')], [[], true])
})

t.test('what is old enough to go is found without reading the rest', t => {
  const db = new Database(':memory:')
  for (const name of ['001-webhooks', '002-of-project', '003-by-age']) db.exec(readFileSync(new URL(`migrations/${name}.sql`, import.meta.url), 'utf8'))
  const texts: string[] = []
  prune({ prepare: (text: string) => ({ run: () => texts.push(text) }) } as never, { deliveries: '', marks: '' })
  t.equal(texts.length, 2)
  for (const text of texts) t.notMatch((db.prepare(`EXPLAIN QUERY PLAN ${text}`).all('') as { detail: string }[])[0]?.detail, /^SCAN/, text)
  db.close()
  t.end()
})
