import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { Readable } from 'node:stream'
import { Router } from '@koa/router'
import Koa, { type Context, type Next } from 'koa'
import { messageOf } from '../errors.ts'
import type { Farm } from '../facade.ts'
import type { Caller } from '../ledger/tokens.ts'
import { openGate, requireAdmin } from './auth.ts'
import type { Endpoint } from './endpoint.ts'
import { Problem, problemJson, problemOf } from './problem.ts'
import { bodyReader, checkBody, checkQuery, refuseBody } from './request.ts'
import { surface } from './routes.ts'

const nobody: Caller = { name: '', isAdmin: false }

/** The HTTP door: allowlist, then token, then route. */
export function createApp(farm: Farm): Koa {
  const app = new Koa()
  const gate = openGate(farm)
  const endpoints = surface(farm.endpoints)
  const isOpen = openPaths(endpoints)
  const router = createRouter(farm, endpoints)
  app.use(answerAll(farm))
  app.use(async (ctx, next) => {
    const address = gate.admit(ctx)
    ctx.state.caller = isOpen(ctx.path) ? nobody : gate.identify(ctx, address)
    await next()
  })
  app.use(router.routes() as Koa.Middleware)
  app.use(ctx => refuseRoute(ctx, router))
  app.on('error', (error: unknown, ctx?: Context) => {
    if (!isDisconnect(error)) farm.log.error('answer broke off', { id: ctx?.state.id as string, message: messageOf(error) })
  })
  return app
}

/** Slow or silent clients lose their connection; an answer may take as long as it likes. */
export function createHttpServer(farm: Farm): Server {
  const answer = createApp(farm).callback()
  const server = createServer({ headersTimeout: 15_000, requestTimeout: 60_000, keepAliveTimeout: 65_000 }, (request, response) => void answer(request, response))
  return server.on('listening', () => {
    const address = server.address()
    if (address !== null && typeof address === 'object') farm.ports.add(address.port)
  })
}

/** The outermost layer: every request gets an id, an answer and one log line. */
function answerAll(farm: Farm) {
  return async (ctx: Context, next: Next) => {
    const started = performance.now()
    const id = randomUUID()
    ctx.state.id = id
    ctx.res.once('close', () => {
      const caller = ctx.state.caller as Caller | undefined
      farm.log.info('request', {
        id, method: ctx.method, path: ctx.path.slice(0, 500), status: ctx.res.statusCode, ms: Math.round((performance.now() - started) * 10) / 10, caller: caller?.name || null, ...ctx.state.concerns as object | undefined,
        ...(ctx.res.writableFinished ? {} : { aborted: true }),
      })
    })
    ctx.set({ 'X-Request-Id': id, 'X-Content-Type-Options': 'nosniff', 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'; frame-ancestors 'none'" })
    try {
      await next()
    } catch (error) {
      const problem = problemOf(error)
      if (!problem) farm.log.error('request failed', { id, method: ctx.method, path: ctx.path.slice(0, 500), message: messageOf(error), stack: error instanceof Error ? error.stack : undefined })
      answerProblem(ctx, problem ?? new Problem(500, 'internal', 'The farm failed to answer', { hint: `Its log tells more about request ${id}.` }), id)
    }
  }
}

function answerProblem(ctx: Context, problem: Problem, id: string): void {
  ctx.status = problem.status
  ctx.set(problem.headers)
  ctx.body = JSON.stringify(problemJson(problem, id))
  ctx.type = 'application/problem+json'
}

/** The run or job that an answer names: the request's log line names it too. */
function concernsOf(value: unknown): { run?: unknown; job?: unknown } {
  const { run_id: run, job_id: job } = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>
  return { ...(run ? { run } : {}), ...(job ? { job } : {}) }
}

/** Paths whose operations need no token. */
function openPaths(endpoints: readonly Endpoint[]): (path: string) => boolean {
  const patterns = endpoints.filter(one => one.access === 'network').map(one => new RegExp(`^${one.path.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`))
  return path => patterns.some(pattern => pattern.test(path))
}

function createRouter(farm: Farm, endpoints: readonly Endpoint[]): Router {
  const router = new Router({ sensitive: true, strict: true })
  const readBody = bodyReader(farm.config.bodyLimitBytes)
  for (const one of endpoints) {
    router.register(one.path.replaceAll(/\{(\w+)\}/g, ':$1'), [one.method], async ctx => {
      const caller = ctx.state.caller as Caller
      if (one.access === 'admin') requireAdmin(caller)
      const query = checkQuery(one.query, ctx.query)
      if (!one.body && !one.payload) refuseBody(ctx)
      const payload = one.body || one.payload === 'text' ? await readBody(ctx) : ''
      const body = one.body && checkBody(one.body, payload)
      const value = await one.handle({ farm, caller, params: ctx.params as Record<string, string>, query, body, payload, ctx })
      ctx.state.concerns = concernsOf(value)
      answerValue(ctx, one, value)
    })
  }
  return router
}

function answerValue(ctx: Context, { answer }: Endpoint, value: unknown): void {
  // A handler that writes the answer itself.
  if (ctx.respond === false) return
  // A handler that knows better has said so.
  if (ctx.status === 404) ctx.status = answer.status
  if (value instanceof Readable) {
    value.once('error', () => ctx.res.destroy())
    ctx.body = value
  } else if (value === undefined) ctx.body = null
  else if (typeof value === 'string' && !(answer.types?.[0] ?? 'json').includes('json')) {
    if (!ctx.response.get('Content-Type')) ctx.type = answer.types?.[0] ?? 'text/plain'
    ctx.body = value
  } else {
    ctx.body = JSON.stringify(value)
    ctx.type = answer.types?.[0] ?? 'application/json'
  }
}

function refuseRoute(ctx: Context, router: Router): void {
  const methods = router.match(ctx.path, ctx.method).path.flatMap(layer => layer.methods)
  if (methods.length === 0) throw new Problem(404, 'not_found', 'There is no such address', { hint: 'GET /openapi.json lists all of them.' })
  const allow = [...new Set(methods)].toSorted().join(', ')
  if (ctx.method !== 'OPTIONS') throw new Problem(405, 'method_not_allowed', `${ctx.method} is not possible here`, { hint: `Possible: ${allow}`, headers: { Allow: allow } })
  ctx.set('Allow', allow)
  ctx.status = 204
}

function isDisconnect(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return ['EPIPE', 'ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ERR_STREAM_DESTROYED', 'ABORT_ERR'].includes(String(code))
}
