import { createHash } from 'node:crypto'
import { hmacHex, sameText, webhookSignature } from '../../core/service.ts'

export type Forge = 'forgejo' | 'gitea' | 'gitlab' | 'github'
/** A header's value, '' where it is not there. */
export type Header = (name: string) => string

/** Gitea and Forgejo send the headers of their ancestors too, so they are asked first. */
export function forgeOf(header: Header): Forge | undefined {
  return (['forgejo', 'gitea', 'gitlab', 'github'] as const).find(name => header(`x-${name}-event`) !== '')
}

/** How far a signed time may be off, in seconds: what Standard Webhooks recommends. */
const toleranceSecs = 300

/** Whether whoever sent it knows the secret. `now` is in milliseconds. */
export function isGenuine(forge: Forge, header: Header, body: string, secret: string, now: number): boolean {
  if (forge === 'gitlab') return header('webhook-signature') === '' ? sameText(header('x-gitlab-token'), secret) : isStandard(header, body, secret, now)
  const hub = header('x-hub-signature-256').replace(/^sha256=/, '')
  const given = forge === 'github' ? hub : header('x-forgejo-signature') || header('x-gitea-signature') || hub
  return sameText(given.toLowerCase(), hmacHex(secret, body))
}

/** GitLab signs as Standard Webhooks do where the hook has a signing token. */
function isStandard(header: Header, body: string, secret: string, now: number): boolean {
  const [id, timestamp] = [header('webhook-id'), header('webhook-timestamp')]
  if (!/^\d{1,12}$/.test(timestamp) || Math.abs(now / 1000 - Number(timestamp)) > toleranceSecs) return false
  const right = webhookSignature(secret, { id, timestamp, body })
  return header('webhook-signature').split(' ').slice(0, 10).map(one => sameText(one, right)).includes(true)
}

/**
 * What a replay has in common with its original. Where the delivery's id is not part of what was signed, whoever has seen a delivery could send it under
 * another id: then the body tells too.
 */
export function marksOf(forge: Forge, header: Header, body: string): string[] {
  const id = forge === 'gitlab' ? header('webhook-id') || header('idempotency-key') || header('x-gitlab-event-uuid') : header(`x-${forge}-delivery`)
  const named = id === '' ? [] : [`id ${id.slice(0, 200)}`]
  return forge === 'gitlab' && named.length ? named : [...named, `body ${createHash('sha256').update(body).digest('hex')}`]
}
