import { mkdirSync, rmSync, watch } from 'node:fs'
import { once } from 'node:events'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import Database from 'better-sqlite3'
import { ledgerOf, lost, migrations, rowsOf } from '../support/old-ledgers.ts'
import { farmEnvironment, launcher, startServer } from '../support/server.ts'
import { ledgerFaults } from './ledger-copy.ts'

/** Of one upgrade that was killed: the level it began at, and the one it was found at. */
interface Upgrade { from: number; found: number; faults: string[] }

/** So many findings that what rewrites them takes 40 to 130 ms. */
const padding = 100_000
/** The last level at which they are still to be rewritten. */
const lastLong = 8
/** ms from the first write on. */
const span = 120

/** Kills a server while it brings an old ledger up to date, and starts another one on what is left. */
export async function killedUpgrade(root: string, random: () => number): Promise<Upgrade> {
  const data = join(root, 'upgrade/data')
  const path = join(data, 'ledger.db')
  mkdirSync(data, { recursive: true })
  try {
    const from = 1 + Math.floor(random() * lastLong)
    const before = ledgerOf(path, from)
    pad(path)
    await killed(join(root, 'upgrade'), data, random() * span)
    const found = levelOf(path)
    const faults = ledgerFaultsAt(path, found)
    const server = await startServer(join(root, 'upgrade'))
    try {
      const { status, body } = await server.request('GET', '/projects')
      if (status !== 200 || body.projects[0]?.name !== 'some') faults.push(`GET /projects answers ${status} ${JSON.stringify(body)}`)
    } finally { await server.stop('SIGKILL') }
    faults.push(...ledgerFaults(path))
    if (levelOf(path) !== migrations.length) faults.push(`the second start left it at level ${levelOf(path)}`)
    // Farms that are gone leave the ledger.
    faults.push(...lost({ ...before, farms: [] }, read(path, rowsOf)).map(text => `lost: ${text}`))
    return { from, found, faults: faults.map(text => `upgrade from level ${from}, killed at ${found}: ${text}`) }
  } finally { rmSync(join(root, 'upgrade'), { recursive: true, force: true }) }
}

/** From the first write to the ledger on, so many ms. */
async function killed(root: string, data: string, ms: number): Promise<void> {
  const watching = new AbortController()
  const written = new Promise<void>(resolve => { watch(data, { signal: watching.signal }, (_, name) => { if (name?.startsWith('ledger.db-')) resolve() }) })
  const child = spawn(process.execPath, [launcher, 'serve', '--port', '0', '--host', '127.0.0.1'], { env: farmEnvironment(root), stdio: 'ignore' })
  const ended = once(child, 'exit')
  await Promise.race([written, ended])
  await sleep(ms)
  child.kill('SIGKILL')
  await ended
  watching.abort()
}

function pad(path: string): void {
  const db = new Database(path)
  try {
    const columns = (db.pragma('table_info(findings)') as { name: string }[]).map(column => column.name).filter(name => name !== 'id' && name !== 'fingerprint').join(', ')
    db.prepare(`INSERT INTO findings (fingerprint, ${columns}) WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${padding}) SELECT printf('%032x', i), ${columns} FROM findings, n`).run()
  } finally { db.close() }
}

/** What a half-done upgrade has left: the file as such; its tables are those of some version. */
function ledgerFaultsAt(path: string, level: number): string[] {
  if (level === migrations.length) return ledgerFaults(path)
  const integrity = read(path, db => String(db.pragma('integrity_check', { simple: true })))
  return integrity === 'ok' ? [] : [integrity]
}

const levelOf = (path: string) => read(path, db => Number(db.pragma('user_version', { simple: true })))

function read<T>(path: string, look: (db: Database.Database) => T): T {
  const db = new Database(path)
  try { return look(db) } finally { db.close() }
}
