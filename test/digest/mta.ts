import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { remove } from '../support/temporary.ts'

/** Why Postfix cannot be used here; undefined where it can. */
export function withoutPostfix(): string | undefined {
  if (process.getuid?.() !== 0) return 'Postfix needs root'
  return existsSync('/usr/sbin/postfix') ? undefined : 'postfix is not installed'
}

export interface Mta { port: number; /** What has arrived for somebody@example.org. */ arrived(): string[]; stop(): Promise<void> }

const nobody = 65_534

/** A Postfix of its own on a free port of the loopback: it takes mail for example.org, answers 450 for full@, and relays nothing. */
export async function startPostfix(): Promise<Mta> {
  // Its processes run as several users, who may not enter a directory that is somebody's alone.
  const directory = mkdtempSync('/tmp/crafting-mta-')
  const port = await freePort()
  const [config, queue, data, inbox] = ['config', 'queue', 'data', 'inbox'].map(name => join(directory, name)) as [string, string, string, string]
  for (const path of [directory, config, queue, data, inbox]) {
    mkdirSync(path, { recursive: true })
    chmodSync(path, 0o755)
  }
  chownSync(inbox, nobody, nobody)
  chownSync(data, Number(execFileSync('id', ['-u', 'postfix'], { encoding: 'utf8' })), 0)
  writeFileSync(join(config, 'main.cf'), `compatibility_level = 3.6
queue_directory = ${queue}
data_directory = ${data}
maillog_file = ${join(directory, 'log')}
maillog_file_prefixes = ${directory}
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
myhostname = mta.example.net
mydestination =
virtual_mailbox_domains = example.org
virtual_mailbox_base = ${inbox}
virtual_mailbox_maps = static:all/
virtual_uid_maps = static:${nobody}
virtual_gid_maps = static:${nobody}
smtpd_recipient_restrictions = check_recipient_access inline:{{full@example.org = 450 4.2.2 mailbox full}}, reject_unauth_destination
smtpd_relay_restrictions = reject_unauth_destination
alias_maps =
import_environment = MAIL_CONFIG=${config}
`)
  // Columns: name, type, private, unprivileged, chroot, wake-up, limit, command.
  const service = (name: string, type: string, command: string, more = '- -') => `${name} ${type} ${type === 'inet' || ['cleanup', 'qmgr', 'postlog'].includes(name) ? 'n' : '-'} ${name === 'virtual' ? 'n' : '-'} n ${more} ${command}\n`
  writeFileSync(join(config, 'master.cf'), service(`127.0.0.1:${port}`, 'inet', 'smtpd') + service('cleanup', 'unix', 'cleanup', '- 0') + service('qmgr', 'unix', 'qmgr', '300 1') + service('rewrite', 'unix', 'trivial-rewrite')
    + ['bounce', 'defer', 'trace'].map(name => service(name, 'unix', 'bounce', '- 0')).join('') + service('virtual', 'unix', 'virtual') + service('error', 'unix', 'error') + service('retry', 'unix', 'error')
    + service('proxymap', 'unix', 'proxymap') + service('anvil', 'unix', 'anvil', '- 1') + service('postlog', 'unix-dgram', 'postlogd', '- 1'))
  execFileSync('/usr/sbin/postfix', ['-c', config, 'start'], { stdio: 'ignore' })
  const stop = () => {
    execFileSync('/usr/sbin/postfix', ['-c', config, 'stop'], { stdio: 'ignore' })
    return remove(directory)
  }
  const files = () => { const at = join(inbox, 'all/new'); return existsSync(at) ? readdirSync(at).map(name => readFileSync(join(at, name), 'utf8')) : [] }
  return { port, arrived: files, stop }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
