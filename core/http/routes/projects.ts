import { definitionOf } from '../../definitions/shape.ts'
import { FarmError } from '../../errors.ts'
import * as schema from '../../schemas.ts'
import { cursorOf, paged, readCursor } from '../cursor.ts'
import { endpoint } from '../endpoint.ts'
import { projectJson } from '../shapes.ts'

export const projectEndpoints = [
  endpoint({
    method: 'POST', path: '/projects', access: 'token', summary: 'Register a project; the caller owns it', body: schema.projectIn,
    answer: { status: 201, description: 'Registered', schema: schema.project },
    problems: [409],
    handle({ farm, caller, body, ctx }) {
      const project = farm.createProject(caller, definitionOf(body.name, body))
      ctx.set('Location', `/projects/${project.name}`)
      return projectJson(project)
    },
  }),
  endpoint({
    method: 'GET', path: '/projects', access: 'token', summary: 'List your projects by name; an admin sees all', query: schema.pageQuery,
    answer: { status: 200, description: 'A page of projects', schema: schema.projects },
    handle({ farm, caller, query }) {
      const after = readCursor('project', query.cursor)
      const found = farm.projects(caller, { limit: query.limit + 1, ...(after === undefined ? {} : { after }) })
      const { rows, next_cursor } = paged(found, query.limit, last => cursorOf('project', last.name))
      return { projects: rows.map(projectJson), next_cursor }
    },
  }),
  endpoint({
    method: 'GET', path: '/projects/{name}', access: 'token', summary: 'A project',
    answer: { status: 200, description: 'The project', schema: schema.project },
    handle: ({ farm, caller, params }) => projectJson(farm.project(caller, params.name ?? '')),
  }),
  endpoint({
    method: 'PUT', path: '/projects/{name}', access: 'token', summary: 'Replace a project\'s definition', body: schema.projectUpdate,
    answer: { status: 200, description: 'Updated', schema: schema.project },
    handle({ farm, caller, params, body }) {
      const old = farm.project(caller, params.name ?? '')
      const fixed = { name: old.name, owner: old.owner, created_at: old.createdAt, updated_at: old.updatedAt }
      for (const field of ['name', 'owner', 'created_at', 'updated_at'] as const) {
        if (body[field] === undefined || body[field] === fixed[field]) continue
        if (field === 'updated_at') throw new FarmError('invalid', 'The project has been changed since it was read', { field, hint: 'Read it again, or leave updated_at out.' })
        throw new FarmError('invalid', `${field} cannot be changed`, { field, hint: 'Leave it out, or send it as it is.' })
      }
      return projectJson(farm.updateProject(caller, old.name, definitionOf(old.name, body)))
    },
  }),
  endpoint({
    method: 'DELETE', path: '/projects/{name}', access: 'token', summary: 'Remove a project with its jobs, logs and findings',
    answer: { status: 204, description: 'Removed' },
    handle: ({ farm, caller, params }) => farm.removeProject(caller, params.name ?? ''),
  }),
]
