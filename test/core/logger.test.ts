import { closeSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { jsonLogger } from '../../core/logger.ts'

t.test('one object a line: at, level, the fields, message', async t => {
  const path = join(t.testdir(), 'log')
  const file = openSync(path, 'w')
  const log = await jsonLogger(file)
  log.info('request', { id: 'x', status: 200 })
  log.warn('100 %s of %d', { message: 'why\nand how' })
  log.error('plain')
  closeSync(file)
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n').map(line => JSON.parse(line) as Record<string, unknown>)
  t.match(lines[0]?.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  t.same(lines.map(({ at: _, ...rest }) => rest), [
    { level: 'info', id: 'x', status: 200, message: 'request' },
    { level: 'warn', reason: 'why\nand how', message: '100 %s of %d' },
    { level: 'error', message: 'plain' },
  ])
})

t.test('where nothing can be written, nothing is, and nothing grows', async t => {
  const file = openSync('/dev/full', 'w')
  const log = await jsonLogger(file)
  const before = process.memoryUsage().external + process.memoryUsage().heapUsed
  for (let at = 0; at < 20_000; at++) log.info('filling', { text: 'x'.repeat(10_000) })
  await new Promise(setImmediate)
  t.ok(process.memoryUsage().external + process.memoryUsage().heapUsed - before < 100 * 2 ** 20, 'of 200 MB that were written')
  closeSync(file)
})
