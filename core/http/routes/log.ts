import type { Context } from 'koa'
import * as schema from '../../schemas.ts'
import { endpoint } from '../endpoint.ts'
import { Problem } from '../problem.ts'
import { logEvents, logText } from '../sse.ts'
import { readable, streamOf } from '../stream.ts'

export const logEndpoints = [
  endpoint({
    method: 'GET', path: '/jobs/{id}/log', access: 'token', query: schema.logQuery,
    summary: 'A job\'s whole log as text; live with follow=1; as server-sent events with follow=sse or Accept: text/event-stream, resumed by Last-Event-ID',
    answer: { status: 200, description: 'The log', types: ['text/plain', 'text/event-stream'] },
    async handle({ farm, caller, params, query: { follow, from }, ctx }) {
      const job = farm.job(caller, params.id ?? '')
      const events = follow === 'sse' || (follow !== '0' && ctx.accepts('text/plain', 'text/event-stream') === 'text/event-stream')
      if (from !== undefined && (events || follow === '1')) throw new Problem(400, 'invalid', 'Not valid: from', { errors: [{ field: 'from', message: 'is not possible together with follow' }] })
      if (events) {
        const afterLine = lastEventId(ctx)
        live(ctx, 'text/event-stream')
        return readable(logEvents(farm, caller, job, { afterLine, signal: untilClosed(ctx) }))
      }
      if (follow === '1') {
        live(ctx, 'text/plain')
        return readable(logText(farm, job, untilClosed(ctx)))
      }
      const text = await streamOf(farm.readLog(job, from))
      ctx.type = 'text/plain; charset=utf-8'
      return text
    },
  }),
]

function lastEventId(ctx: Context): number {
  const id = ctx.get('Last-Event-ID')
  if (/^\d{0,15}$/.test(id)) return Number(id)
  throw new Problem(400, 'invalid', 'Not valid: Last-Event-ID', { errors: [{ field: 'Last-Event-ID', message: 'must be the number of a line' }] })
}

/** The headers go out at once: a queued job has nothing to say yet. */
function live(ctx: Context, type: string): void {
  ctx.status = 200
  ctx.type = `${type}; charset=utf-8`
  // Or nginx collects the lines before it passes them on.
  ctx.set('X-Accel-Buffering', 'no')
  ctx.flushHeaders()
}

function untilClosed(ctx: Context): AbortSignal {
  const gone = new AbortController()
  ctx.res.once('close', () => gone.abort())
  return gone.signal
}
