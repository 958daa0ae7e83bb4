import { readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import t from 'tap'
import { until } from '../../test/support/until.ts'
import { settings, startLoop } from './loop.ts'
import { insertTarget, targetById } from './rows.ts'

t.test('a ledger that cannot be written for a while ends nothing: neither what looks for work nor what renews a claim', async t => {
  const db = new Database(':memory:')
  for (const name of ['001-patches', '002-of-project']) db.exec(readFileSync(new URL(`migrations/${name}.sql`, import.meta.url), 'utf8'))
  const said: string[] = []
  const log = { info() {}, warn: (message: string) => { said.push(message) }, error: (message: string) => { said.push(message) } }
  let release: (error: Error) => void = () => {}
  const planning = () => new Promise((_, reject) => { release = reject })
  const core = { db, log, emit() {}, processes: { self: 'me', alive: () => ['me'] }, caller: { name: 'service:patch-loop', isAdmin: true }, farm: { plan: planning, project: () => ({ id: 1, name: 'p' }) }, signal: new AbortController().signal }
  const loop = startLoop(core as never, { drafters: {}, settings: { ...settings, leaseMs: 40 } })
  t.teardown(async () => {
    await loop.close()
    db.close()
  })
  insertTarget(db, { id: 'a', project: 'p', projectId: 1, key: 'k', title: 'x', tool: 'words', rule: null, kind: 'lint', subproject: '', language: 'c', recipe: 'lint', baseJob: 'j', baseSha: 'f'.repeat(40), findings: [1], identities: [1], maxAttempts: 1, requestedBy: 'me', createdAt: 1 })
  db.pragma('query_only = 1')
  loop.wake()
  await until(async () => said.filter(message => message === 'patches not looked at').length > 1)
  db.pragma('query_only = 0')
  await until(async () => targetById(db, 'a')?.state === 'baseline')
  db.pragma('query_only = 1')
  await until(async () => said.includes('claim not renewed'))
  db.pragma('query_only = 0')
  release(new Error('no such commit'))
  await until(async () => targetById(db, 'a')?.state === 'unfixable')
})
