import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'better-sqlite3'
import t from 'tap'
import { migrateService, openDatabase } from '../../core/ledger/database.ts'
import { builtinPluginsDir } from '../../core/plugins.ts'

const filesOf = (directory: URL | string) => readdirSync(directory).filter(name => name.endsWith('.sql')).toSorted()
const core = new URL('../../core/ledger/migrations/', import.meta.url)

/** Services with tables of their own. */
const services = readdirSync(builtinPluginsDir).filter(name => existsSync(join(builtinPluginsDir, name, 'migrations')))
  .map(name => ({ name, directory: new URL(`file://${join(builtinPluginsDir, name, 'migrations')}/`) }))

const tablesOf = (db: Database.Database) => db.prepare(`SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name`).all() as { name: string; sql: string }[]
const schemaOf = (db: Database.Database) => db.prepare(`SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`).all()

/** A ledger as the first version left it, with a service's tables as its first `level` migrations left them; a row in each. Answers those rows. */
function ledgerOf(path: string, service: { name: string; directory: URL }, level: number): Map<string, unknown[]> {
  const db = new Database(path)
  try {
    db.pragma('foreign_keys = OFF')
    db.exec(readFileSync(new URL(filesOf(core)[0] ?? '', core), 'utf8'))
    db.pragma('user_version = 1')
    const before = new Set(tablesOf(db).map(table => table.name))
    const files = filesOf(service.directory).slice(0, level)
    for (const name of files) db.exec(readFileSync(new URL(name, service.directory), 'utf8'))
    db.exec('CREATE TABLE service_migrations (service TEXT NOT NULL, name TEXT NOT NULL, PRIMARY KEY (service, name)) WITHOUT ROWID')
    for (const name of files) db.prepare('INSERT INTO service_migrations VALUES (?, ?)').run(service.name, name)
    const own = tablesOf(db).filter(table => !before.has(table.name) && table.name !== 'service_migrations')
    for (const table of own) fill(db, table)
    return new Map(own.map(({ name }) => [name, db.prepare(`SELECT * FROM "${name}"`).all()]))
  } finally { db.close() }
}

/** A value in every column that fits its type; where only some words are allowed, the first of them. */
function fill(db: Database.Database, { name, sql }: { name: string; sql: string }): void {
  if (db.prepare(`SELECT 1 FROM "${name}"`).get()) return
  const columns = db.pragma(`table_info("${name}")`) as { name: string; type: string }[]
  const value = ({ name: column, type }: { name: string; type: string }) => {
    const word = new RegExp(`CHECK \\(${column} IN \\('(?<word>\\w+)'`).exec(sql)?.groups?.word
    return word ?? (type === 'INTEGER' ? 1 : type === 'BLOB' ? Buffer.from(`some ${column}`) : `some ${column}`)
  }
  db.prepare(`INSERT INTO "${name}" (${columns.map(column => `"${column.name}"`).join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`).run(...columns.map(value))
}

t.ok(services.length >= 5, `${services.length} services have tables`)

for (const service of services) {
  for (let level = 1; level <= filesOf(service.directory).length; level++) {
    t.test(`${service.name}: tables of level ${level} in the oldest ledger are brought up to date and keep what they had`, async t => {
      const path = join(t.testdir(), 'ledger.db')
      const before = ledgerOf(path, service, level)
      t.ok(before.size > 0 && [...before.values()].every(rows => rows.length > 0), 'something in every table')
      const db = openDatabase(path)
      const fresh = openDatabase(':memory:')
      try {
        for (const each of services) { migrateService(db, each.name, each.directory); migrateService(fresh, each.name, each.directory) }
        t.equal(db.pragma('integrity_check', { simple: true }), 'ok')
        for (const [table, rows] of before) {
          const after = db.prepare(`SELECT * FROM "${table}"`).all() as Record<string, unknown>[]
          for (const [at, row] of rows.entries()) t.match(after[at], row as object, table)
        }
        t.same(schemaOf(db), schemaOf(fresh), 'the same tables as in a new ledger')
        const again = new Map([...before.keys()].map(table => [table, db.prepare(`SELECT count(*) AS n FROM "${table}"`).get()]))
        for (const each of services) migrateService(db, each.name, each.directory)
        t.same(new Map([...before.keys()].map(table => [table, db.prepare(`SELECT count(*) AS n FROM "${table}"`).get()])), again, 'a second start does nothing')
      } finally {
        db.close()
        fresh.close()
      }
    })
  }
}
