import t from 'tap'
import { openDatabase } from '../../core/ledger/database.ts'
import { FactLog, isOfRemoved } from '../../core/ledger/facts.ts'
import { quietLogger } from '../../core/logger.ts'

const saved = (project: string) => ({ project, created: true })

/** Resolves when `condition` holds, looked at after every turn of the loop. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise(resolve => setImmediate(resolve))
}

t.test('in order, from the cursor on, across restarts', async t => {
  const path = `${t.testdir()}/ledger.db`
  const db = openDatabase(path)
  const seen: string[] = []
  const first = new FactLog(db, quietLogger)
  first.append('project.saved', saved('before anybody listened'))
  first.subscribe('service', 'project.saved', fact => { seen.push(fact.data.project) })
  for (const name of ['a', 'b', 'c']) first.append('project.saved', saved(name))
  await until(() => seen.length === 3)
  t.same(seen, ['a', 'b', 'c'])
  await first.close()
  new FactLog(db, quietLogger).append('project.saved', saved('while it was away'))
  const second = new FactLog(db, quietLogger)
  second.subscribe('service', 'project.saved', fact => { seen.push(fact.data.project) })
  await until(() => seen.length === 4)
  t.equal(seen.at(-1), 'while it was away')
  await second.close()
  db.close()
})

t.test('a process that is behind another sets no cursor back', async t => {
  const path = `${t.testdir()}/ledger.db`
  const db = openDatabase(path)
  const other = openDatabase(path)
  let go = () => {}
  const slow = new FactLog(db, quietLogger)
  slow.subscribe('service', 'project.saved', () => new Promise<void>(resolve => { go = resolve }))
  const quick = new FactLog(other, quietLogger)
  const seen: string[] = []
  for (const name of ['a', 'b', 'c']) slow.append('project.saved', saved(name))
  const isBegun = new Promise<void>(resolve => { setImmediate(resolve) })
  await isBegun
  quick.subscribe('service', 'project.saved', fact => { seen.push(fact.data.project) })
  await until(() => seen.length === 3)
  await quick.close()
  const closed = slow.close()
  go()
  await closed
  t.equal(db.prepare('SELECT fact FROM cursors').pluck().get(), 3)
  db.close()
  other.close()
})

t.test('a fact is of a removed project where its removal came later', t => {
  const db = openDatabase(':memory:')
  const facts = new FactLog(db, quietLogger)
  facts.append('project.saved', saved('p'))
  facts.append('project.removed', { project: 'p' })
  facts.append('project.saved', saved('p'))
  facts.append('project.removed', { project: 'q' })
  const isOld = (id: number, project = 'p') => isOfRemoved(db, { id, data: saved(project) })
  t.same([isOld(1), isOld(2), isOld(3), isOld(3, 'q'), isOld(4, 'q')], [true, false, false, true, false])
  db.close()
  t.end()
})

t.test('a fact of a transaction that is rolled back never was', async t => {
  const db = openDatabase(':memory:')
  const facts = new FactLog(db, quietLogger)
  const seen: string[] = []
  facts.subscribe('service', 'project.saved', fact => { seen.push(fact.data.project) })
  t.throws(() => db.transaction(() => {
    facts.append('project.saved', saved('never'))
    throw new Error('no')
  })())
  facts.append('project.saved', saved('yes'))
  await until(() => seen.length > 0)
  t.same(seen, ['yes'])
  await facts.close()
  db.close()
})

t.test('a throwing and a hanging service delay nobody else, are told of, and get the same fact again', async t => {
  const db = openDatabase(':memory:')
  const facts = new FactLog(db, quietLogger, { handlerMs: 20, firstRetryMs: 1, lastRetryMs: 2 })
  const calm: number[] = []
  const failures: string[] = []
  const thrown: number[] = []
  const hung: number[] = []
  facts.subscribe('calm', 'project.saved', fact => { calm.push(fact.id) })
  facts.subscribe('watcher', 'service.failed', fact => { failures.push(`${fact.data.service}: ${fact.data.message}`) })
  facts.subscribe('thrower', 'project.saved', fact => {
    thrown.push(fact.id)
    if (thrown.length < 3) throw new Error('not yet')
  })
  facts.subscribe('hanger', 'project.saved', fact => {
    hung.push(fact.id)
    return hung.length < 2 ? new Promise(() => {}) : undefined
  })
  facts.append('project.saved', saved('a'))
  facts.append('project.saved', saved('b'))
  await until(() => calm.length === 2)
  t.ok(thrown.length < 4, 'the calm one did not wait')
  await until(() => thrown.length === 4 && hung.length === 3)
  t.same(thrown, [1, 1, 1, 2], 'at least once, in order')
  t.same(hung, [1, 1, 2])
  await until(() => failures.length === 3)
  t.same(failures.toSorted(), ['hanger: the handler did not finish within 0.02 s', 'thrower: not yet', 'thrower: not yet'])
  await facts.close()
  db.close()
})

t.test('whoever gives up because the farm ends has not failed, and is told by the next', async t => {
  const path = `${t.testdir()}/ledger.db`
  const db = openDatabase(path)
  const stopping = new AbortController()
  const first = new FactLog(db, quietLogger, { firstRetryMs: 1, stopping: stopping.signal })
  let called = 0
  first.subscribe('service', 'project.saved', async () => {
    called++
    await new Promise((_, reject) => { stopping.signal.addEventListener('abort', () => reject(new Error('aborted')), { once: true }) })
  })
  first.append('project.saved', saved('a'))
  await until(() => called === 1)
  stopping.abort()
  await first.close()
  t.same(db.prepare('SELECT name FROM facts').pluck().all(), ['project.saved'], 'no service.failed')
  const seen: string[] = []
  const second = new FactLog(db, quietLogger)
  second.subscribe('service', 'project.saved', fact => { seen.push(fact.data.project) })
  await until(() => seen.length === 1)
  t.same(seen, ['a'])
  await second.close()
  db.close()
})
