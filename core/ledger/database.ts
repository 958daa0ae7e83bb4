import { chmodSync, mkdirSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import Database from 'better-sqlite3'
import { FarmError, messageOf, unlessRefused } from '../errors.ts'

export type Db = Database.Database

const migrationsDir = join(import.meta.dirname, 'migrations')

/**
 * Opens the ledger, brings its schema up to date, and checks that it can be written.
 * WAL with synchronous=NORMAL: a crash of the process loses nothing, a power cut at most the last moments, and the file stays consistent.
 */
export function openDatabase(path: string): Db {
  try {
    if (path !== ':memory:') mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
    const db = new Database(path)
    db.pragma('busy_timeout = 10000')
    // Only before the first table is made does it take effect.
    db.pragma('auto_vacuum = INCREMENTAL')
    db.pragma('journal_mode = WAL')
    db.pragma('synchronous = NORMAL')
    db.pragma('foreign_keys = ON')
    db.pragma('cache_size = -4096')
    db.pragma('journal_size_limit = 33554432')
    if (path !== ':memory:') chmodSync(path, 0o600)
    migrate(db)
    return db
  } catch (error) {
    if (error instanceof FarmError) throw error
    throw new FarmError('unavailable', `The ledger ${path} cannot be opened: ${messageOf(error)}`, { cause: error, hint: 'Check that the directory (CRAFTING_DATA_DIR) exists, is writable and has space.' })
  }
}

/** What SQLite finds wrong with a ledger that nobody has open; null when nothing. */
export function checkLedger(path: string): string | null {
  try {
    const db = new Database(path)
    try {
      const said = db.pragma('integrity_check', { simple: true })
      return said === 'ok' ? null : String(said)
    } finally { db.close() }
  } catch (error) { return messageOf(error) }
}

/** Applies the numbered files of migrations/ that the ledger has not seen, each in a transaction; `user_version` counts them. */
function migrate(db: Db): void {
  const files = readdirSync(migrationsDir).filter(name => /^\d+-.*\.sql$/.test(name)).toSorted()
  const apply = db.transaction((): boolean => {
    const version = Number(db.pragma('user_version', { simple: true }))
    if (version > files.length) throw new FarmError('unavailable', `The ledger is of a newer crafting-table (schema ${version}, this one knows ${files.length})`, { hint: 'Start the version that wrote it, or restore a backup.' })
    for (const name of files.slice(version)) db.exec(readFileSync(join(migrationsDir, name), 'utf8'))
    db.pragma(`user_version = ${files.length}`)
    return version < files.length
  })
  if (apply.immediate()) checkpoint(db)
}

/** A migration may have written every row anew: what lies in the write-ahead log then goes into the ledger, and the log is short again. */
function checkpoint(db: Db): void {
  unlessRefused(() => db.pragma('wal_checkpoint(TRUNCATE)'))
}

/** The same for the tables of a service. A file that was applied once is never applied again, whatever its number. */
export function migrateService(db: Db, service: string, directory: URL): void {
  const files = readdirSync(directory).filter(name => /^\d+-.*\.sql$/.test(name)).toSorted()
  const apply = db.transaction((): boolean => {
    db.exec('CREATE TABLE IF NOT EXISTS service_migrations (service TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (service, name)) WITHOUT ROWID')
    const known = new Set((db.prepare('SELECT name FROM service_migrations WHERE service = ?').all(service) as { name: string }[]).map(row => row.name))
    const fresh = files.filter(file => !known.has(file))
    for (const name of fresh) {
      db.exec(readFileSync(new URL(name, directory), 'utf8'))
      db.prepare('INSERT INTO service_migrations (service, name) VALUES (?, ?)').run(service, name)
    }
    return fresh.length > 0
  })
  if (apply.immediate()) checkpoint(db)
}

const statements = new WeakMap<Db, Map<string, Database.Statement>>()

/** A prepared statement, prepared once per connection and text. */
export function sql(db: Db, text: string): Database.Statement {
  let known = statements.get(db)
  if (!known) statements.set(db, known = new Map())
  let statement = known.get(text)
  if (!statement) known.set(text, statement = db.prepare(text))
  return statement
}

/** The present, as the ledger writes it: ISO 8601 in UTC with milliseconds. */
export function now(): string {
  return new Date().toISOString()
}
