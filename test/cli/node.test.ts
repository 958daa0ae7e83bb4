import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'

const launcher = join(import.meta.dirname, '../../bin/crafting-table.js')
// Where the pack ts's toolchain lays one beside the farm's own.
const newer = existsSync('/opt') ? readdirSync('/opt').filter(name => /^node-(?:2[4-9]|[3-9]\d)\./.test(name)).map(name => join('/opt', name, 'bin/node')).find(existsSync) : undefined

t.test('a Node that SQLite\'s binding aborts on is refused at once', { skip: newer === undefined && 'there is no Node 24 or later in /opt' }, async t => {
  const ran = spawnSync(newer ?? '', [launcher, '--version'], { encoding: 'utf8' })
  t.equal(ran.status, 2)
  t.match(ran.stderr, /^crafting-table: runs on Node 20\.19 to 22; this is \d+\.\d+\.\d+\n$/)
})
