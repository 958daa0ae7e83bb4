import * as schema from '../../schemas.ts'
import { cursorOf, paged, readNumberCursor } from '../cursor.ts'
import { endpoint } from '../endpoint.ts'
import { suppressionJson } from '../shapes.ts'

export const suppressionEndpoints = [
  endpoint({
    method: 'POST', path: '/projects/{name}/suppressions', access: 'token', summary: 'Accept a finding, with a reason; it counts nowhere until that expires. A second time replaces the first', body: schema.suppressionIn,
    answer: { status: 201, description: 'Accepted', schema: schema.suppressionRecord },
    problems: [409],
    handle({ farm, caller, params, body: { finding, identity, reason, until } }) {
      return suppressionJson(farm.suppress(caller, params.name ?? '', {
        reason, ...(finding === undefined ? {} : { finding }), ...(identity === undefined ? {} : { identity }), ...(until === undefined ? {} : { until }),
      }))
    },
  }),
  endpoint({
    method: 'GET', path: '/projects/{name}/suppressions', access: 'token', summary: 'What has been accepted, expired ones included', query: schema.pageQuery,
    answer: { status: 200, description: 'A page of suppressions', schema: schema.suppressions },
    handle({ farm, caller, params, query: { limit, cursor } }) {
      const after = readNumberCursor('suppression', cursor)
      const found = farm.suppressions(caller, params.name ?? '', { limit: limit + 1, ...(after === undefined ? {} : { after }) })
      const { rows, next_cursor } = paged(found, limit, last => cursorOf('suppression', last.id))
      return { suppressions: rows.map(suppressionJson), next_cursor }
    },
  }),
  endpoint({
    method: 'DELETE', path: '/projects/{name}/suppressions/{id}', access: 'token', summary: 'Accept a finding no longer',
    answer: { status: 204, description: 'Withdrawn' },
    handle({ farm, caller, params }) {
      farm.withdraw(caller, params.name ?? '', /^\d{1,15}$/.test(params.id ?? '') ? Number(params.id) : 0)
    },
  }),
]
