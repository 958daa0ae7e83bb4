import { messageOf, Refused, type Outgoing, type Reply } from '../../core/service.ts'
import { isSaid, statusRequest } from './forges.ts'
import { kinds } from './hooks.ts'
import type { Entry } from './outbox.ts'
import { plain } from './words.ts'

export interface Sender {
  secret(project: string, name: string): string | undefined
  post(outgoing: Outgoing): Promise<Reply>
  now(): number
}

/** `again`: it may go better later. `fault` is for people, and holds no secret. */
export type Attempt =
  | { ended: 'sent'; http_status: number }
  | { ended: 'refused' | 'again'; http_status: number | null; fault: string; afterMs?: number }

/** One attempt. Never throws. */
export async function attempt(sender: Sender, entry: Entry): Promise<Attempt> {
  const opened: string[] = []
  const masked = (text: string) => plain(opened.flatMap(formsOf).reduce((all, secret) => all.replaceAll(secret, '***'), text))
  try {
    const outgoing = outgoingOf(sender, entry, name => {
      const value = sender.secret(entry.project, name)
      if (value === undefined) throw new Error(`the secret ${name} is not set`)
      opened.push(value)
      return value
    })
    const reply = await sender.post(outgoing)
    const { parcel } = entry
    if ((reply.status >= 200 && reply.status < 300) || (parcel.what === 'status' && isSaid(parcel.target.forge, reply))) return { ended: 'sent', http_status: reply.status }
    const fault = masked(reply.status >= 300 && reply.status < 400 ? `${reply.status}: redirects are not followed` : `${reply.status}${reply.text.trim() ? `: ${reply.text.trim()}` : ''}`)
    return { ended: isPassing(reply.status) ? 'again' : 'refused', http_status: reply.status, fault, ...(reply.retryAfterMs === undefined ? {} : { afterMs: reply.retryAfterMs }) }
  } catch (error) {
    return { ended: error instanceof Refused ? 'refused' : 'again', http_status: null, fault: masked(messageOf(error)) }
  }
}

/** As which a receiver may say a secret again, the longest first: of a URL that lets in whoever knows it, what comes after the host, and its long parts. */
function formsOf(secret: string): string[] {
  if (!/^https?:/i.test(secret) || !URL.canParse(secret)) return [secret]
  const { href, pathname, search } = new URL(secret)
  const parts = [...pathname.split('/'), ...search.split(/[?&=]/)].filter(part => part.length >= 8)
  return [secret, href, pathname + search, ...pathname.length > 1 ? [pathname] : [], ...parts].toSorted((a, b) => b.length - a.length)
}

/** Request timeout, too early, too many requests, and whatever is the server's own fault. */
const isPassing = (status: number) => status === 408 || status === 425 || status === 429 || status >= 500

function outgoingOf(sender: Sender, { id, parcel }: Entry, secret: (name: string) => string): Outgoing {
  if (parcel.what === 'status') return statusRequest(parcel.target.forge, parcel.target.page, secret(parcel.target.token_secret), parcel.message)
  const { kind, url, url_secret, secret: named, room } = parcel.target
  return kinds[kind]({
    id, notice: parcel.message, room, now: sender.now(),
    url: url_secret === undefined ? url ?? '' : secret(url_secret), secret: named === undefined ? undefined : secret(named),
  })
}
