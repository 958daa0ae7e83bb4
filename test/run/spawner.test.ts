import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { closePipe, openPipe } from '../../core/run/process-pipes.ts'
import { prctl } from '../../core/run/prctl.ts'
import { supervised } from '../../core/run/process-supervisor.ts'
import { processInfo } from '../../core/run/process-tree.ts'
import { spawnerScript, startProcess } from '../../core/run/spawner.ts'
import { until } from '../support/until.ts'

const spawnerUrl = new URL('../../core/run/spawner.ts', import.meta.url).href
const quiet = { cwd: '/', env: { PATH: '/usr/bin:/bin' }, outputs: ['/dev/null', '/dev/null'] }

t.test('statuses and signals are those of the process', async t => {
  const ended = async (text: string) => (await startProcess({ ...quiet, file: '/bin/sh', args: ['-c', text] })).exited
  t.same(await ended('exit 3'), [3, null])
  t.same(await ended('kill -KILL $$'), [null, 'SIGKILL'])
  const many = await Promise.all(Array.from({ length: 40 }, (_, at) => ended(`exit ${at}`)))
  t.same(many, Array.from({ length: 40 }, (_, at) => [at, null]))
})

t.test('arguments, environment and directory arrive byte for byte', async t => {
  const out = join(t.testdir({ out: '' }), 'out')
  const args = ['', 'a b', 'ü\n=\t"\'$x', 'x'.repeat(20_000)]
  const { exited } = await startProcess({ file: '/bin/sh', args: ['-c', 'printf "%s|" "$@" "$V"; pwd', 'sh', ...args], cwd: '/usr', env: { PATH: '/usr/bin:/bin', V: 'a=b\nc' }, outputs: [out, '/dev/null'] })
  t.same(await exited, [0, null])
  t.equal(readFileSync(out, 'utf8'), `${[...args, 'a=b\nc'].join('|')}|/usr\n`)
})

t.test('what cannot be started says so, and the next one starts', async t => {
  await t.rejects(startProcess({ ...quiet, file: '/nonexistent', args: [] }), { code: 'ENOENT' })
  await t.rejects(startProcess({ ...quiet, file: '/etc/passwd', args: [] }), { code: 'EACCES' })
  await t.rejects(startProcess({ ...quiet, file: '/bin/true', args: [], cwd: '/etc/passwd' }), { code: 'ENOTDIR' })
  await t.rejects(startProcess({ ...quiet, file: '/bin/true', args: ['\0'] }), /NUL/)
  await t.rejects(startProcess({ ...quiet, file: '/bin/true', args: ['x'.repeat(200_000)] }), { code: 'E2BIG' })
  const gone = await openPipe()
  closePipe(gone)
  await t.rejects(startProcess({ ...quiet, file: '/bin/true', args: [], outputs: [gone.path] }), { code: 'ENXIO' }, 'a pipe without a reader is not waited for')
  t.same(await (await startProcess({ ...quiet, file: '/bin/true', args: [] })).exited, [0, null])
})

t.test('an end whose signal is lost is seen all the same', async t => {
  // No SIGCHLD ever reaches this one: the worst case of one that comes in the wrong microsecond.
  const deaf = spawn('perl', ['-e', 'use POSIX; sigprocmask(SIG_BLOCK, POSIX::SigSet->new(SIGCHLD)); exec "perl", "-e", @ARGV', spawnerScript], { stdio: ['pipe', 'pipe', 'inherit'] })
  const frame = ['1', '/', '0', '0', '3', '/bin/sh', '-c', 'exit 3'].map(field => `${field}\0`).join('')
  deaf.stdin.write(`${frame.length}\n${frame}`)
  const answers = createInterface(deaf.stdout)[Symbol.asyncIterator]()
  t.match((await answers.next()).value, /^s 1 \d+$/)
  t.equal((await answers.next()).value, `x 1 ${3 << 8}`)
  deaf.stdin.end()
  await once(deaf, 'exit')
})

t.test('the groups to join are groups, whatever a frame says', async t => {
  const file = join(t.testdir({ program: 'ELF' }), 'program')
  await t.rejects(startProcess({ ...quiet, file: '/bin/true', args: [], joins: [file] }), 'not started')
  t.equal(readFileSync(file, 'utf8'), 'ELF', 'and nothing was written')
})

t.test('when the farm is killed, its spawner is gone too, and what that started', async t => {
  const script = `import { startProcess } from ${JSON.stringify(spawnerUrl)}
    const { pid } = await startProcess({ file: '/bin/sh', args: ['-c', 'echo $PPID > "$0"; exec sleep 1000', process.argv[1]], cwd: '/', env: { PATH: '/usr/bin:/bin' }, outputs: ['/dev/null', '/dev/null'] })
    console.log(pid)`
  const file = join(t.testdir({}), 'parent')
  const farm = spawn(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script, file], { stdio: ['ignore', 'pipe', 'inherit'] })
  const pid = Number(String((await once(farm.stdout, 'data'))[0]))
  while (!existsSync(file) || readFileSync(file, 'utf8') === '') await new Promise(resolve => setTimeout(resolve, 2))
  const spawner = Number(readFileSync(file, 'utf8'))
  farm.kill('SIGKILL')
  await once(farm, 'exit')
  await until(async () => [spawner, pid].every(one => processInfo(one) === undefined))
  t.pass('they ended')
})

t.test('what was only just started goes with the spawner', { skip: prctl === undefined && 'no prctl' }, async t => {
  // The supervisor cannot have asked the kernel for its own signal yet: Perl takes longer to start.
  const { file = '', args = [] } = supervised('sleep 60', {}) ?? {}
  const frame = ['1', '/', '2', '/dev/null', '/dev/null', '0', String(args.length + 1), file, ...args].map(field => `${field}\0`).join('')
  for (let n = 0; n < 8; n++) {
    const spawner = spawn('perl', ['-e', spawnerScript, String(prctl)], { stdio: ['pipe', 'pipe', 'inherit'] })
    spawner.stdin.write(`${Buffer.byteLength(frame)}\n${frame}`)
    const { value } = await createInterface(spawner.stdout)[Symbol.asyncIterator]().next()
    const pid = Number(String(value).split(' ')[2])
    t.teardown(() => { try { process.kill(-pid, 'SIGKILL') } catch { /* as it should be */ } })
    spawner.kill('SIGKILL')
    await once(spawner, 'exit')
    t.ok(await Promise.race([until(async () => processInfo(pid) === undefined).then(() => true), sleep(5_000, false, { ref: false })]), `start ${n}`)
  }
})
