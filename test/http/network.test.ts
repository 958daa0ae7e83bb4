import t from 'tap'
import { defaultLanCidrs } from '../../core/config.ts'
import { clientAddress } from '../../core/http/client-address.ts'
import { isNetwork, networks } from '../../core/networks.ts'

t.test('the default allowlist, also for IPv4 peers of a dual-stack socket', async t => {
  const isLan = networks(defaultLanCidrs)
  for (const inside of ['10.1.2.3', '172.16.0.1', '172.31.255.255', '192.168.0.5', '127.0.0.1', '::1', '::ffff:10.0.0.1', '::FFFF:192.168.1.1', '::ffff:7f00:1']) t.ok(isLan(inside), inside)
  for (const outside of ['8.8.8.8', '172.32.0.1', '172.15.0.1', '192.169.0.1', '::2', 'fe80::1%eth0', '::ffff:8.8.8.8', '::ffff:808:808', '', 'localhost', '10.1.2', '010.0.0.1']) t.notOk(isLan(outside), outside)
})

t.test('networks: addresses, both families, and what is none lets nobody in', async t => {
  t.ok(networks(['192.168.0.5'])('192.168.0.5'))
  t.notOk(networks(['192.168.0.5'])('192.168.0.6'))
  t.ok(networks(['0.0.0.0/0'])('8.8.8.8'))
  t.notOk(networks(['0.0.0.0/0'])('2001:db8::1'))
  t.ok(networks(['fe80::/10'])('fe80::1%eth0'))
  t.notOk(networks([])('127.0.0.1'))
  t.notOk(networks(['nonsense', ':::::/12'])('127.0.0.1'))
  for (const good of ['10.0.0.0/8', '::/0', '2001:db8::/32', '10.0.0.1']) t.ok(isNetwork(good), good)
  for (const bad of ['', '/', '10.0.0.0/33', '::1/129', '10.0.0/8', '10.0.0.0/8/8', '10.0.0.0/-1', '10.0.0.0/', 'host/8', 'fe80::1%eth0/64', '1.2.3.4/0x8']) t.notOk(isNetwork(bad), bad)
})

t.test('X-Forwarded-For counts only from trusted proxies, and only up to the first that is none', async t => {
  const isTrusted = networks(['10.0.0.0/24', 'fd00::/8'])
  const cases: [peer: string | undefined, forwarded: string | undefined, client: string][] = [
    ['192.168.0.9', undefined, '192.168.0.9'],
    ['192.168.0.9', '127.0.0.1', '192.168.0.9'],
    ['10.0.0.1', '192.168.0.7', '192.168.0.7'],
    ['::ffff:10.0.0.1', '192.168.0.7', '192.168.0.7'],
    ['10.0.0.1', '127.0.0.1, 8.8.8.8', '8.8.8.8'],
    ['10.0.0.1', '127.0.0.1, 8.8.8.8, 10.0.0.2', '8.8.8.8'],
    ['10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['10.0.0.1', undefined, '10.0.0.1'],
    ['10.0.0.1', ' , ', '10.0.0.1'],
    ['10.0.0.1', '192.168.0.7:51234', '192.168.0.7'],
    ['10.0.0.1', '[2001:db8::1]:51234', '2001:db8::1'],
    ['10.0.0.1', '127.0.0.1, unknown', ''],
    ['fd00::1', '192.168.0.7', '192.168.0.7'],
    [undefined, '127.0.0.1', ''],
  ]
  for (const [peer, forwarded, client] of cases) t.equal(clientAddress(peer, forwarded, isTrusted), client, `${peer} for ${forwarded}`)
})
