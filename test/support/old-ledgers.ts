import { readdirSync, readFileSync } from 'node:fs'
import Database from 'better-sqlite3'

const directory = new URL('../../core/ledger/migrations/', import.meta.url)
/** Their files, in order. */
export const migrations = readdirSync(directory).filter(name => name.endsWith('.sql')).toSorted()

/** A ledger as the version with the first `level` migrations left it, with something in every table that it had. */
export function ledgerOf(path: string, level: number): Record<string, unknown[]> {
  const db = new Database(path)
  try {
    db.pragma('journal_mode = WAL')
    // Tables refer to those of later migrations: the ledger is checked as a whole afterwards.
    db.pragma('foreign_keys = OFF')
    for (const name of migrations.slice(0, level)) db.exec(readFileSync(new URL(name, directory), 'utf8'))
    db.pragma(`user_version = ${level}`)
    for (const table of tablesOf(db)) fill(db, table)
    return rowsOf(db)
  } finally { db.close() }
}

const tablesOf = (db: Database.Database) => (db.prepare(`SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY rowid`).all() as { name: string }[]).map(row => row.name)
/** All rows of all tables. */
export const rowsOf = (db: Database.Database) => Object.fromEntries(tablesOf(db).map(table => [table, db.prepare(`SELECT * FROM "${table}"`).all()]))

export const schemaOf = (db: Database.Database) => db.prepare(`SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY type, name`).all()

const at = '2026-01-02T03:04:05.678Z'
const sha = 'a'.repeat(40)
const run = '11111111-1111-4111-8111-111111111111'
const job = '22222222-2222-4222-8222-222222222222'
const definition = { name: 'some', gitUrl: 'https://git.example.org/some.git', defaultBranch: 'main', languages: [], subprojects: [], notify: { email: [], on: [] } }

/** One row of every table that there ever was, with every column that it ever had. */
const rows: Readonly<Record<string, Record<string, unknown>>> = {
  farms: { id: 'f', kind: 'server', pid: 1, process: 'gone', started_at: at },
  tokens: { name: 'alice', hash: Buffer.alloc(32, 1), is_admin: 0, ip_cidrs: '[]', created_at: at, last_used_at: null },
  projects: { id: 1, name: 'some', owner: 'alice', git_url: definition.gitUrl, default_branch: 'main', definition: JSON.stringify(definition), created_at: at, updated_at: at },
  runs: { seq: 1, id: run, project_id: 1, owner: 'alice', farm: 'f', request: '{"ref":"main","recipes":[],"languages":[],"subprojects":[]}', ref: 'main', sha, status: 'passed', created_at: at, started_at: at, finished_at: at },
  jobs: { seq: 1, id: job, run_id: run, project_id: 1, owner: 'alice', farm: 'f', subproject: '', language: 'bash', recipe: 'lint', ref: 'main', branch: 'main', sha, status: 'passed', exit_code: 0, complete: 1, created_at: at, started_at: at, finished_at: at, imported: 0,
    recipe_snapshot_json: '{"source":"project","run":"true","timeoutSecs":600,"network":true,"needs":[]}', findings: '{"new":1,"unchanged":0,"fixed":0,"error":0,"warning":1,"note":0}' },
  findings: { id: 1, job_seq: 1, fingerprint: 'b'.repeat(32), state: 'new', level: 'warning', tool: 'gcc', rule: '-Wall', kind: 'build', file: 'a.c', line: 1, message: 'unused', more: '{"finding":{"column":7}}', identity: null, position: 7 },
  tests: { id: 1, job_seq: 1, tool: 'tap', test: 'one', status: 'passed', seconds: 0.5, name: 1, flaky: 0 },
  tallies: { job_seq: 1, tool: 'gcc', level: 'warning', new: 1, unchanged: 0, fixed: 0 },
  bisects: { id: job, project_id: 1, owner: 'alice', farm: 'f', target: '{}', subproject: '', language: 'bash', recipe: 'lint', good: null, bad: sha, commits: 1, status: 'found', created_at: at, finished_at: at },
  bisect_steps: { bisect: job, job, sha, asked: 1, answer: 'bad' },
  test_names: { id: 1, project_id: 1, subproject: '', recipe: 'lint', language: 'bash', tool: 'tap', test: 'one' },
  facts: { id: 1, name: 'job.finished', at, data: JSON.stringify({ project: 'some', run, job, recipe: 'lint', subproject: '', language: 'bash', status: 'passed', exitCode: 0, sha, tests: null, findings: { new: 1, unchanged: 0, fixed: 0, error: 0, warning: 1, note: 0 } }) },
  cursors: { subscriber: 'schedule', fact: 1 },
  requests: { project_id: 1, caller: 'alice', request_id: 'r', request: '{}', run, at },
  readings: { job_seq: 1, project_id: 1, job, run, sha, at },
  identities: { id: 1, project_id: 1, key: 'k', first_seen: 1 },
  closures: { identity: 1, branch: 'main', last_seen: 1, fixed_in: 1, reopened_in: null },
  secrets: { project_id: 1, name: 'TOKEN', sealed: Buffer.alloc(40, 2), updated_at: at, updated_by: 'alice' },
  audit: { id: 1, at, caller: 'alice', action: 'project.create', subject: 'some', outcome: 'done' },
  suppressions: { id: 1, project_id: 1, identity: 1, reason: 'by design', accepted_by: 'alice', accepted_at: at, until: null, finding: '{}' },
  finding_ids: { last: 1 },
  project_ids: { last: 1 },
  acceptances: { finding: 1, entry: '', reason: 'by design', until: null },
}

function fill(db: Database.Database, table: string): void {
  const there = new Set((db.pragma(`table_info("${table}")`) as { name: string }[]).map(column => column.name))
  const given = Object.entries(rows[table] ?? {}).filter(([name]) => there.has(name))
  if (given.length) db.prepare(`INSERT INTO "${table}" (${given.map(([name]) => name).join(', ')}) VALUES (${given.map(() => '?').join(', ')})`).run(...given.map(([, value]) => value))
}

/** What was there and is not: a value where its column still is, or, where the column went, anywhere at all. */
export function lost(before: Readonly<Record<string, unknown[]>>, after: Readonly<Record<string, unknown[]>>): string[] {
  const everything = new Set(Object.values(after).flat().flatMap(row => Object.values(row as object)).map(String))
  return Object.entries(before).flatMap(([table, kept]) => kept.flatMap((row, at) => Object.entries(row as Record<string, unknown>).filter(([column, value]) => {
    const now = after[table]?.[at] as Record<string, unknown> | undefined
    return now && column in now ? String(now[column]) !== String(value) : value !== null && !everything.has(String(value))
  }).map(([column, value]) => `${table}.${column}: ${String(value)}`)))
}
