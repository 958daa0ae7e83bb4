import type { z } from 'zod'
import { isFarmError, machineFault, messageOf, type ErrorCode, type FarmError } from '../errors.ts'
import { placeName, shapeFaults } from '../shape-faults.ts'

export interface FieldError { field: string; message: string }

/** An answer that is an error: application/problem+json (RFC 9457). */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  readonly errors: readonly FieldError[]
  readonly headers: Readonly<Record<string, string>>

  constructor(status: number, code: string, detail: string, more: { hint?: string | undefined; errors?: readonly FieldError[]; headers?: Record<string, string> } = {}) {
    super(detail)
    this.status = status
    this.code = code
    this.hint = more.hint
    this.errors = more.errors ?? []
    this.headers = more.headers ?? {}
  }
}

export const titles: Readonly<Record<number, string>> = {
  400: 'The request is not valid', 401: 'A valid token is needed', 403: 'Not allowed', 404: 'Not found', 405: 'Method not allowed', 409: 'Conflict',
  413: 'The body is too large', 415: 'The encoding is not supported', 429: 'Too busy', 500: 'Something went wrong', 503: 'Not available',
}

const statusOf: Readonly<Record<ErrorCode, number>> = { invalid: 400, unauthorized: 401, not_found: 404, conflict: 409, too_large: 413, busy: 429, unavailable: 503 }

export const unauthorized = () => new Problem(401, 'unauthorized', 'The request carries no valid token', {
  hint: 'Send Authorization: Bearer <token>.', headers: { 'WWW-Authenticate': 'Bearer' },
})

/** Undefined for what nobody foresaw: the caller learns nothing of it but an id. */
export function problemOf(error: unknown): Problem | undefined {
  if (error instanceof Problem) return error
  if (isFarmError(error)) return ofFarm(error)
  const fault = machineFault(error)
  return fault ? ofFarm(fault) : ofBodyReader(error)
}

function ofFarm(error: FarmError): Problem {
  return new Problem(statusOf[error.code], error.code, error.message, {
    hint: error.hint,
    errors: error.field === undefined ? [] : [{ field: error.field, message: error.message }],
    headers: headersOf(error.code),
  })
}

function headersOf(code: ErrorCode): Record<string, string> {
  if (code === 'unauthorized') return { 'WWW-Authenticate': 'Bearer' }
  return code === 'busy' || code === 'unavailable' ? { 'Retry-After': '5' } : {}
}

/** What reading a request's body can throw: an http-errors object with a `type`. */
function ofBodyReader(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('status' in error)) return undefined
  if (error.status === 413) return new Problem(413, 'too_large', 'The body is larger than the farm accepts', { hint: 'CRAFTING_BODY_LIMIT_KB sets the limit.', errors: [{ field: 'body', message: 'too large' }] })
  if (error.status === 415) return new Problem(415, 'invalid', messageOf(error))
  if (error.status === 400) return new Problem(400, 'invalid', `The body cannot be read: ${messageOf(error)}`, { errors: [{ field: 'body', message: 'cannot be read' }] })
  return undefined
}

export function problemJson(problem: Problem, requestId: string): Record<string, unknown> {
  return {
    type: 'about:blank', title: titles[problem.status] ?? 'Error', status: problem.status, code: problem.code, detail: problem.message,
    ...(problem.hint === undefined ? {} : { hint: problem.hint }),
    ...(problem.errors.length ? { errors: problem.errors } : {}),
    request_id: requestId,
  }
}

/** Every fault of an input at once. `whole` is what the input itself is called: `body`, `query`. */
export function invalid(error: z.core.$ZodError, whole: string): Problem {
  const errors = shapeFaults(error).map(({ path, message }): FieldError => ({ field: placeName(path, whole), message })).slice(0, 50)
  const fields = errors.map(one => one.field)
  return new Problem(400, 'invalid', `Not valid: ${fields.slice(0, 10).join(', ')}${fields.length > 10 ? ', …' : ''}`, { errors })
}
