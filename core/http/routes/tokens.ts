import * as schema from '../../schemas.ts'
import { cursorOf, paged, readCursor, readNumberCursor } from '../cursor.ts'
import { endpoint } from '../endpoint.ts'
import { isNetwork } from '../../networks.ts'
import { tokenJson } from '../shapes.ts'

const tokenIn = schema.tokenIn(isNetwork)
schema.shapes.add(tokenIn, { id: 'TokenRequest' })

export const tokenEndpoints = [
  endpoint({
    method: 'POST', path: '/admin/tokens', access: 'admin', summary: 'Mint a token', body: tokenIn,
    answer: { status: 201, description: 'The bearer is shown this once', schema: schema.minted },
    problems: [409],
    handle({ farm, caller, body }) {
      const token = { name: body.name, isAdmin: body.is_admin ?? false, ipCidrs: body.ip_cidrs ?? [] }
      const { bearer } = farm.mintToken(caller, token)
      const made = farm.tokens().find(one => one.name === body.name)
      return { name: token.name, bearer, is_admin: token.isAdmin, ip_cidrs: token.ipCidrs, created_at: made?.createdAt ?? new Date().toISOString() }
    },
  }),
  endpoint({
    method: 'GET', path: '/admin/tokens', access: 'admin', summary: 'List tokens by name', query: schema.pageQuery,
    answer: { status: 200, description: 'Never with their bearers', schema: schema.tokens },
    handle({ farm, query }) {
      const after = readCursor('token', query.cursor)
      const { rows, next_cursor } = paged(farm.tokens().filter(one => after === undefined || one.name > after), query.limit, last => cursorOf('token', last.name))
      return { tokens: rows.map(tokenJson), next_cursor }
    },
  }),
  endpoint({
    method: 'DELETE', path: '/admin/tokens/{name}', access: 'admin', summary: 'Revoke a token; what its holder owns stays',
    answer: { status: 204, description: 'Revoked' },
    handle({ farm, caller, params }) { farm.revokeToken(caller, params.name ?? '') },
  }),
  endpoint({
    method: 'GET', path: '/admin/audit', access: 'admin', summary: 'Who did what, done or refused, newest first', query: schema.auditQuery,
    answer: { status: 200, description: 'A page; what only reads is not noted', schema: schema.audit },
    handle({ farm, query: { caller, limit, cursor } }) {
      const { rows, next_cursor } = paged(farm.audit({ before: readNumberCursor('audit', cursor), caller, limit: limit + 1 }), limit, last => cursorOf('audit', last.id))
      return { entries: rows, next_cursor }
    },
  }),
]
