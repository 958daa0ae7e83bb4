import type { Context } from 'koa'
import type { Farm } from '../facade.ts'
import type { Caller } from '../ledger/tokens.ts'
import { clientAddress, networks } from './network.ts'
import { Problem, unauthorized } from './problem.ts'

export interface Gate {
  /** The client's address; a Problem when it is not on the allowlist. */
  admit(ctx: Context): string
  /** The token's holder; a Problem when there is none, or when it may not be used from that address. */
  identify(ctx: Context, address: string): Caller
}

export function openGate(farm: Farm): Gate {
  const isAllowed = networks(farm.config.lanCidrs)
  const isTrusted = networks(farm.config.trustedProxies)
  return {
    admit(ctx) {
      const forwarded = ctx.req.headers['x-forwarded-for']
      const address = clientAddress(ctx.req.socket.remoteAddress, Array.isArray(forwarded) ? forwarded.join(',') : forwarded, isTrusted)
      if (isAllowed(address)) return address
      throw new Problem(403, 'forbidden', 'Your address is not on this farm\'s allowlist', { hint: 'CRAFTING_LAN_CIDRS says who may connect.' })
    },
    identify(ctx, address) {
      const bearer = bearerOf(ctx.req.headers.authorization)
      const token = bearer === undefined ? undefined : farm.authenticate(bearer)
      // From a wrong network a token is as good as none: the answer does not tell that it exists.
      if (!token || (token.ipCidrs.length && !networks(token.ipCidrs)(address))) throw unauthorized()
      return token
    },
  }
}

function bearerOf(header: string | undefined): string | undefined {
  return /^bearer +(?<bearer>[\w.~+/-]{1,512}=*) *$/i.exec(header ?? '')?.groups?.bearer
}

export function requireAdmin(caller: Caller): void {
  if (!caller.isAdmin) throw new Problem(403, 'forbidden', 'This needs an admin token')
}
