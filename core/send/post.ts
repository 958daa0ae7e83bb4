import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { checkAddress, checkedLookup, Refused } from './addresses.ts'

export interface Outgoing { method: 'GET' | 'PATCH' | 'POST' | 'PUT'; url: string; headers: Readonly<Record<string, string>>; body?: string }

export interface Reply {
  status: number
  /** The beginning of the body: of a success only where it is asked for. */
  text: string
  retryAfterMs: number | undefined
}

const maxFault = 2048

export interface PostOptions {
  /** Ports of the farm itself, which nothing is sent to. */
  own: ReadonlySet<number>
  timeoutMs: number
  signal: AbortSignal
  /** How many bytes of a success are read; default 0. */
  reads?: number
}

/** Follows no redirects, keeps no connection, reads no more than it shows. Throws `Refused` for places nothing is sent to, and whatever breaks on the way. */
export async function post(outgoing: Outgoing, { own, timeoutMs, signal, reads = 0 }: PostOptions): Promise<Reply> {
  if (!URL.canParse(outgoing.url)) throw new Refused('its URL is none')
  const url = new URL(outgoing.url)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') throw new Refused('its URL is neither http nor https')
  const secure = url.protocol === 'https:'
  const port = Number(url.port) || (secure ? 443 : 80)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  if (isIP(host)) checkAddress(host, port, own)
  const late = AbortSignal.timeout(timeoutMs)
  try {
    const response = await new Promise<IncomingMessage>((answer, reject) => {
      const sent = (secure ? httpsRequest : httpRequest)(url, {
        method: outgoing.method, agent: false, signal: AbortSignal.any([late, signal]), lookup: checkedLookup(port, own),
        headers: { 'user-agent': 'crafting-table', ...outgoing.body === undefined ? {} : { 'content-type': 'application/json' }, ...outgoing.headers, ...outgoing.body === undefined ? {} : { 'content-length': Buffer.byteLength(outgoing.body) } },
      })
      sent.once('response', answer).on('error', reject)
      sent.end(outgoing.body)
    })
    return await replyOf(response, reads)
  } catch (error) {
    throw late.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error
  }
}

/** The beginning of whatever is no success is worth reading, as far as it comes. */
async function replyOf(response: IncomingMessage, reads: number): Promise<Reply> {
  const status = response.statusCode ?? 0
  const isFault = status >= 300
  const most = isFault ? maxFault : reads
  const chunks: Buffer[] = []
  if (most > 0) {
    let bytes = 0
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        chunks.push(chunk)
        if ((bytes += chunk.length) >= most) break
      }
    } catch (error) {
      // Of a fault, what came is what there is.
      if (!isFault) throw error
    }
  }
  response.on('error', () => {}).destroy()
  return { status, text: Buffer.concat(chunks).toString('utf8').slice(0, most), retryAfterMs: retryAfter(response.headers['retry-after']) }
}

function retryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined
}
