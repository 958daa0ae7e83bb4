import type { Context } from 'koa'
import type { Farm } from '../facade.ts'
import type { Caller, Token } from '../ledger/tokens.ts'
import { networks } from '../networks.ts'
import { clientAddress } from './client-address.ts'
import { Problem, unauthorized } from './problem.ts'
import { Throttle } from './throttle.ts'

export interface Gate {
  /** The client's address; a Problem when it is not on the allowlist. */
  admit(ctx: Context): string
  /** The token's holder; a Problem when there is none, or when it may not be used from that address. */
  identify(ctx: Context, address: string): Caller
}

export function openGate(farm: Farm): Gate {
  const isAllowed = networks(farm.config.lanCidrs)
  const isTrusted = networks(farm.config.trustedProxies)
  const throttle = new Throttle()
  return {
    admit(ctx) {
      const forwarded = ctx.req.headers['x-forwarded-for']
      const address = clientAddress(ctx.req.socket.remoteAddress, Array.isArray(forwarded) ? forwarded.join(',') : forwarded, isTrusted)
      if (isAllowed(address)) return address
      throw new Problem(403, 'forbidden', 'Your address is not on this farm\'s allowlist', { hint: 'CRAFTING_LAN_CIDRS says who may connect.' })
    },
    identify(ctx, address) {
      const bearer = bearerOf(ctx.req.headers.authorization)
      // Who sends none guesses none.
      if (bearer === undefined) throw unauthorized()
      const token = farm.authenticate(bearer)
      if (!token) throttle.admit(address)
      // From a wrong network a token is as good as none: the answer does not tell that it exists.
      if (token && (token.ipCidrs.length === 0 || networks(token.ipCidrs)(address))) {
        endWithToken(farm, ctx, token)
        return token
      }
      const failures = throttle.failed(address)
      farm.log.warn('wrong token', { id: ctx.state.id as string, address, failures, ...(token ? { token: token.name, from: 'a network that it may not be used from' } : {}) })
      throw unauthorized()
    },
  }
}

/** An answer may go on for hours: it ends soon after the token that it was asked for with, whoever revoked that. */
const lookMs = 1000

function endWithToken(farm: Farm, ctx: Context, token: Token): void {
  const timer = setInterval(() => { if (!isHeld(farm, token)) ctx.res.destroy() }, lookMs).unref()
  ctx.res.once('close', () => clearInterval(timer))
}

/** A ledger that cannot be asked ends nothing. */
function isHeld(farm: Farm, token: Token): boolean {
  try { return farm.isHeld(token) } catch { return true }
}

function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +(?<bearer>[\w.~+/-]{1,512}=*) *$/i.exec(header ?? '')?.groups?.bearer
}

export function requireAdmin(caller: Caller): void {
  if (!caller.isAdmin) throw new Problem(403, 'forbidden', 'This needs an admin token')
}
