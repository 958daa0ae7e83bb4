import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import Database from 'better-sqlite3'
import { machineFault } from '../errors.ts'
import { now, sql, type Db } from './database.ts'

/** A process that has the ledger open: a server, which lives on, or a `check`, whose jobs die with it. */
export type FarmKind = 'server' | 'check'
export interface FarmRow { id: string; kind: FarmKind }

/** Names this process in the ledger. */
export function beginFarm(db: Db, kind: FarmKind): FarmRow {
  const id = randomBytes(8).toString('hex')
  sql(db, 'INSERT INTO farms (id, kind, pid, process, started_at) VALUES (?, ?, ?, ?, ?)').run(id, kind, process.pid, processIdentity(process.pid) ?? '', now())
  return { id, kind }
}

export function endFarm(db: Db, id: string): void {
  sql(db, 'DELETE FROM farms WHERE id = ?').run(id)
}

interface ProcessRow extends FarmRow { pid: number; process: string }
const allFarms = (db: Db) => sql(db, 'SELECT id, kind, pid, process FROM farms').all() as ProcessRow[]

/** Farms whose process is gone without having said so. */
export function deadFarms(db: Db): FarmRow[] {
  return allFarms(db).filter(row => processIdentity(row.pid) !== row.process)
}

/** Those that are at work on this ledger. */
export function liveFarms(db: Db): ProcessRow[] {
  return allFarms(db).filter(row => processIdentity(row.pid) === row.process)
}

/** The same of a ledger that may be of any version, or damaged: nobody is at work on one that cannot be read. */
export function farmsAt(path: string): ProcessRow[] {
  if (!existsSync(path)) return []
  try {
    const db = new Database(path)
    try { return liveFarms(db) } finally { db.close() }
  } catch { return [] }
}

/** For a copy of the ledger: whoever wrote the original is not at work here. */
export function forgetProcesses(db: Db): void {
  sql(db, `UPDATE farms SET process = ''`).run()
}

/**
 * A boot and a start time: what tells a process from a later one with the same pid.
 * Undefined when there is none; that this process has no descriptor left to look says nothing about the other. Field 22 of /proc/PID/stat is the start in clock ticks (proc(5)).
 */
function processIdentity(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    if (fields[0] === 'Z') return undefined
    return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${fields[19]}`
  } catch (error) {
    if (machineFault(error)) throw error
    return undefined
  }
}
