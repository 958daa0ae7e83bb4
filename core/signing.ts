import { createHmac, timingSafeEqual } from 'node:crypto'

/** In a time that says nothing of where they differ; their lengths are no secret. */
export function sameText(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)]
  return one.length === other.length && timingSafeEqual(one, other)
}

export function hmacHex(secret: string, body: string): string {
  return createHmac('sha256', secret).update(body).digest('hex')
}

/**
 * `webhook-signature` of Standard Webhooks 1.0: HMAC-SHA256 over `id.timestamp.body`, in base64. A secret `whsec_…` is base64 of the key; any other is the
 * key itself. `timestamp` is in seconds since 1970.
 */
export function webhookSignature(secret: string, { id, timestamp, body }: { id: string; timestamp: string; body: string }): string {
  const key = secret.startsWith('whsec_') ? Buffer.from(secret.slice('whsec_'.length), 'base64') : secret
  return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
}
