import * as schema from '../../schemas.ts'
import { endpoint } from '../endpoint.ts'

export const secretEndpoints = [
  endpoint({
    method: 'GET', path: '/projects/{name}/secrets', access: 'token', summary: 'The names of a project\'s secrets; their values are never shown',
    answer: { status: 200, description: 'All, by name', schema: schema.secrets },
    handle: ({ farm, caller, params }) => ({ secrets: farm.secrets(caller, params.name ?? '').map(one => ({ name: one.name, updated_at: one.updatedAt, updated_by: one.updatedBy })) }),
  }),
  endpoint({
    method: 'PUT', path: '/projects/{name}/secrets/{secret}', access: 'token', summary: 'Set a secret; recipes get it as the project\'s `secrets` say, logs and findings never show it', body: schema.secretIn,
    answer: { status: 204, description: 'Set' },
    handle: ({ farm, caller, params, body }) => farm.putSecret(caller, params.name ?? '', params.secret ?? '', body.value),
  }),
  endpoint({
    method: 'DELETE', path: '/projects/{name}/secrets/{secret}', access: 'token', summary: 'Remove a secret',
    answer: { status: 204, description: 'Removed' },
    handle: ({ farm, caller, params }) => farm.removeSecret(caller, params.name ?? '', params.secret ?? ''),
  }),
]
