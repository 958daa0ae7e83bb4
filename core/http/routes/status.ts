import { badge } from '../../badge.ts'
import { FarmError } from '../../errors.ts'
import * as schema from '../../schemas.ts'
import { cursorOf, paged, readCursor } from '../cursor.ts'
import { endpoint } from '../endpoint.ts'
import { statusJson, statusLineJson } from '../shapes.ts'

export const statusEndpoints = [
  endpoint({
    method: 'GET', path: '/projects/{name}/status', access: 'token', summary: 'How a branch is: the verdict of its gate with reasons, the last job of every recipe, what is new', query: schema.refQuery,
    answer: { status: 200, description: 'The status', schema: schema.status },
    handle: ({ farm, caller, params, query }) => statusJson(farm.status(caller, params.name ?? '', query.ref)),
  }),
  endpoint({
    method: 'GET', path: '/status', access: 'token', summary: 'How the default branch of each of your projects is', query: schema.pageQuery,
    answer: { status: 200, description: 'A page of projects, by name', schema: schema.statuses },
    handle({ farm, caller, query }) {
      const after = readCursor('status', query.cursor)
      const { rows, next_cursor } = paged(farm.projects(caller, { limit: query.limit + 1, ...(after === undefined ? {} : { after }) }), query.limit, last => cursorOf('status', last.name))
      return { projects: rows.map(project => statusLineJson(farm.status(caller, project.name))), next_cursor }
    },
  }),
  endpoint({
    method: 'GET', path: '/projects/{name}/badge.svg', access: 'network', summary: 'The verdict as a picture, for projects that show it to everybody (`badge: true`)', query: schema.refQuery,
    answer: { status: 200, description: 'SVG', types: ['image/svg+xml'] },
    handle({ farm, params, query, ctx }) {
      const name = params.name ?? ''
      const verdict = farm.publicVerdict(name, query.ref)
      if (!verdict) throw new FarmError('not_found', 'No such project')
      ctx.set({ 'Cache-Control': 'no-cache', 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'" })
      return badge(name, verdict)
    },
  }),
]
