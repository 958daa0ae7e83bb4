import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { FarmError } from '../errors.ts'
import { now, sql, type Db } from './database.ts'

/** Who is asking. `name` owns projects; an admin sees everything. */
export interface Caller { name: string; isAdmin: boolean }

export interface Token extends Caller {
  /** The token works only from these networks; empty: from the whole allowlist. */
  ipCidrs: readonly string[]
  createdAt: string
  lastUsedAt: string | null
}

interface Row { name: string; hash: Buffer; is_admin: number; ip_cidrs: string; created_at: string; last_used_at: string | null }

const hashOf = (bearer: string) => createHash('sha256').update(bearer).digest()

/** 256 random bits need no slow hash; they are shown once and stored only as SHA-256. */
export function mintToken(db: Db, token: { name: string; isAdmin: boolean; ipCidrs: readonly string[] }): { bearer: string } {
  const bearer = `ct_${randomBytes(32).toString('base64url')}`
  const added = sql(db, 'INSERT OR IGNORE INTO tokens (name, hash, is_admin, ip_cidrs, created_at) VALUES (?, ?, ?, ?, ?)')
    .run(token.name, hashOf(bearer), token.isAdmin ? 1 : 0, JSON.stringify(token.ipCidrs), now())
  if (added.changes === 0) throw new FarmError('conflict', `A token named ${token.name} exists`, { field: 'name', hint: 'Choose another name, or revoke the old token first.' })
  return { bearer }
}

export function listTokens(db: Db): Token[] {
  return (sql(db, 'SELECT * FROM tokens ORDER BY name').all() as Row[]).map(toToken)
}

/** False when there is no such token. Its projects stay; a new token of the same name owns them again. */
export function revokeToken(db: Db, name: string): boolean {
  return sql(db, 'DELETE FROM tokens WHERE name = ?').run(name).changes === 1
}

/** Whether it is still there: another one of its name is another token. */
export function hasToken(db: Db, { name, createdAt }: Token): boolean {
  return sql(db, 'SELECT 1 FROM tokens WHERE name = ? AND created_at = ?').get(name, createdAt) !== undefined
}

/** Compares with every stored hash in constant time, so that the answer's time says nothing about which one was near. */
export function findToken(db: Db, bearer: string): Token | undefined {
  const given = hashOf(bearer)
  let found: Row | undefined
  for (const row of sql(db, 'SELECT * FROM tokens').all() as Row[]) {
    if (row.hash.length === given.length && timingSafeEqual(row.hash, given)) found = row
  }
  return found && toToken(found)
}

/** Kept to the hour, but not before it was made: nobody needs more, and a write per request would cost more than the request. */
export function noteTokenUse(db: Db, token: Token): void {
  const hour = `${now().slice(0, 13)}:00:00.000Z`
  const at = hour > token.createdAt ? hour : token.createdAt
  if (token.lastUsedAt !== at) sql(db, 'UPDATE tokens SET last_used_at = ? WHERE name = ?').run(at, token.name)
}

function toToken(row: Row): Token {
  return { name: row.name, isAdmin: row.is_admin === 1, ipCidrs: JSON.parse(row.ip_cidrs) as string[], createdAt: row.created_at, lastUsedAt: row.last_used_at }
}
