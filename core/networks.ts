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
export function plainAddress(address: string): string {
  const zoneless = address.split('%', 1)[0] ?? ''
  return zoneless.replace(/^::ffff:(?=\d{1,3}\.)/i, '')
}
