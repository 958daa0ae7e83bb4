import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { readConfig } from '../config.ts'
import { notedIn } from '../audit.ts'
import { FarmError } from '../errors.ts'
import { verbLogger } from '../logger.ts'
import { local } from './local.ts'
import { isNetwork } from '../networks.ts'
import { openDatabase, type Db } from '../ledger/database.ts'
import { listTokens, mintToken, revokeToken } from '../ledger/tokens.ts'

export const usage = `token mint NAME [--admin] [--cidr CIDR]… | list | revoke NAME

Works on the ledger in CRAFTING_DATA_DIR, whether a server runs or not. A bearer is shown once, by mint.`

const hint = `Usage: crafting-table ${usage.split('\n', 1)[0]}`

interface Wish { verb: string | undefined; names: readonly string[]; admin: boolean; cidrs: readonly string[] }

export async function run(args: string[]): Promise<number> {
  const wish = wishOf(args)
  const act = actionOf(wish)
  const log = await verbLogger()
  const db = openDatabase(join(readConfig().dataDir, 'ledger.db'))
  try {
    const done = () => act(db)
    process.stdout.write(wish.verb === 'list' ? done() : notedIn(db, log)(local, `token.${wish.verb}`, `${wish.names[0]}${wish.admin ? ' (admin)' : ''}`, done))
    return 0
  } finally { db.close() }
}

function wishOf(args: string[]): Wish {
  const { values, positionals: [verb, ...names] } = parseArgs({
    args, strict: true, allowPositionals: true,
    options: { admin: { type: 'boolean', default: false }, cidr: { type: 'string', multiple: true, default: [] } },
  })
  return { verb, names, admin: values.admin, cidrs: values.cidr }
}

/** Checks everything before the ledger is touched. The action answers what to print. */
function actionOf({ verb, names, admin, cidrs }: Wish): (db: Db) => string {
  const [name = '', ...more] = names
  const mints = verb === 'mint'
  if (!mints && (admin || cidrs.length)) throw new FarmError('invalid', '--admin and --cidr belong to mint', { hint })
  if (verb === 'list' && names.length === 0) return list
  if ((!mints && verb !== 'revoke') || name === '' || more.length) throw new FarmError('invalid', 'What shall be done?', { hint })
  if (!mints) return db => revoke(db, name)
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(name)) throw new FarmError('invalid', `${JSON.stringify(name.slice(0, 100))} is not a token name`, { field: 'name', hint: 'Use 1 to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit.' })
  for (const one of cidrs) if (!isNetwork(one)) throw new FarmError('invalid', `${one} is not an address or a CIDR such as 192.168.0.0/16`, { field: 'cidr' })
  return db => `${mintToken(db, { name, isAdmin: admin, ipCidrs: cidrs }).bearer}\n`
}

function list(db: Db): string {
  return listTokens(db).map(token => `${[token.name, token.isAdmin ? 'admin' : 'user', token.ipCidrs.join(',') || 'anywhere', token.createdAt].join('\t')}\n`).join('')
}

function revoke(db: Db, name: string): string {
  if (!revokeToken(db, name)) throw new FarmError('not_found', `No token is named ${name}`, { hint: 'crafting-table token list shows all.' })
  return `revoked ${name}\n`
}
