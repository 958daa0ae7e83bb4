import { hostname } from 'node:os'
import { isIP } from 'node:net'
import { z } from 'zod'
import { endpoint, FarmError, type Asked, type ServiceCore } from '../../core/service.ts'
import { readToolsets, selected } from './tools.ts'

const query = z.strictObject({
  read_only: z.enum(['0', '1']).optional().describe('1: no tool that changes something'),
  toolsets: z.string().max(100).optional().describe('Some of status, run, projects, fix, separated by commas; default all'),
})

/** The door of the running farm: `/mcp`, behind the allowlist and tokens of all endpoints. */
export function setup(core: ServiceCore): void {
  const isOurs = hostCheck((core.config.HOSTS ?? '').split(',').map(one => one.trim().toLowerCase()).filter(Boolean))
  const handle = async ({ farm, caller, ctx, payload, query: { read_only, toolsets } }: Asked<z.output<typeof query>, unknown>) => {
    checkSender(ctx.get('host'), ctx.get('origin'), isOurs)
    const tools = selected({ readOnly: read_only === '1', toolsets: readToolsets(toolsets) })
    const { answerHttp } = await import('./adapter.ts')
    ctx.respond = false
    await answerHttp({ farm, caller, tools, version: farm.health().version }, ctx.req, ctx.res, parsed(payload))
  }
  const answer = { status: 200, description: 'JSON-RPC, as JSON or server-sent events', types: ['text/event-stream', 'application/json'] }
  // There is no session to listen to or to end: GET and DELETE answer 405, as every address does to other methods.
  core.endpoints([
    endpoint({ method: 'POST', path: '/mcp', access: 'token', summary: 'Model Context Protocol over Streamable HTTP', query, payload: 'text', answer, also: { 202: 'A notification', 400: 'No JSON-RPC', 406: 'Not accepted' }, handle }),
  ])
}

/** A body that is no JSON goes on as it is: the protocol has an answer for it. */
function parsed(text: string): unknown {
  try { return JSON.parse(text) } catch { return text }
}

/**
 * A page in somebody's browser may have its own name resolve to this farm (DNS rebinding): then Host and Origin are that name. Ours are addresses,
 * localhost, the machine's name, and what CRAFTING_MCP_HOSTS lists.
 */
function hostCheck(more: readonly string[]): (host: string) => boolean {
  const known = new Set(['localhost', hostname().toLowerCase(), ...more])
  return host => {
    const name = host.toLowerCase().replace(/:\d+$/, '').replace(/^\[(.*)\]$/, '$1')
    return isIP(name) !== 0 || known.has(name)
  }
}

function checkSender(host: string, origin: string, isOurs: (host: string) => boolean): void {
  const from = origin === '' ? undefined : /^https?:\/\/(?<host>[^/]+)$/i.exec(origin)?.groups?.host ?? ''
  if (isOurs(host) && (from === undefined || isOurs(from))) return
  throw new FarmError('unauthorized', 'This host or origin is not one of the farm\'s', { hint: 'Name it in CRAFTING_MCP_HOSTS.' })
}
