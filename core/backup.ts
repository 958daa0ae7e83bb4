import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { basename, join, resolve, sep } from 'node:path'
import type { Config } from './config.ts'
import { FarmError, messageOf } from './errors.ts'
import { noteAction } from './ledger/audit.ts'
import { checkLedger, openDatabase } from './ledger/database.ts'
import { farmsAt, forgetProcesses } from './ledger/farms.ts'

/** What a farm cannot make again: the ledger, the logs, and what else lies in the data directory beside them. */
const notCopied = new Set(['ledger.db', 'ledger.db-wal', 'ledger.db-shm'])

export interface Backup { file: string; bytes: number }

/**
 * Writes the data directory as a tar archive (compressed as the name says: .tar, .tar.gz, .tgz, .tar.zst), while the farm may be at work.
 * The ledger is copied first, through SQLite's own backup, so every log that it names is in the archive at least as far as it was then.
 */
export async function backup(config: Config, target: string): Promise<Backup> {
  const file = resolve(target)
  if (!existsSync(join(config.dataDir, 'ledger.db'))) throw new FarmError('not_found', `There is no ledger in ${config.dataDir}`, { hint: 'CRAFTING_DATA_DIR says where the farm keeps its data.' })
  if (file.startsWith(config.dataDir + sep)) throw new FarmError('invalid', `${file} lies in the data directory`, { hint: 'There it would be part of the next backup, and be lost with what it is of.' })
  const scratch = mkdtempSync(join(config.dataDir, '.backup-'))
  const partial = `${file}.partial`
  try {
    const db = openDatabase(join(config.dataDir, 'ledger.db'))
    try { await db.backup(join(scratch, 'ledger.db')) } finally { db.close() }
    const others = readdirSync(config.dataDir).filter(name => !notCopied.has(name) && !name.startsWith('.'))
    mine(partial)
    await tar(['--create', '--file', partial, ...compression(file), '--warning=no-file-changed', '--warning=no-file-removed', '-C', scratch, './ledger.db', ...others.length ? ['-C', config.dataDir] : [], ...others.map(name => `./${name}`)], file)
    renameSync(partial, file)
    return { file, bytes: statSync(file).size }
  } finally {
    rmSync(scratch, { recursive: true, force: true })
    rmSync(partial, { force: true })
  }
}

/** An empty file that nobody else may read, not even while it is written. */
function mine(path: string): void {
  rmSync(path, { force: true })
  closeSync(openSync(path, 'wx', 0o600))
}

/**
 * Fills the data directory from an archive. What is there is kept in it, in the directory that is answered, only where `replace` is given. All of it
 * happens inside: the directory may be a volume, or its parent not ours to write in.
 */
export async function restore({ dataDir }: Config, source: string, options: { replace: boolean }): Promise<{ kept: string | null }> {
  const file = resolve(source)
  if (!existsSync(file)) throw new FarmError('not_found', `There is no file ${file}`)
  const made = mkdirSync(dataDir, { recursive: true, mode: 0o700 })
  const [farm] = farmsAt(join(dataDir, 'ledger.db'))
  if (farm) throw new FarmError('conflict', `A farm is at work on ${dataDir} (process ${farm.pid})`, { hint: 'Stop it first.' })
  const present = readdirSync(dataDir).filter(name => !name.startsWith('.') && name !== 'lost+found')
  if (present.length && !options.replace) throw new FarmError('conflict', `${dataDir} is not empty`, { hint: 'Choose another CRAFTING_DATA_DIR, or use --replace: what is there is then kept under another name.' })
  const fresh = mkdtempSync(join(dataDir, '.restoring-'))
  try {
    await tar(['--extract', '--file', file, '--directory', fresh, '--no-same-owner', '--preserve-permissions'], file)
    prepare(join(fresh, 'ledger.db'), file)
    const kept = present.length ? join(dataDir, `.before-${new Date().toISOString().replaceAll(/[:.]/g, '-')}`) : null
    if (kept) {
      mkdirSync(kept, { mode: 0o700 })
      for (const name of ledgerLast(present).toReversed()) renameSync(join(dataDir, name), join(kept, name))
    }
    for (const name of ledgerLast(readdirSync(fresh))) renameSync(join(fresh, name), join(dataDir, name))
    return { kept }
  } finally {
    rmSync(fresh, { recursive: true, force: true })
    if (made !== undefined && readdirSync(dataDir).length === 0) rmdirSync(dataDir)
  }
}

/** Makes the ledger of an archive one that can be started from. */
function prepare(ledger: string, file: string): void {
  if (!existsSync(ledger)) throw new FarmError('invalid', `${file} is no backup of a farm: it holds no ledger.db`)
  const fault = checkLedger(ledger)
  if (fault !== null) throw new FarmError('invalid', `The ledger in ${file} is damaged: ${fault}`, { hint: 'Use another backup.' })
  const db = openDatabase(ledger)
  try {
    forgetProcesses(db)
    noteAction(db, { caller: 'local', action: 'restore', subject: basename(file), outcome: 'done' })
  } finally { db.close() }
}

/** Whoever stops in between leaves no ledger beside what is not its own. */
const ledgerLast = (names: readonly string[]) => names.toSorted((a, b) => Number(a === 'ledger.db') - Number(b === 'ledger.db'))

function compression(file: string): string[] {
  if (/\.(?:tgz|tar\.gz)$/.test(file)) return ['--gzip']
  if (/\.(?:tzst|tar\.zst)$/.test(file)) return ['--zstd']
  if (file.endsWith('.tar')) return []
  throw new FarmError('invalid', `${file} does not say what kind of archive it is`, { hint: 'End its name with .tar, .tar.gz or .tar.zst.' })
}

/** tar's status 1 says that a file grew or went while it was read: a log that is being written. */
async function tar(args: readonly string[], file: string): Promise<void> {
  const { execa } = await import('execa')
  const done = await execa('tar', args, { reject: false, stdin: 'ignore', env: { LC_ALL: 'C' } }).catch((error: unknown) => { throw new FarmError('unavailable', `tar cannot be run: ${messageOf(error)}`) })
  if (done.exitCode !== 0 && !(done.exitCode === 1 && args[0] === '--create')) throw new FarmError('unavailable', `${file}: ${done.stderr.split('\n').slice(0, 3).join('; ') || done.shortMessage}`, { hint: 'Check that the place has space and is writable, and that the archive is whole.' })
}
