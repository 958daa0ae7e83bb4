import { join } from 'node:path'
import t from 'tap'
import { compactLog, openLog, searchLog, type LogQuery } from '../../core/run/log.ts'

async function logOf(t: Tap, lines: readonly string[]): Promise<string> {
  const path = join(t.testdir({}), 'x.log')
  const log = await openLog(path, { capBytes: 2 ** 30 })
  await log.write('stdout', Buffer.from(lines.map(line => `${line}\n`).join('')))
  await log.close()
  return path
}
type Tap = Pick<typeof t, 'testdir'>

const ask = async (path: string, query: Partial<LogQuery>) => {
  const { lines, ...rest } = await searchLog(path, { from: 'tail', context: 2, limit: 50, ...query })
  return { ...rest, said: lines.map(line => `${line.number}${line.match ? '*' : ''}`).join(' '), lines }
}
const hundred = Array.from({ length: 100 }, (_, at) => at % 30 === 9 ? `error in ${at + 1}` : `line ${at + 1}`)

t.test('from either end, around a line, and on', async t => {
  const path = await logOf(t, hundred)
  t.match(await ask(path, { limit: 3 }), { said: '98 99 100', next: 98, totalLines: 100, matches: null })
  t.match(await ask(path, { limit: 3, beyond: 98 }), { said: '95 96 97', next: 95 })
  t.match(await ask(path, { limit: 3, beyond: 3 }), { said: '1 2', next: null })
  t.match(await ask(path, { from: 'head', limit: 2 }), { said: '1 2', next: 2 })
  t.match(await ask(path, { from: 'head', limit: 2, beyond: 98 }), { said: '99 100', next: null })
  t.match(await ask(path, { line: 50 }), { said: '48 49 50 51 52', next: 52 })
  t.match(await ask(path, { line: 5000, context: 1 }), { said: '99 100', next: null })
  t.equal((await ask(path, { line: 50, context: 0 })).lines[0]?.text, 'line 50')
})

t.test('what matches, with its surroundings, from either end', async t => {
  const path = await logOf(t, hundred)
  await compactLog(path)
  t.match(await ask(path, { grep: 'error', context: 1 }), { said: '9 10* 11 39 40* 41 69 70* 71 99 100*', matches: 4, next: null })
  t.match(await ask(path, { grep: '^error in [14]0$', context: 0 }), { said: '10* 40*', matches: 2 })
  const last = await ask(path, { grep: 'error', context: 0, limit: 1 })
  t.match(last, { said: '100*', next: 100 })
  t.match(await ask(path, { grep: 'error', context: 0, limit: 1, beyond: 100 }), { said: '70*', next: 70 })
  const first = await ask(path, { grep: 'error', from: 'head', context: 0, limit: 2 })
  t.match(first, { said: '10* 40*', next: 40 })
  t.match(await ask(path, { grep: 'error', from: 'head', context: 0, limit: 2, beyond: 40 }), { said: '70* 100*' })
  t.match(await ask(path, { grep: 'nowhere' }), { said: '', matches: 0, next: null })
})

t.test('hostile expressions and lines', async t => {
  const path = await logOf(t, [`${'a'.repeat(4000)}!`, 'b'.repeat(100_000)])
  for (const grep of ['(a+)+$', '(a|aa)+$', '(.*)*x', '(a?){50}a{50}b']) {
    const start = performance.now()
    t.match(await ask(path, { grep }), { totalLines: 2 }, grep)
    t.ok(performance.now() - start < 2000, `${grep} took ${Math.round(performance.now() - start)} ms`)
  }
  t.match((await ask(path, { grep: 'bbb' })).lines.at(-1)?.text, /… \(95904 more characters\)$/)
  for (const grep of ['(', '[z-a]', '(?=a)', '\\1']) await t.rejects(ask(path, { grep }), { code: 'invalid', field: 'grep' }, grep)
})
