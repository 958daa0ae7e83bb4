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
    method: 'GET', path: '/healthz/live', access: 'network', summary: 'Whether the process answers: restart it where this fails',
    answer: { status: 200, description: 'It does', schema: schema.liveness },
    handle: () => ({ status: 'ok' }),
  }),
  endpoint({
    method: 'GET', path: '/healthz/ready', access: 'network', summary: 'Whether the farm takes work: send it none while this fails',
    answer: { status: 200, description: 'It does', schema: schema.readiness },
    also: { 503: 'It stops, or something is wrong' },
    handle({ farm, ctx }) {
      const { status } = farm.health()
      ctx.status = status === 'ok' ? 200 : 503
      return { ready: status === 'ok', status }
    },
  }),
  endpoint({
    method: 'POST', path: '/admin/gc', access: 'admin', summary: 'Remove now what nobody needs any more, as happens every hour', body: schema.nothing,
    answer: { status: 200, description: 'What was removed', schema: schema.collection },
    handle: ({ farm, caller }) => farm.collectGarbage(caller),
  }),
  endpoint({
    method: 'GET', path: '/packs', access: 'token', summary: 'The language packs and their tools',
    answer: { status: 200, description: 'All that are loaded', schema: schema.packs },
    handle: async ({ farm }) => ({ packs: (await farm.packReports()).map(packJson) }),
  }),
]
