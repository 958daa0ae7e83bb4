import { messageOf, z } from '../../core/service.ts'

/** Where a forge is and who we are to it. */
export interface ForgeOptions { url: string; token(): string }

export interface ForgeAnswer { status: number; body: unknown; retryMs: number | undefined }

const mostReply = 2 ** 20
const requestMs = 45_000

/** What is wrong with an answer, whatever it says. */
export class ForgeError extends Error {
  override readonly name = 'ForgeError'
}

/** Nothing came back, or not all of it. */
export class ForgeAway extends Error {
  override readonly name = 'ForgeAway'
}

/** One request. No redirect is followed, since it would take the token elsewhere; no answer is read beyond 1 MiB, or longer than 45 s. */
export async function ask(options: ForgeOptions, method: string, path: string, body: unknown, signal: AbortSignal): Promise<ForgeAnswer> {
  try {
    return await exchange(options, method, path, body, signal)
  } catch (error) {
    if (signal.aborted || error instanceof ForgeError) throw error
    throw new ForgeAway(`the forge does not answer: ${messageOf(error)}`, { cause: error })
  }
}

async function exchange({ url, token }: ForgeOptions, method: string, path: string, body: unknown, signal: AbortSignal): Promise<ForgeAnswer> {
  const limit = AbortSignal.any([signal, AbortSignal.timeout(requestMs)])
  const response = await fetch(new URL(path, url.endsWith('/') ? url : `${url}/`), {
    method, redirect: 'manual', signal: limit,
    headers: { authorization: `Bearer ${token()}`, accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  if (response.type === 'opaqueredirect' || (response.status >= 300 && response.status < 400)) {
    await response.body?.cancel()
    throw new ForgeError('the forge redirects; its address must be the one that answers')
  }
  const text = await limited(response)
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return { status: response.status, body: parsed(text), retryMs: Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds, 600) * 1000 : undefined }
}

async function limited(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length
    if (size > mostReply) throw new ForgeError('the answer is larger than 1 MiB')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function parsed(text: string): unknown {
  if (text === '') return undefined
  try { return JSON.parse(text) } catch { throw new ForgeError('the answer is not JSON') }
}

const id = z.string().regex(/^[\w-]{1,128}$/)
export const session = z.object({ id })
export const turn = z.object({ id })
export const turnState = z.object({
  status: z.enum(['running', 'done', 'refused', 'error']), text: z.string().optional(), model: z.string().max(200).optional(),
  usage: z.object({ input_tokens: z.number().optional(), output_tokens: z.number().optional() }).optional(),
})

export function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const { data, success } = schema.safeParse(value)
  if (!success) throw new ForgeError('the answer is not as clawdforge.yaml says')
  return data
}
