import { disksOf } from '../disks.ts'
import { FarmError, messageOf, unlessRefused } from '../errors.ts'
import type { Farm, ServiceState } from '../facade.ts'
import { listAudit } from '../ledger/audit.ts'
import { sql, type Db } from '../ledger/database.ts'
import { factLags, openJobCounts } from '../ledger/figures.ts'
import { findToken, hasToken, listTokens, mintToken, noteTokenUse, revokeToken } from '../ledger/tokens.ts'
import { reportPacks } from '../tools.ts'
import { version } from '../version.ts'
import type { Rooms } from './rooms.ts'

type Operation = Pick<Farm, 'figures' | 'packReports' | 'health' | 'mintToken' | 'tokens' | 'audit' | 'revokeToken' | 'authenticate' | 'isHeld'>

/** The farm as its operators see it: health and figures, tokens, who did what. */
export function operationCases({ runner, work }: Rooms, services: () => ServiceState[]): Operation {
  const { db, config, ledger, limits, packs, sandbox } = runner
  return {
    figures: () => ({ open: openJobCounts(db), lags: factLags(db) }),
    packReports: () => reportPacks(packs, runner.toolbox),
    health() {
      const fault = ledger.fault ?? ledgerFault(db)
      const disks = disksOf(config)
      return {
        status: work.draining ? 'draining' : fault || disks.some(disk => !disk.ok) ? 'degraded' : 'ok', version,
        runner: { state: work.draining ? 'draining' : 'running', ...work.figures },
        sandbox, limits, ledger: { ok: !fault, message: fault }, disks, services: services(),
      }
    },

    mintToken: (_, token) => mintToken(db, token),
    tokens: () => listTokens(db),
    audit: filter => listAudit(db, filter),
    revokeToken(_, name) { if (!revokeToken(db, name)) throw new FarmError('not_found', 'No such token') },
    authenticate(bearer) {
      const token = findToken(db, bearer)
      if (token) unlessRefused(() => noteTokenUse(db, token))
      return token
    },
    isHeld: token => hasToken(db, token),
  }
}

function ledgerFault(db: Db): string | null {
  try {
    sql(db, 'SELECT count(*) FROM farms').get()
    return null
  } catch (error) { return messageOf(error) }
}
