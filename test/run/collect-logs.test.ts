import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { collectLogs } from '../../core/run/collect-logs.ts'
import { openLog, tailLog } from '../../core/run/log.ts'

t.test('logs of no job go, finished ones are compressed, open ones are left alone', async t => {
  const logs = t.testdir({ p: {}, gone: { 'x.log': 'x\n', 'x.log.idx': '' } })
  for (const id of ['ended', 'open', 'short']) {
    const log = await openLog(join(logs, 'p', `${id}.log`), { capBytes: 2 ** 30 })
    await log.write('stdout', Buffer.from('a line of some length\n'.repeat(id === 'short' ? 1 : 10_000)))
    await log.close()
  }
  const states: Record<string, 'open' | 'ended'> = { open: 'open', ended: 'ended', short: 'ended' }
  t.same(await collectLogs(logs, id => states[id]), { removed: 2, compressed: 1 })
  t.same(await collectLogs(logs, id => states[id]), { removed: 0, compressed: 0 }, 'a short one stays as it is, and is no news each hour')
  t.same(readdirSync(join(logs, 'gone')), [])
  t.ok(existsSync(join(logs, 'p', 'open.log')))
  t.notOk(existsSync(join(logs, 'p', 'ended.log')))
  t.same(await tailLog(join(logs, 'p', 'ended.log'), 1), ['a line of some length'])
  t.same(await collectLogs(join(logs, 'nowhere'), () => undefined), { removed: 0, compressed: 0 })
})
