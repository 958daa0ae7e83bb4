import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openDatabase } from '../../core/ledger/database.ts'
import { ledgerOf, lost, migrations, rowsOf, schemaOf } from '../support/old-ledgers.ts'
import { startServer } from '../support/server.ts'
import { temporary, testdir } from '../support/temporary.ts'

t.setTimeout(60_000)

for (let level = 1; level <= migrations.length; level++) {
  t.test(`a ledger of level ${level} (${migrations[level - 1]}) opens, keeps what it had, and is whole`, async t => {
    const path = join(testdir(t), 'ledger.db')
    const before = ledgerOf(path, level)
    t.same(Object.keys(before).filter(table => before[table]?.length === 0), [], 'something in every table: a new one needs a row above')
    const db = openDatabase(path)
    try {
      t.equal(db.pragma('user_version', { simple: true }), migrations.length)
      t.equal(db.pragma('integrity_check', { simple: true }), 'ok')
      t.same(db.pragma('foreign_key_check'), [])
      const after = rowsOf(db)
      t.same(lost(before, after), [])
      const fresh = openDatabase(':memory:')
      t.same(schemaOf(db), schemaOf(fresh), 'the same tables as in a new ledger')
      fresh.close()
    } finally { db.close() }
  })
}

t.test('a server takes over the oldest ledger', async t => {
  const root = temporary(t)
  mkdirSync(join(root, 'data'))
  const old = join(testdir(t), 'ledger.db')
  ledgerOf(old, 1)
  copyFileSync(old, join(root, 'data/ledger.db'))
  const server = await startServer(root)
  t.teardown(() => server.stop('SIGKILL'))
  t.match(await server.request('GET', '/projects'), { status: 200, body: { projects: [{ name: 'some' }] } })
  t.match(await server.request('GET', '/jobs'), { status: 200, body: { jobs: [{ status: 'passed' }] } })
  t.equal((await server.request('GET', '/healthz')).body.ledger.ok, true)
})
