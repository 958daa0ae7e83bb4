import { z } from 'zod'
import * as schema from '../schemas.ts'
import { version } from '../version.ts'
import type { Endpoint } from './endpoint.ts'
import { titles } from './problem.ts'

type Json = Record<string, unknown>
interface Answered { description: string; content?: Json }

/** OpenAPI 3.1 of the endpoints, made from the schemas that check them. */
export function openapi(endpoints: readonly Endpoint[]): Json {
  const paths: Record<string, Json> = {}
  const named = shapesOf(endpoints)
  for (const one of endpoints) (paths[one.path] ??= {})[one.method.toLowerCase()] = operation(one)
  return {
    openapi: '3.1.0',
    info: { title: 'crafting-table', version, description: 'Polyglot build farm: any repository in, findings out. What is not yours is 404.', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    security: [{ bearer: [] }],
    paths,
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } }, schemas: components(named) },
  }
}

function operation(one: Endpoint): Json {
  return {
    operationId: operationId(one), summary: one.summary, tags: [tagOf(one.path)],
    security: one.access === 'network' ? [] : [{ bearer: [] }],
    ...(one.access === 'admin' ? { description: 'For admins only.' } : {}),
    parameters: [...pathParameters(one.path), ...queryParameters(one.query), ...headerParameters(one)],
    ...(one.payload ? { requestBody: { required: true, content: { '*/*': { schema: { type: 'string' } } } } } : {}),
    ...(one.body ? { requestBody: { required: !one.body.safeParse({}).success, content: { 'application/json': { schema: reference(one.body) } } } } : {}),
    responses: responses(one),
  }
}

/** GET /jobs/{id}/log → getJobsIdLog */
function operationId({ method, path }: Endpoint): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter(Boolean)
  return method.toLowerCase() + words.map(word => word.charAt(0).toUpperCase() + word.slice(1)).join('')
}

function tagOf(path: string): string {
  const words = new Set(path.split('/'))
  const known = ['tokens', 'runs', 'jobs', 'projects'].find(tag => words.has(tag))
  return known ?? 'farm'
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{(?<name>\w+)\}/g)].map(match => ({ name: match.groups?.name, in: 'path', required: true, schema: { type: 'string' } }))
}

function queryParameters(query: z.ZodType): Json[] {
  const { properties = {}, required = [] } = z.toJSONSchema(query, { io: 'input' }) as { properties?: Record<string, Json>; required?: string[] }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name, in: 'query', required: required.includes(name) && !('default' in rest), ...(description ? { description } : {}), schema: rest,
  }))
}

function headerParameters({ answer: { resumable } }: Endpoint): Json[] {
  if (!resumable) return []
  return [{ name: 'Last-Event-ID', in: 'header', required: false, description: 'The last line received; events go on after it', schema: { type: 'integer', minimum: 0 } }]
}

/** A status of both kinds has the forms of both. */
function responses(one: Endpoint): Record<string, Answered> {
  const own = answers(one)
  const problems = Object.fromEntries(problemStatuses(one).map(status => [status, problemAnswer(status)]))
  const both = Object.keys(own).filter(status => problems[status]).map(status => [status, { ...own[status], content: { ...problems[status]?.content, ...own[status]?.content } }])
  return { ...own, ...problems, ...Object.fromEntries(both) }
}

function answers({ answer: { status, description, schema: shape, types = shape ? ['application/json'] : [] }, also = {} }: Endpoint): Record<string, Answered> {
  // Of another protocol's JSON there is none here, and of a stream of events OpenAPI 3.1 knows none.
  const media = (type: string): Json => shape ? { schema: reference(shape) } : /json|event-stream/.test(type) ? {} : { schema: { type: 'string' } }
  const content = types.length ? { content: Object.fromEntries(types.map(type => [type, media(type)])) } : {}
  const all = { ...also, [status]: description }
  return Object.fromEntries(Object.entries(all).map(([one, text]) => [one, { description: text, ...content }]))
}

function problemStatuses({ access, path, body, payload, problems = [] }: Endpoint): number[] {
  const shaped = [400, 403, 500, ...(access === 'network' ? [] : [401, 429]), ...(path.includes('{') ? [404] : []), ...(body || payload ? [413, 415] : [])]
  return [...new Set([...shaped, ...problems])].toSorted((a, b) => a - b)
}

function problemAnswer(status: number): Answered {
  return { description: titles[status] ?? 'Error', content: { 'application/problem+json': { schema: reference(schema.problem) } } }
}

function reference(shape: z.ZodType): Json {
  const id = nameOf(shape)
  if (!id) throw new Error('a schema of the surface has no name: schemas.ts for the core, .meta({ id }) for a service')
  return { $ref: uri(id) }
}

const uri = (id: string) => `#/components/schemas/${id}`

const nameOf = (shape: z.ZodType) => schema.shapes.get(shape)?.id ?? shape.meta()?.id

/** The core's named schemas, and those of services that are in use. */
function shapesOf(endpoints: readonly Endpoint[]): typeof schema.shapes {
  const all: typeof schema.shapes = z.registry()
  for (const shape of schema.shapes._idmap.values()) all.add(shape, schema.shapes.get(shape as z.ZodType)!)
  for (const shape of endpoints.flatMap(one => [one.body, one.answer.schema])) {
    const id = shape?.meta()?.id
    if (shape && id && !all.has(shape)) all.add(shape, { id })
  }
  return all
}

/** Every named schema, referring to each other by name. */
function components(named: typeof schema.shapes): Record<string, Json> {
  const { schemas } = z.toJSONSchema(named, { uri, io: 'input' }) as { schemas: Record<string, Json> }
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema: _, $id: __, ...rest }]) => [id, rest]))
}
