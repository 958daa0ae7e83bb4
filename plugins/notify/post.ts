import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import { checkAddress, checkedLookup, Refused } from './addresses.ts'

export interface Outgoing { method: 'POST' | 'PUT'; url: string; headers: Readonly<Record<string, string>>; body: string }

export interface Reply {
  status: number
  /** The beginning of the body of an answer that is no success. */
  text: string
  retryAfterMs: number | undefined
}

const maxText = 2048

/** Follows no redirects, keeps no connection, reads no more than it shows. Throws `Refused` for places nothing is sent to, and whatever breaks on the way. */
export async function post(outgoing: Outgoing, { own, timeoutMs, signal }: { own: ReadonlySet<number>; timeoutMs: number; signal: AbortSignal }): Promise<Reply> {
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
        headers: { 'user-agent': 'crafting-table', 'content-type': 'application/json', ...outgoing.headers, 'content-length': Buffer.byteLength(outgoing.body) },
      })
      sent.once('response', answer).on('error', reject)
      sent.end(outgoing.body)
    })
    return await replyOf(response)
  } catch (error) {
    throw late.aborted ? new Error(`no answer within ${timeoutMs / 1000} s`) : error
  }
}

/** The status says enough of a success; of anything else the beginning is worth reading, as far as it comes. */
async function replyOf(response: IncomingMessage): Promise<Reply> {
  const status = response.statusCode ?? 0
  const chunks: Buffer[] = []
  if (status >= 300) {
    let bytes = 0
    try {
      for await (const chunk of response as AsyncIterable<Buffer>) {
        chunks.push(chunk)
        if ((bytes += chunk.length) >= maxText) break
      }
    } catch { /* what came is what there is */ }
  }
  response.on('error', () => {}).destroy()
  return { status, text: Buffer.concat(chunks).toString('utf8').slice(0, maxText), retryAfterMs: retryAfter(response.headers['retry-after']) }
}

function retryAfter(header: string | undefined): number | undefined {
  return header !== undefined && /^\d{1,6}$/.test(header) ? Number(header) * 1000 : undefined
}
