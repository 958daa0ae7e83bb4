import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { FarmError, messageOf } from '../errors.ts'
import type { Farm } from '../facade.ts'

const boot = { name: 'boot', isAdmin: true }

/**
 * First boot: an admin's bearer in <data>/admin-bearer.txt, for the owner's eyes only. Nothing happens where an admin exists:
 * whoever has lost the file mints another with `crafting-table token mint NAME --admin`. Answers the file's path when it was written.
 */
export function ensureAdmin(farm: Farm): string | undefined {
  const tokens = farm.tokens()
  if (tokens.some(token => token.isAdmin)) return undefined
  const taken = new Set(tokens.map(token => token.name))
  const name = ['admin', 'admin-1', 'admin-2'].find(one => !taken.has(one)) ?? `admin-${randomBytes(4).toString('hex')}`
  const path = join(farm.config.dataDir, 'admin-bearer.txt')
  const { bearer } = farm.mintToken(boot, { name, isAdmin: true, ipCidrs: [] })
  try {
    writeSecret(path, `${bearer}\n`)
    return path
  } catch (error) {
    // A token whose bearer nobody has seen would keep the next boot from making one.
    farm.revokeToken(boot, name)
    throw new FarmError('unavailable', `${path} cannot be written: ${messageOf(error)}`, { cause: error, hint: 'The data directory (CRAFTING_DATA_DIR) must be writable.' })
  }
}

/** Whole or not at all, and never readable by others, not even for a moment. */
function writeSecret(path: string, text: string): void {
  const draft = `${path}.${randomBytes(6).toString('hex')}`
  try {
    const file = openSync(draft, 'wx', 0o600)
    try {
      writeSync(file, text)
      fsyncSync(file)
    } finally { closeSync(file) }
    renameSync(draft, path)
  } catch (error) {
    rmSync(draft, { force: true })
    throw error
  }
}
