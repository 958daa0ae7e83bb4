import { collectDefaultMetrics, Registry } from 'prom-client'
import { endpoint, type Close, type ServiceCore } from '../../core/service.ts'
import { countFacts } from './facts.ts'
import { countRequests } from './requests.ts'
import { gauges } from './state.ts'

/** `GET /metrics`: what the farm is now, read from it as it is asked; what has happened since its start, counted from facts; and its process. */
export function setup(core: ServiceCore): Close {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  gauges(core, registry)
  countFacts(core, registry)
  core.endpoints([endpoint({
    method: 'GET', path: '/metrics', access: 'network', summary: 'Figures for Prometheus, in its text format',
    answer: { status: 200, description: 'Of the whole farm; projects are not named', types: ['text/plain'] },
    handle({ ctx }) {
      ctx.type = registry.contentType
      return registry.metrics()
    },
  })])
  return countRequests(registry)
}
