import { subscribe, unsubscribe } from 'node:diagnostics_channel'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Histogram, type Registry } from 'prom-client'
import type { Close } from '../../core/service.ts'
import { methodLabel } from './labels.ts'

/** Node tells of each: the door need not. An answer that follows a log ends with it, however long that takes. */
export function countRequests(registry: Registry): Close {
  const answers = new Histogram({
    name: 'crafting_http_request_duration_seconds', help: 'From a request to the last byte of its answer, in this process.', labelNames: ['method', 'code'],
    buckets: [0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30], registers: [registry],
  })
  const began = new WeakMap<IncomingMessage, number>()
  const start = (message: unknown) => { began.set((message as { request: IncomingMessage }).request, performance.now()) }
  const finish = (message: unknown) => {
    const { request, response } = message as { request: IncomingMessage; response: ServerResponse }
    const at = began.get(request)
    if (at !== undefined) answers.observe({ method: methodLabel(request.method), code: response.statusCode }, (performance.now() - at) / 1000)
  }
  subscribe('http.server.request.start', start)
  subscribe('http.server.response.finish', finish)
  return () => {
    unsubscribe('http.server.request.start', start)
    unsubscribe('http.server.response.finish', finish)
  }
}
