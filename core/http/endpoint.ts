import type { Context } from 'koa'
import { z } from 'zod'
import type { Farm } from '../facade.ts'
import type { Caller } from '../ledger/tokens.ts'

export const noQuery = z.strictObject({})

/** What a request says, checked. */
export interface Asked<Query, Body> {
  farm: Farm
  caller: Caller
  params: Readonly<Record<string, string>>
  query: Query
  body: Body
  payload: string
  /** For headers, and for answers that are no JSON document. */
  ctx: Context
}

export interface Answer {
  status: number
  description: string
  /** Without one there is no body. Named in schemas.ts. */
  schema?: z.ZodType
  /** Default application/json. */
  types?: readonly string[]
  /** Its server-sent events go on after the one that `Last-Event-ID` names. */
  resumable?: boolean
}

interface Spec<Query extends z.ZodType, Body extends z.ZodType> {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE'
  /** As in openapi.json: `/jobs/{id}`. */
  path: string
  summary: string
  /** `network`: anybody on the allowlist; `token`: whoever has a token sees what is theirs; `admin`: admins only. */
  access: 'network' | 'token' | 'admin'
  query?: Query
  /** Undefined: a body is an error. An empty body counts as `{}`. */
  body?: Body
  /** A body of another kind: its exact text, within the farm's limit for bodies; or the request itself, unread. `handle` takes it from `payload`. */
  payload?: 'text' | 'stream'
  answer: Answer
  /** Further statuses of the same document. */
  also?: Readonly<Record<number, string>>
  /** Statuses of problems besides those that its shape brings along. */
  problems?: readonly number[]
  /** A value for JSON, a stream, or undefined for an empty answer. */
  handle(asked: Asked<z.output<Query>, z.output<Body>>): unknown
}

/** One operation of the surface as a value: routes, request checks and openapi.json are made from it. */
export interface Endpoint extends Omit<Spec<z.ZodType, z.ZodType>, 'handle' | 'query'> {
  query: z.ZodType
  handle(asked: Asked<unknown, unknown>): unknown
}

export function endpoint<Query extends z.ZodType = typeof noQuery, Body extends z.ZodType = z.ZodUndefined>(spec: Spec<Query, Body>): Endpoint {
  return { ...spec, query: spec.query ?? noQuery, handle: asked => spec.handle(asked as Asked<z.output<Query>, z.output<Body>>) }
}
