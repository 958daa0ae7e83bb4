import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import t from 'tap'
import { allProcesses, markOf, processInfo, signalTo } from '../../core/run/process-tree.ts'
import { runProcess } from '../../core/run/process.ts'
import { detectSandbox, type SandboxView } from '../../core/run/sandbox.ts'
import { killStrays } from '../../core/run/strays.ts'
import { testdir } from '../support/temporary.ts'

const sandbox = await detectSandbox('auto')
const perl = existsSync('/usr/bin/perl')
const env = { PATH: process.env.PATH ?? '/usr/bin:/bin' }

/** What a daemon does to be forgotten. Each runs `sh beat.sh NAME`, which adds to a file for as long as it lives. */
const daemons: Record<string, string> = {
  'in the background': 'sh beat.sh A &',
  'that holds the output': '(sh beat.sh A; echo never) &',
  'of its own session': 'setsid sh beat.sh A >/dev/null 2>&1 &',
  'forked twice': '(setsid sh -c "sh beat.sh A & sh beat.sh B &" >/dev/null 2>&1 &)',
  'deaf to SIGTERM and SIGHUP': `setsid sh -c 'trap "" TERM HUP INT; sh beat.sh A' >/dev/null 2>&1 &`,
  'that has stopped itself': `setsid sh -c 'echo $$ >>A; kill -STOP $$; sh beat.sh A' >/dev/null 2>&1 &`,
  'with an empty environment, elsewhere': `D=$PWD; env -i /usr/bin/setsid /bin/sh -c "cd /; exec /bin/sh $D/beat.sh $D/A" >/dev/null 2>&1 &`,
}

/** Says its host pid is out of reach (a namespace); so life is told by a growing file. */
const beat = 'exec 9>>"$1"; while :; do echo . >&9; sleep 0.02; done\n'

async function alive(root: string): Promise<boolean> {
  const size = () => ['A', 'B'].map(name => existsSync(join(root, name)) ? readFileSync(join(root, name)).length : 0).join()
  const before = size()
  await sleep(150)
  return size() !== before
}

interface Mode { name: string; sandboxed: boolean; skip: string | false }
const modes: Mode[] = [
  { name: 'supervised', sandboxed: false, skip: !perl && 'no Perl' },
  { name: 'sandboxed', sandboxed: true, skip: sandbox.mode === 'none' && sandbox.reason },
]

function job(root: string, shell: string, sandboxed: boolean, signal: AbortSignal, marker: string, output: (text: string) => void = () => {}) {
  const tmp = join(root, 'tmp')
  mkdirSync(tmp, { recursive: true })
  const view: SandboxView = { writable: [root], readable: [], hidden: [], readonly: [], tmp, network: true, proc: sandbox.proc }
  return { shell, cwd: root, env, marker, timeoutMs: 30_000, graceMs: 300, signal, sandbox: sandboxed ? view : undefined, output: (_: string, chunk: Buffer) => output(chunk.toString()) }
}

const started = `until [ -s A ]; do sleep 0.02; done`

for (const { name, sandboxed, skip } of modes) {
  for (const [kind, daemon] of Object.entries(daemons)) {
    t.test(`${name}: a daemon ${kind}`, { skip }, async t => {
      const root = testdir(t, { 'beat.sh': beat })
      const marker = `test.${randomUUID()}`
      const exit = await runProcess(job(root, `${daemon}\n${started}; exit 5`, sandboxed, new AbortController().signal, marker))
      t.match(exit, { ended: 'exited', exitCode: 5 })
      t.notOk(await alive(root), 'ended with the job')
      t.same(allProcesses().filter(one => markOf(one.pid) === marker), [])

      const abort = new AbortController()
      const again = testdir(t, { 'beat.sh': beat })
      const cancelled = await runProcess(job(again, `${daemon}\n${started}; echo ready; sleep 30`, sandboxed, abort.signal, marker, text => { if (text.includes('ready')) abort.abort() }))
      t.equal(cancelled.ended, 'cancelled')
      t.notOk(await alive(again), 'ended with the cancel')
      t.same(allProcesses().filter(one => markOf(one.pid) === marker), [])
    })
  }

  t.test(`${name}: a shell that stops itself is continued and ended`, { skip }, async t => {
    const root = testdir(t)
    const abort = new AbortController()
    const start = performance.now()
    const exit = await runProcess({ ...job(root, `trap 'echo cleaned; exit 0' TERM; echo ready; kill -STOP $$; sleep 30`, sandboxed, abort.signal, `test.${randomUUID()}`, text => { if (text.includes('ready')) setTimeout(() => abort.abort(), 50) }), graceMs: 20_000 })
    t.equal(exit.ended, 'cancelled')
    t.ok(performance.now() - start < 10_000, 'not only after the grace time')
  })

  t.test(`${name}: a fork bomb of short fuse`, { skip }, async t => {
    const root = testdir(t, { 'fork.sh': 'n=0; while [ $n -lt 200 ]; do sh -c "sleep 30" & n=$((n+1)); done; echo ready; wait' })
    const abort = new AbortController()
    const marker = `test.${randomUUID()}`
    await runProcess(job(root, 'sh fork.sh', sandboxed, abort.signal, marker, text => { if (text.includes('ready')) abort.abort() }))
    t.same(allProcesses().filter(one => markOf(one.pid) === marker), [])
  })

  t.test(`${name}: the farm is killed`, { skip }, async t => {
    const root = testdir(t, { 'beat.sh': beat })
    const marker = `${randomUUID()}.1`
    const module = (path: string) => JSON.stringify(new URL(path, import.meta.url).href)
    writeFileSync(join(root, 'farm.mjs'), `
      import { runProcess } from ${module('../../core/run/process.ts')}
      const job = ${JSON.stringify({ ...job(root, `${daemons['with an empty environment, elsewhere']}\nsh beat.sh B & ${started}; echo ready; sleep 30`, sandboxed, new AbortController().signal, marker), signal: undefined, output: undefined })}
      await runProcess({ ...job, signal: new AbortController().signal, output: (_, chunk) => console.log(chunk.toString()) })`)
    const farm = spawn(process.execPath, ['--import', 'tsx', join(root, 'farm.mjs')], { stdio: ['ignore', 'pipe', 'inherit'], cwd: new URL('../..', import.meta.url) })
    await once(farm.stdout, 'data')
    farm.kill('SIGKILL')
    await once(farm, 'exit')
    await killStrays(mark => mark === marker)
    // The supervisor ends the rest by itself: it was told of the farm's death.
    for (let n = 0; n < 40 && await alive(root); n++) await sleep(50)
    t.notOk(await alive(root))
    t.same(allProcesses().filter(one => markOf(one.pid) === marker), [])
  })
}

t.test('a job that kills its supervisor', { skip: !perl && 'no Perl' }, async t => {
  const root = testdir(t, { 'beat.sh': beat })
  const marker = `test.${randomUUID()}`
  await runProcess(job(root, `setsid sh beat.sh A >/dev/null 2>&1 & ${started}; env -i /usr/bin/setsid /bin/sh beat.sh B >/dev/null 2>&1 & kill -KILL $PPID; sleep 30`, false, new AbortController().signal, marker))
  t.notOk(await alive(root))
  t.same(allProcesses().filter(one => markOf(one.pid) === marker), [])
})

t.test('strays of other farms only, with what descends from them', async t => {
  const mine = `${randomUUID()}.1`
  const other = `${randomUUID()}.1`
  const start = (mark: string) => spawn('/bin/sh', ['-c', 'env -i /bin/sleep 60 & echo $!; wait'], { env: { ...env, CRAFTING_JOB_MARK: mark }, stdio: ['ignore', 'pipe', 'ignore'], detached: true })
  const [stray, spared] = [start(mine), start(other)]
  t.teardown(() => { if (spared.pid) signalTo(-spared.pid, 'SIGKILL') })
  const [grandchild] = await Promise.all([stray, spared].map(async one => Number((await once(one.stdout, 'data'))[0])))
  t.equal(await killStrays(mark => mark === mine), 2)
  t.equal(processInfo(grandchild ?? 0), undefined)
  t.ok(spared.pid && processInfo(spared.pid))
})
