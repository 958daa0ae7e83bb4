import * as schema from '../../schemas.ts'
import { endpoint } from '../endpoint.ts'
import { healthJson, packJson } from '../shapes.ts'

export const farmEndpoints = [
  endpoint({
    method: 'GET', path: '/healthz', access: 'network', summary: 'Liveness, and how the runner, the sandbox and the ledger are; 503 when not all is well',
    answer: { status: 200, description: 'All is well', schema: schema.health },
    also: { 503: 'Something is not' },
    handle({ farm, ctx }) {
      const health = farm.health()
      ctx.status = health.status === 'ok' ? 200 : 503
      return healthJson(health)
    },
  }),
  endpoint({
    method: 'GET', path: '/packs', access: 'token', summary: 'The language packs and their tools',
    answer: { status: 200, description: 'All that are loaded', schema: schema.packs },
    handle: async ({ farm }) => ({ packs: (await farm.packReports()).map(packJson) }),
  }),
]
