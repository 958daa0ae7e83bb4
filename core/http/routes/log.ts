import type { Context } from 'koa'
import * as schema from '../../schemas.ts'
import { cursorOf, readNumberCursor } from '../cursor.ts'
import { endpoint } from '../endpoint.ts'
import { Problem } from '../problem.ts'
import { logEvents, logText } from '../sse.ts'
import { readable, streamOf } from '../stream.ts'

export const logEndpoints = [
  endpoint({
    method: 'GET', path: '/jobs/{id}/log', access: 'token', query: schema.logQuery,
    summary: 'A job\'s whole log as text; live with follow=1; as server-sent events with follow=sse or Accept: text/event-stream, resumed by Last-Event-ID',
    answer: { status: 200, description: 'The log', types: ['text/plain', 'text/event-stream'], resumable: true },
    async handle({ farm, caller, params, query: { follow, from }, ctx }) {
      const job = farm.job(caller, params.id ?? '')
      const afterLine = lastEventId(ctx)
      const events = follow === 'sse' || (follow !== '0' && ctx.accepts('text/plain', 'text/event-stream') === 'text/event-stream')
      if (from !== undefined && (events || follow === '1')) throw new Problem(400, 'invalid', 'Not valid: from', { errors: [{ field: 'from', message: 'is not possible together with follow' }] })
      if (events) {
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
  endpoint({
    method: 'GET', path: '/jobs/{id}/log/lines', access: 'token', summary: 'Lines of a job\'s log: from an end, around a line, or those that match', query: schema.logLinesQuery,
    answer: { status: 200, description: 'Lines in the order of the log', schema: schema.logExcerpt },
    async handle({ farm, caller, params, query: { cursor, ...query } }) {
      const job = farm.job(caller, params.id ?? '')
      const kind = `line:${job.id}`
      const { lines, totalLines, matches, next } = await farm.searchLog(job, { ...query, beyond: readNumberCursor(kind, cursor) })
      return { lines: lines.map(({ number, ...rest }) => ({ line: number, ...rest })), total_lines: totalLines, matches, next_cursor: next === null ? null : cursorOf(kind, next) }
    },
  }),
]

function lastEventId(ctx: Context): number {
  const { 'last-event-id': id } = ctx.headers
  if (id === undefined) return 0
  if (typeof id === 'string' && /^\d{1,15}$/.test(id)) return Number(id)
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
