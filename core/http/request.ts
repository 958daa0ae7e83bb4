import type { Context, Next } from 'koa'
import { koaBody } from 'koa-body'
import { z } from 'zod'
import { messageOf } from '../errors.ts'
import { parseBody } from './json.ts'
import { invalid, Problem } from './problem.ts'

/** Reads a body as text, within the limit, gzip included. */
export function bodyReader(limitBytes: number): (ctx: Context) => Promise<string> {
  const read = koaBody({ text: true, json: false, urlencoded: false, multipart: false, textLimit: limitBytes, patchNode: false })
  return async ctx => {
    // `curl -d` without a header says form-urlencoded: whatever it is called, a body is JSON here.
    ctx.req.headers['content-type'] = 'text/plain'
    try {
      await read(ctx as Parameters<typeof read>[0], (async () => {}) as Next)
    } catch (error) {
      // What reads has a status for its own faults, zlib has none.
      if (!ctx.get('content-encoding') || !(error instanceof Error) || 'status' in error) throw error
      throw new Problem(400, 'invalid', `The body cannot be unpacked: ${messageOf(error)}`, { errors: [{ field: 'body', message: 'cannot be unpacked' }] })
    }
    const { body } = ctx.request as { body?: unknown }
    return typeof body === 'string' ? body : ''
  }
}

export function checkBody(schema: z.ZodType, text: string): unknown {
  return checked(schema, text === '' ? {} : parseBody(text), 'body')
}

export function refuseBody(ctx: Context): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = ctx.req.headers
  if (encoding === undefined && (length === undefined || length === '0')) return
  throw new Problem(400, 'invalid', `${ctx.method} ${ctx.path} takes no body`, { errors: [{ field: 'body', message: 'is not expected here' }] })
}

export function checkQuery(schema: z.ZodType, query: Context['query']): unknown {
  const repeated = Object.keys(query).filter(name => Array.isArray(query[name]))
  if (repeated.length) throw new Problem(400, 'invalid', `Not valid: ${repeated.join(', ')}`, { errors: repeated.map(field => ({ field, message: 'is there more than once' })) })
  // To zod, which turns text into numbers, nothing at all is 0.
  const odd = integersOf(schema).filter(name => typeof query[name] === 'string' && !/^-?\d+$/.test(query[name]))
  return checked(schema, { ...query, ...Object.fromEntries(odd.map(name => [name, 'NaN'])) }, 'query')
}

const integers = new WeakMap<z.ZodType, readonly string[]>()

/** Parameters that the document calls integers. */
function integersOf(query: z.ZodType): readonly string[] {
  const known = integers.get(query)
  if (known) return known
  const { properties = {} } = z.toJSONSchema(query, { io: 'input' })
  const names = Object.keys(properties).filter(name => (properties[name] as { type?: string }).type === 'integer')
  integers.set(query, names)
  return names
}

function checked(schema: z.ZodType, value: unknown, whole: string): unknown {
  const result = schema.safeParse(value, { error: ({ input }) => Number.isNaN(input) ? 'must be a whole number' : undefined })
  if (result.success) return result.data
  throw invalid(result.error, whole)
}
