import { z } from 'zod'
import { openapi } from '../../core/http/openapi.ts'
import { surface } from '../../core/http/routes.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- documents that a test looks into; what is missing fails the test
export type Loose = any
type Json = Record<string, Loose>

export const document = openapi(surface()) as Json

export interface Answered { status: number; headers: Headers; json: unknown; text: string }

/** Throws when an answer is not as that openapi.json says: its status, its type, its fields and none besides. */
export function answerChecker(document: Json): (method: string, path: string, answered: Answered) => void {
  const validatorOf = validators(document)
  return (method, path, { status, headers, json, text }) => {
    if (method === 'HEAD' || method === 'OPTIONS') return
    const type = headers.get('content-type')?.split(';')[0]
    const operation = operationOf(document, method, path)
    const answer = operation?.responses[status] ?? document.paths['/healthz'].get.responses[500]
    if (!operation && status < 400) throw new Error(`${method} ${path} answers ${status}, but is not in openapi.json`)
    if (operation && !operation.responses[status]) throw new Error(`${method} ${path} answers ${status}, which openapi.json does not say`)
    const content = answer.content ?? {}
    if (text !== '' && !content[type ?? '']) throw new Error(`${method} ${path} answers ${status} as ${type}, openapi.json says ${Object.keys(content).join(', ')}`)
    if (json !== undefined) validatorOf(content[type ?? ''].schema).parse(json)
  }
}

function operationOf(document: Json, method: string, path: string): Json | undefined {
  const found = Object.entries(document.paths as Json).find(([template]) => new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path))
  return found?.[1][method === 'HEAD' ? 'get' : method.toLowerCase()]
}

function validators(document: Json): (schema: Json) => z.ZodType {
  const made = new Map<string, z.ZodType>()
  return schema => {
    const key = JSON.stringify(schema)
    const known = made.get(key) ?? z.fromJSONSchema(strict(document, schema))
    made.set(key, known)
    return known
  }
}

/** References filled in, and no field allowed that is not described: an answer's documentation is complete. */
function strict(document: Json, schema: Loose): Loose {
  if (Array.isArray(schema)) return schema.map(one => strict(document, one))
  if (typeof schema !== 'object' || schema === null) return schema
  if (schema.$ref) return strict(document, document.components.schemas[schema.$ref.split('/').at(-1)])
  const copy = Object.fromEntries(Object.entries(schema).map(([name, value]) => [name, strict(document, value)]))
  return copy.type === 'object' && copy.properties && copy.additionalProperties === undefined ? { ...copy, additionalProperties: false } : copy
}
