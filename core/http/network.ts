import { BlockList, isIP } from 'node:net'

/** True for an address, or an address with a prefix length: `192.168.0.5`, `192.168.0.0/16`, `::1/128`. */
export function isNetwork(text: string): boolean {
  return parse(text) !== undefined
}

/** A test whether an address lies in one of the networks. What is no network is passed over: nobody is let in by a typing error. */
export function networks(list: readonly string[]): (address: string) => boolean {
  const known = new BlockList()
  for (const network of list.map(parse)) if (network) known.addSubnet(network.address, network.bits, network.family)
  return address => {
    const plain = plainAddress(address)
    const family = isIP(plain)
    return family !== 0 && known.check(plain, family === 6 ? 'ipv6' : 'ipv4')
  }
}

function parse(text: string): { address: string; bits: number; family: 'ipv4' | 'ipv6' } | undefined {
  const [address = '', prefix, ...more] = text.split('/')
  const family = isIP(address)
  const widest = family === 6 ? 128 : 32
  if (!family || more.length || address.includes('%') || (prefix !== undefined && !/^\d{1,3}$/.test(prefix))) return undefined
  const bits = prefix === undefined ? widest : Number(prefix)
  return bits > widest ? undefined : { address, bits, family: family === 6 ? 'ipv6' : 'ipv4' }
}

/** A dual-stack socket calls an IPv4 peer ::ffff:10.0.0.1, and a link-local one fe80::1%eth0. */
function plainAddress(address: string): string {
  const zoneless = address.split('%', 1)[0] ?? ''
  return zoneless.replace(/^::ffff:(?=\d{1,3}\.)/i, '')
}

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
