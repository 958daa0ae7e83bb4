import { isIP } from 'node:net'
import { plainAddress } from '../networks.ts'

/**
 * Who is asking. X-Forwarded-For counts only when the peer is a trusted proxy: then the client is the last hop that is
 * not one itself, since everything left of it is only what that hop says. '' when that hop is no address.
 */
export function clientAddress(peer: string | undefined, forwarded: string | undefined, isTrusted: (address: string) => boolean): string {
  let client = plainAddress(peer ?? '')
  const hops = (forwarded ?? '').split(',').map(hop => hop.trim()).filter(Boolean)
  while (hops.length && isTrusted(client)) client = hopAddress(hops.pop() ?? '')
  return client
}

/** Some proxies add the port: `10.0.0.1:5123`, `[::1]:5123`. */
function hopAddress(hop: string): string {
  const bare = /^\[(?<v6>[^\]]*)\](?::\d+)?$/.exec(hop)?.groups?.v6 ?? /^(?<v4>[\d.]+):\d+$/.exec(hop)?.groups?.v4 ?? hop
  const address = plainAddress(bare)
  return isIP(address) ? address : ''
}
