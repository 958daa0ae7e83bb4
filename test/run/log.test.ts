import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, existsSync, readFileSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { compactLog, followLog, healLog, logLines, logSize, openLog, readLog, tailLog, type LogLine } from '../../core/run/log.ts'
import { countLines } from '../../core/run/log-index.ts'
import { runProcess } from '../../core/run/process.ts'

const capBytes = 256 * 1024 * 1024

async function textOf(path: string, options: { fromByte?: number; maxBytes?: number } = {}): Promise<string> {
  const parts: Buffer[] = []
  for await (const part of readLog(path, options)) parts.push(part)
  return Buffer.concat(parts).toString()
}

async function linesOf(path: string): Promise<LogLine[]> {
  const lines: LogLine[] = []
  for await (const batch of logLines(path)) lines.push(...batch)
  return lines
}

const brief = (lines: readonly LogLine[]) => lines.map(({ number, stream, text }) => `${number} ${stream} ${text}`)

t.test('whole lines of both streams, torn anywhere', async t => {
  const path = join(t.testdir(), 'deep/er/log')
  const log = await openLog(path, { capBytes })
  for (const [stream, text] of [['stdout', 'on'], ['stderr', 'ba'], ['stdout', 'e\ntw'], ['stderr', 'd\n'], ['stdout', 'o\nthree\r\n']] as const) await log.write(stream, Buffer.from(text))
  log.note('said by\nthe farm')
  await log.write('stderr', Buffer.from('no end'))
  t.match(await log.close(), { lines: 7, cut: false })
  t.equal(await textOf(path), 'one\nbad\ntwo\nthree\r\n[crafting-table] said by\n[crafting-table] the farm\nno end\n')
  t.same(brief(await linesOf(path)), ['1 stdout one', '2 stderr bad', '3 stdout two', '4 stdout three\r', '5 farm [crafting-table] said by', '6 farm [crafting-table] the farm', '7 stderr no end'])
  t.same(await logSize(path), { bytes: statSync(path).size, lines: 7, finished: true })
  t.ok(Math.abs((await linesOf(path))[0]!.time - Date.now()) < 60_000)
  t.same(await log.close(), await log.close())
})

t.test('the memory of a chunk may be used again', async t => {
  const path = join(t.testdir(), 'log')
  const log = await openLog(path, { capBytes })
  const memory = Buffer.from('begun')
  log.write('stdout', memory)
  memory.fill('x')
  log.write('stdout', Buffer.from(' ended\n'))
  await log.close()
  t.equal(await textOf(path), 'begun ended\n')
})

t.test('characters that arrive in pieces, invalid UTF-8, NUL', async t => {
  const path = join(t.testdir(), 'log')
  const log = await openLog(path, { capBytes })
  for (const byte of Buffer.from('grüße 🛠\n')) log.write('stdout', Buffer.from([byte]))
  log.write('stdout', Buffer.from([0x61, 0xff, 0x62, 0x00, 0x0a, 0xc3]))
  await log.close()
  t.equal(await textOf(path), 'grüße 🛠\na\ufffdb\0\n\ufffd\n')
})

t.test('a line of 20 MB is broken between characters and says so', async t => {
  const path = join(t.testdir(), 'log')
  const log = await openLog(path, { capBytes })
  const part = Buffer.from('é'.repeat(32_768))
  await log.write('stdout', Buffer.from('x'))
  for (let count = 0; count < 320; count++) await log.write('stdout', part)
  await log.write('stdout', Buffer.from('\nnext\n'))
  await log.close()
  const lines = await linesOf(path)
  t.same(lines.map(line => line.continued === true), [false, true, true, false])
  t.equal(lines.slice(0, 3).map(line => line.text).join(''), `x${'é'.repeat(320 * 32_768)}`)
  t.equal(lines[3]?.text, 'next')
  t.same(await tailLog(path, 1), ['next'])
})

t.test('the cap: said, drained, and the end kept', async t => {
  const path = join(t.testdir(), 'log')
  const log = await openLog(path, { capBytes: 1000 })
  const line = (number: number) => Buffer.from(`line ${String(number).padStart(94, '.')}\n`)
  for (let number = 1; number <= 5000; number++) await log.write('stdout', line(number))
  await log.write('stderr', Buffer.from('the end'))
  const end = await log.close()
  t.equal(end.cut, true)
  const lines = (await linesOf(path)).map(one => one.text)
  t.equal(lines[9], line(10).toString().trim())
  t.equal(lines[10], '[crafting-table] log cut at 1000 bytes: the output goes on, but only its end is kept')
  t.match(lines[11], /^\[crafting-table\] \d+ bytes were dropped here; the end of the output:$/)
  t.equal(lines.at(-1), 'the end')
  t.equal(lines.at(-2), line(5000).toString().trim())
  const dropped = Number(/\d+/.exec(lines[11] ?? '')?.[0])
  const kept = lines.slice(12).join('\n').length + 1
  t.equal(1000 + dropped + kept, 5000 * 100 + 'the end\n'.length, 'every byte is accounted for')
  t.ok(kept >= 65_536 && kept < 80_000, `${kept}`)
})

t.test('nothing is dropped where the cut falls into the last 64 KiB', async t => {
  const path = join(t.testdir(), 'log')
  const log = await openLog(path, { capBytes: 3 })
  await log.write('stdout', Buffer.from('a\nb\nc\n'))
  await log.close()
  t.same((await linesOf(path)).map(one => one.text), ['a', '[crafting-table] log cut at 2 bytes: the output goes on, but only its end is kept', 'b', 'c'])
})

t.test('a disk error is kept, and the pipe goes on', { skip: !existsSync('/dev/full') && 'no /dev/full' }, async t => {
  const directory = t.testdir({ log: t.fixture('symlink', '/dev/full') })
  const log = await openLog(join(directory, 'log'), { capBytes })
  for (let count = 0; count < 100; count++) await log.write('stdout', Buffer.alloc(65_536, 'x\n'))
  await log.close()
  t.match(log.failed, { code: 'ENOSPC' })
})

t.test('tail, ranges, counts', async t => {
  const path = join(t.testdir(), 'log')
  const log = await openLog(path, { capBytes })
  for (let number = 1; number <= 50_000; number++) await log.write(number % 7 ? 'stdout' : 'stderr', Buffer.from(`line ${number}\n`))
  await log.close()
  const check = async (name: string) => {
    t.same(await tailLog(path, 3), ['line 49998', 'line 49999', 'line 50000'], name)
    t.equal((await tailLog(path, 100_000)).length, 50_000, name)
    t.same(await tailLog(path, 0), [], name)
    t.equal(await textOf(path, { fromByte: 5, maxBytes: 9 }), '1\nline 2\n', name)
    t.equal((await textOf(path, { fromByte: 300_000 })).length, (await logSize(path)).bytes - 300_000, name)
    t.equal(await textOf(path, { fromByte: 1e9 }), '', name)
    const parts: Buffer[] = []
    for await (const part of readLog(path)) parts.push(part)
    t.equal(Buffer.concat(parts).toString(), await textOf(path), `${name}: a chunk is its reader's own`)
    const lines = await linesOf(path)
    t.ok(lines.every((line, index) => line.number === index + 1 && line.text === `line ${index + 1}` && line.stream === (line.number % 7 ? 'stdout' : 'stderr')), name)
    const followed: LogLine[] = []
    for await (const batch of followLog(path, { fromLine: 31_234, signal: new AbortController().signal })) followed.push(...batch)
    t.equal(followed[0]?.text, 'line 31235', name)
    t.equal(followed.length, 50_000 - 31_234, name)
    t.match(await logSize(path), { lines: 50_000, finished: true })
  }
  await check('plain')
  const before = await textOf(path)
  const reading = readLog(path)[Symbol.asyncIterator]()
  let whole = (await reading.next()).value.toString()
  await compactLog(path)
  t.notOk(existsSync(path) || existsSync(`${path}.idx`), 'the plain files are gone')
  t.ok(statSync(`${path}.z`).size < before.length / 2)
  for (let part = await reading.next(); !part.done; part = await reading.next()) whole += part.value
  t.equal(whole, before, 'who was reading reads on')
  await check('compacted')
  await healLog(path)
  await check('healed')
  await t.rejects(openLog(path, { capBytes }), { code: 'conflict' })
})

t.test('small logs are not compacted, and missing ones are not found', async t => {
  const path = join(t.testdir(), 'log')
  const log = await openLog(path, { capBytes })
  await log.close()
  await compactLog(path)
  t.ok(existsSync(path))
  t.same(await linesOf(path), [])
  t.same(await tailLog(path, 5), [])
  await t.rejects(tailLog(`${path}x`, 5), { code: 'not_found' })
})

t.test('followers: live, resumed, aborted', async t => {
  const path = join(t.testdir(), 'log')
  const log = await openLog(path, { capBytes })
  const follow = async (fromLine: number, signal = new AbortController().signal) => {
    const lines: LogLine[] = []
    for await (const batch of followLog(path, { fromLine, signal })) lines.push(...batch)
    return lines
  }
  await log.write('stdout', Buffer.from('1\n2\n3\n'))
  await log.flush()
  const stopped = new AbortController()
  const all = Array.from({ length: 50 }, () => follow(0))
  const late = follow(2)
  const none = follow(0, stopped.signal)
  await new Promise(resolve => setTimeout(resolve, 20))
  stopped.abort()
  t.equal((await none).length, 3, 'an aborted follower ends, though the log goes on')
  for (let number = 4; number <= 2000; number++) {
    await log.write('stdout', Buffer.from(`${number}\n`))
    if (number % 100 === 0) await new Promise(resolve => setImmediate(resolve))
  }
  await log.close()
  for (const lines of await Promise.all(all)) t.same(lines.map(line => line.number), Array.from({ length: 2000 }, (_, index) => index + 1))
  t.same((await late).map(line => line.text), Array.from({ length: 1998 }, (_, index) => String(index + 3)))
})

t.test('kill -9 in the middle of writing', async t => {
  const path = join(t.testdir(), 'log')
  const code = `
    import { openLog } from '${new URL('../../core/run/log.ts', import.meta.url).href}'
    const log = await openLog('${path}', { capBytes: 1e9 })
    for (let number = 1; ; number++) {
      await log.write(number % 3 ? 'stdout' : 'stderr', Buffer.from('line ' + number + '\\n'))
      if (number === 20000) console.log('far')
      if (number % 1000 === 0) await new Promise(resolve => setImmediate(resolve))
    }`
  const child = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'inherit'] })
  await once(child.stdout, 'data')
  child.kill('SIGKILL')
  await once(child, 'exit')
  appendFileSync(path, 'torn li')
  appendFileSync(`${path}.idx`, 'torn')
  await healLog(path)
  const lines = await linesOf(path)
  t.ok(lines.length > 1000)
  t.ok(lines.every((line, index) => line.text === `line ${index + 1}` && line.stream === ((index + 1) % 3 ? 'stdout' : 'stderr')), 'every line has its own stream')
  t.equal(statSync(`${path}.idx`).size % 20, 0)
  const log = await openLog(path, { capBytes })
  log.note('runner restart, job orphaned')
  t.match(await log.close(), { lines: lines.length + 1 })
  t.equal((await linesOf(path)).at(-1)?.stream, 'farm')
})

t.test('healing drops records without text, and a log without index is readable', async t => {
  const path = join(t.testdir(), 'log')
  const log = await openLog(path, { capBytes })
  await log.write('stdout', Buffer.from('a\nb\n'))
  await log.flush()
  await log.write('stderr', Buffer.from('c\nd\n'))
  await log.close()
  truncateSync(path, 3)
  await healLog(path)
  t.same(brief(await linesOf(path)), ['1 stdout a'])
  t.equal(statSync(`${path}.idx`).size, 20)
  truncateSync(`${path}.idx`, 0)
  t.same(brief(await linesOf(path)), ['1 stdout a'])
  await healLog(`${path}-none`)
})

t.test('both streams of a process at full speed: no line is torn', async t => {
  const root = t.testdir()
  const path = join(root, 'log')
  const log = await openLog(path, { capBytes })
  const shell = `i=0; while [ $i -lt 20000 ]; do echo "out $i ........................"; i=$((i+1)); done & 
    i=0; while [ $i -lt 20000 ]; do echo "err $i ------------------------"; i=$((i+1)); done >&2; wait`
  const exit = await runProcess({
    shell, cwd: root, env: { PATH: process.env.PATH ?? '' }, marker: `test.${process.pid}`, timeoutMs: 60_000, signal: new AbortController().signal,
    sandbox: undefined, output: (stream, chunk) => log.write(stream, chunk),
  })
  t.equal(exit.exitCode, 0)
  await log.close()
  const count = { stdout: 0, stderr: 0, farm: 0 }
  for await (const batch of logLines(path)) {
    for (const { stream, text } of batch) {
      const expected = stream === 'stdout' ? `out ${count.stdout} ${'.'.repeat(24)}` : `err ${count.stderr} ${'-'.repeat(24)}`
      if (text !== expected) t.fail(`${stream}: ${text}`)
      count[stream]++
    }
  }
  t.same(count, { stdout: 20_000, stderr: 20_000, farm: 0 })
})

t.test('line ends are counted in any alignment', async t => {
  const memory = readFileSync(new URL(import.meta.url))
  for (let start = 0; start < 9; start++) {
    for (let end = memory.length - 9; end < memory.length; end++) {
      if (countLines(memory, start, end) !== memory.subarray(start, end).toString('latin1').split('\n').length - 1) t.fail(`${start} to ${end}`)
    }
  }
  t.equal(countLines(Buffer.from([10, 10, 10, 10, 138, 11, 10, 9])), 5)
})
