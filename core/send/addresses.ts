import { lookup as resolve, type LookupAddress } from 'node:dns'
import { BlockList, isIP, type LookupFunction } from 'node:net'
import { networkInterfaces } from 'node:os'

/** What no retry will mend. */
export class Refused extends Error {
  override readonly name = 'Refused'
}

const never = new BlockList()
for (const [address, bits] of [['0.0.0.0', 8], ['169.254.0.0', 16], ['224.0.0.0', 4], ['240.0.0.0', 4]] as const) never.addSubnet(address, bits, 'ipv4')
for (const [address, bits] of [['::', 128], ['fe80::', 10], ['ff00::', 8]] as const) never.addSubnet(address, bits, 'ipv6')
// The same of AWS and of Google, which there are in the private range of IPv6.
for (const address of ['fd00:ec2::254', 'fd20:ce::254']) never.addAddress(address, 'ipv6')

const loopback = new BlockList()
loopback.addSubnet('127.0.0.0', 8, 'ipv4')
loopback.addAddress('::1', 'ipv6')

const family = (address: string) => isIP(address) === 6 ? 'ipv6' : 'ipv4'

/**
 * Private addresses are where a homelab's services are, so they are allowed. Not so the farm itself, which believes its own machine, and the addresses
 * where clouds give away their machines' credentials: link-local ones, nearly always.
 */
export function checkAddress(address: string, port: number, own: ReadonlySet<number>): void {
  const plain = address.replace(/%.*$/, '')
  if (never.check(plain, family(plain))) throw new Refused(`${plain} is not an address to send to`)
  if (own.has(port) && isOurs(plain)) throw new Refused(`${plain}:${port} is this farm`)
}

function isOurs(address: string): boolean {
  const ours = new BlockList()
  for (const one of Object.values(networkInterfaces()).flatMap(all => all ?? [])) ours.addAddress(one.address, one.family === 'IPv6' ? 'ipv6' : 'ipv4')
  return [loopback, ours].some(list => list.check(address, family(address)))
}

/** Names are checked by what they resolve to at the very connection, so that a second answer cannot lead elsewhere. */
export function checkedLookup(port: number, own: ReadonlySet<number>): LookupFunction {
  return (hostname, options, done) => resolve(hostname, options, (error, address, family) => {
    if (error) return done(error, '', 0)
    try {
      for (const one of typeof address === 'string' ? [address] : (address as LookupAddress[]).map(each => each.address)) checkAddress(one, port, own)
      done(null, address, family)
    } catch (refused) { done(refused as Error, '', 0) }
  })
}
