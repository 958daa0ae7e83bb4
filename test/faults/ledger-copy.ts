import { closeSync, copyFileSync, existsSync, mkdirSync, openSync, readSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { openDatabase } from '../../core/ledger/database.ts'

/**
 * Copies a ledger as a power cut would leave it: the server is stopped for the moment of the copy, then a part of what the
 * log of writes holds beyond the last checkpoint is dropped, since synchronous=NORMAL does not wait for those writes. `part` from 0 to 1 says how much stays.
 */
export function copyLedger(dataDir: string, target: string, pid: number, part: number): string {
  mkdirSync(target, { recursive: true })
  const copy = join(target, 'ledger.db')
  process.kill(pid, 'SIGSTOP')
  try {
    for (const end of ['', '-wal', '-shm']) if (existsSync(join(dataDir, `ledger.db${end}`))) copyFileSync(join(dataDir, `ledger.db${end}`), `${copy}${end}`)
  } finally { process.kill(pid, 'SIGCONT') }
  dropUnsynced(copy, part)
  return copy
}

/** Frames that a checkpoint has begun with are on the disk for certain (sqlite.org/walformat.html, §2.1: nBackfill at 96, nBackfillAttempted at 128). */
function dropUnsynced(copy: string, part: number): void {
  if (!existsSync(`${copy}-wal`) || !existsSync(`${copy}-shm`) || statSync(`${copy}-shm`).size < 132) return
  const frame = 24 + bytesAt(copy, 16, 2).readUInt16BE()
  const shared = bytesAt(`${copy}-shm`, 0, 132)
  const safe = Math.max(shared.readUInt32LE(96), shared.readUInt32LE(128))
  const { size } = statSync(`${copy}-wal`)
  const synced = 32 + safe * frame
  if (size > synced) truncateSync(`${copy}-wal`, synced + Math.floor((size - synced) * part))
}

function bytesAt(path: string, position: number, length: number): Buffer {
  const file = openSync(path, 'r')
  try {
    const memory = Buffer.alloc(length)
    readSync(file, memory, 0, length, position)
    return memory
  } finally { closeSync(file) }
}

/** What is wrong with a ledger, opened as the farm does it (one that had hardly begun may be empty): with the file, with what refers to what, and with jobs and their facts. */
export function ledgerFaults(path: string): string[] {
  const db = openDatabase(path)
  try {
    const all = (query: string) => db.prepare(query).all() as Record<string, unknown>[]
    const integrity = String(db.pragma('integrity_check', { simple: true }))
    return [
      ...integrity === 'ok' ? [] : [integrity],
      ...(db.pragma('foreign_key_check') as object[]).map(row => `a reference to nothing: ${JSON.stringify(row)}`),
      ...all(`SELECT id FROM jobs WHERE status NOT IN ('queued', 'running') AND id NOT IN (SELECT data ->> 'job' FROM facts WHERE name = 'job.finished')`).map(row => `job ${String(row.id)} has ended without a fact`),
      ...all(`SELECT data ->> 'job' AS id, count(*) AS n FROM facts WHERE name = 'job.finished' GROUP BY 1 HAVING n > 1`).map(row => `job ${String(row.id)} has ended ${String(row.n)} times`),
      ...all(`SELECT data ->> 'patch' AS id, count(*) AS n FROM facts WHERE name = 'patch.drafted' GROUP BY 1 HAVING n > 1`).map(row => `patch ${String(row.id)} was drafted ${String(row.n)} times`),
      ...all(`SELECT data ->> 'project' AS id, count(*) AS n FROM facts WHERE name = 'digest.sent' GROUP BY 1, data ->> 'date' HAVING n > 1`).map(row => `the digest of ${String(row.id)} was sent ${String(row.n)} times`),
      ...all(`SELECT id FROM jobs WHERE status IN ('queued', 'running') AND id IN (SELECT data ->> 'job' FROM facts WHERE name = 'job.finished')`).map(row => `job ${String(row.id)} is open and has ended`),
    ]
  } finally { db.close() }
}
