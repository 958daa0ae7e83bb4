import { mkdirSync, writeFileSync } from 'node:fs'
import { spawn, spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { allProcesses, directoryOf, isLeaving, markOf } from '../../core/run/process-tree.ts'
import { runProcess, type JobExit, type JobProcess } from '../../core/run/process.ts'
import { detectSandbox, type SandboxView } from '../../core/run/sandbox.ts'
import { testdir } from '../support/temporary.ts'
import { until } from '../support/until.ts'

const sandbox = await detectSandbox('auto')
const env = { PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C.UTF-8' }

type Result = JobExit & { stdout: string; stderr: string; ms: number; left: number }

/** Runs a job and counts the processes that carry its mark or sit in its directory afterwards. */
async function run(root: string, shell: string, more: Partial<JobProcess> & { when?: { text: string; abort: AbortController } } = {}, sandboxed = false): Promise<Result> {
  const text = { stdout: '', stderr: '' }
  const marker = `test.${randomUUID()}`
  const tmp = join(root, 'tmp')
  mkdirSync(tmp, { recursive: true })
  const view: SandboxView = { writable: [root], readable: [], hidden: [], readonly: [], tmp, network: true, proc: sandbox.proc }
  const start = performance.now()
  const { when, ...job } = more
  const exit = await runProcess({
    shell, env, marker, cwd: root, timeoutMs: 20_000, graceMs: 2_000, signal: when?.abort.signal ?? new AbortController().signal,
    sandbox: sandboxed ? view : undefined,
    output(stream, chunk) {
      text[stream] += chunk.toString()
      if (when && text.stdout.includes(when.text)) when.abort.abort()
    },
    ...job,
  })
  const left = allProcesses().filter(one => markOf(one.pid) === marker || directoryOf(one.pid) === root).length
  return { ...exit, ...text, left, ms: performance.now() - start }
}

const modes: [string, boolean, string | false][] = [
  ['bare', false, false],
  ['sandboxed', true, sandbox.mode === 'none' && sandbox.reason],
]

for (const [mode, sandboxed, skip] of modes) {
  t.test(mode, { skip }, async t => {
    const root = testdir(t, {})

    t.test('exit status, both streams, no stdin, own environment', async t => {
      const done = await run(root, 'echo out; echo err >&2; cat; echo "$LANG-$HOME-$0"; exit 7', {}, sandboxed)
      t.match(done, { ended: 'exited', exitCode: 7, signal: null, stdout: 'out\nC.UTF-8--/bin/sh\n', stderr: 'err\n', left: 0 })
    })

    t.test('streams can be opened by name', async t => {
      const done = await run(root, 'echo a >/dev/stdout; echo b >/dev/stderr', {}, sandboxed)
      t.match(done, { exitCode: 0, stdout: 'a\n', stderr: 'b\n' })
    })

    t.test('only the three standard descriptors are handed on', async t => {
      // 3 is the directory that ls reads, where the shell becomes ls.
      const done = await run(root, 'ls /proc/$$/fd', {}, sandboxed)
      t.match(done.stdout, /^0\n1\n2\n(?:3\n)?$/)
    })

    t.test('killed by a signal', async t => {
      const done = await run(root, 'kill -KILL $$', {}, sandboxed)
      t.equal(done.ended, 'exited')
      t.equal(done.exitCode ?? 137, 137)
      t.not(done.exitCode, 0)
    })

    t.test('time-out runs the trap of the job, then ends', async t => {
      const done = await run(root, `trap 'echo cleaned; exit 3' TERM; while :; do sleep 0.05; done`, { timeoutMs: 300, graceMs: 10_000 }, sandboxed)
      t.match(done, { ended: 'timed_out', stdout: 'cleaned\n', left: 0 })
      t.ok(done.ms < 5_000, `${done.ms} ms`)
    })

    t.test('cancel is SIGKILL after the grace time', async t => {
      const abort = new AbortController()
      const done = await run(root, `trap '' TERM; echo ready; while :; do sleep 0.05; done`, { graceMs: 200, when: { text: 'ready', abort } }, sandboxed)
      t.match(done, { ended: 'cancelled', left: 0 })
      t.ok(done.ms < 5_000, `${done.ms} ms`)
    })

    t.test('those who clean up after SIGTERM get the grace time, even when the shell is gone', async t => {
      const abort = new AbortController()
      const inner = `trap "sleep 0.7; echo cleaned; exit" TERM; echo ready; while :; do sleep 0.05; done`
      writeFileSync(join(root, 'inner.sh'), inner)
      const done = await run(root, 'sh inner.sh; true', { graceMs: 10_000, when: { text: 'ready', abort } }, sandboxed)
      t.match(done, { ended: 'cancelled', stdout: 'ready\ncleaned\n', left: 0 })
    })

    t.test('cancelled before it began', async t => {
      t.match(await run(root, 'echo never', { signal: AbortSignal.abort() }, sandboxed), { ended: 'cancelled', stdout: '' })
    })

    t.test('a time-out beyond the range of timers is no time-out at once', async t => {
      t.match(await run(root, 'sleep 0.1; echo done', { timeoutMs: 2 ** 40 }, sandboxed), { ended: 'exited', stdout: 'done\n' })
    })

    t.test('no such directory, no such text', async t => {
      const missing = await run(root, 'true', { cwd: join(root, 'none') }, sandboxed)
      t.equal(missing.ended, 'failed_to_start')
      t.equal((await run(root, 'echo \0', {}, sandboxed)).ended, 'failed_to_start')
      t.equal((await run(root, `: ${'x'.repeat(300_000)}`, {}, sandboxed)).ended, 'failed_to_start')
    })

    t.test('a promise pauses the pipe, and nothing is lost', async t => {
      let bytes = 0
      let busy = false
      const done = await run(root, 'head -c 2000000 /dev/zero', {
        async output(_stream, chunk) {
          t.notOk(busy, 'one chunk at a time')
          busy = true
          await new Promise(resolve => setImmediate(resolve))
          bytes += chunk.length
          busy = false
        },
      }, sandboxed)
      t.equal(done.exitCode, 0)
      t.equal(bytes, 2_000_000)
    })

    t.test('a disk that takes longer than five seconds loses nothing', async t => {
      let bytes = 0
      const done = await run(root, 'head -c 100000 /dev/zero', { output: (_, chunk) => { bytes += chunk.length; return bytes === chunk.length ? sleep(5_200) : undefined } }, sandboxed)
      t.match(done, { ended: 'exited', exitCode: 0 })
      t.equal(bytes, 100_000)
    })

    t.test('output of what still runs when the shell exits', async t => {
      const done = await run(root, '(sleep 0.2; echo last) &', {}, sandboxed)
      t.match(done, { exitCode: 0, stdout: 'last\n', left: 0 })
    })

    t.test('Perl variables of the job are the job\'s alone', async t => {
      const done = await run(root, 'echo "$PERL5OPT"', { env: { ...env, PERL5OPT: '-MNoSuchModule' } }, sandboxed)
      t.match(done, { exitCode: 0, stdout: '-MNoSuchModule\n', stderr: '' })
    })
  })
}

const unshared = ['--user', '--map-root-user', '--pid']

t.test('the first of a namespace that waits for the others is not dead', { skip: spawnSync('unshare', [...unshared, 'true']).status !== 0 && 'no namespaces' }, async t => {
  // The second one's parent is outside, and has not asked for its status: until then the namespace is not at its end.
  const shell = spawn('unshare', [...unshared, 'sh', '-c', 'sleep 60 & p=$!; echo $p; sleep 60 & kill -KILL $p; read line; wait'], { stdio: ['pipe', 'pipe', 'ignore'] })
  const first = Number((await createInterface(shell.stdout)[Symbol.asyncIterator]().next()).value)
  await until(async () => isLeaving(first))
  t.equal(markOf(first), undefined)
  shell.stdin.end('\n')
  await once(shell, 'exit')
  t.notOk(isLeaving(first))
})
