import { execFile } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { existsSync, mkdirSync, realpathSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import t from 'tap'
import { runProcess } from '../../core/run/process.ts'
import { detectSandbox, homeToolchains, sandboxCommand, type SandboxView } from '../../core/run/sandbox.ts'
import type { Runner } from '../../core/run/job.ts'
import { machineView } from '../../core/run/sandbox-view.ts'
import { temporary, testdir } from '../support/temporary.ts'

const sandbox = await detectSandbox('auto')
const skip = sandbox.mode === 'none' && sandbox.reason

/** A farm's places: a data directory, two slots, a mirror, a home. */
function places(t: { teardown(task: () => void): void }) {
  const root = temporary(t)
  const at = (path: string) => join(root, path)
  const files = {
    'data/ledger.db': 'secret', 'work/slots/1/tree/file': 'mine', 'work/slots/1/tree/.git/config': 'git', 'work/slots/2/tree/file': 'theirs',
    'work/mirrors/p/objects/pack': 'objects', 'home/.ssh/id': 'key', 'home/.cargo/bin/tool': 'tool', 'home/.cargo/credentials.toml': 'token',
    'home/.rustup/settings': 'x', 'cache/pip/wheel': 'wheel', 'jobtmp/x': 'x', 'outside': 'readable',
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(at(path)), { recursive: true })
    writeFileSync(at(path), text)
  }
  const view = (more: Partial<SandboxView> = {}): SandboxView => ({
    writable: [at('work/slots/1'), at('cache/pip'), at('cache/none')],
    readable: [at('work/mirrors/p/objects'), ...homeToolchains(at('home'), `/usr/bin:${at('home/.cargo/bin')}`)],
    hidden: [at('data'), at('work'), at('home'), at('none'), '/'],
    readonly: [at('work/slots/1/tree/.git')],
    tmp: at('jobtmp'),
    network: true,
    proc: sandbox.proc,
    ...more,
  })
  const run = async (shell: string, more: Partial<SandboxView> = {}) => {
    let output = ''
    const exit = await runProcess({
      shell, cwd: at('work/slots/1/tree'), env: { PATH: '/usr/local/bin:/usr/bin:/bin', R: root }, marker: `test.${randomUUID()}`, timeoutMs: 20_000,
      signal: new AbortController().signal, sandbox: view(more), output(_stream, chunk) { output += chunk.toString() },
    })
    return { ...exit, output }
  }
  return { at, run }
}

t.test('what a job sees', { skip }, async t => {
  const { run } = places(t)
  const see = async (shell: string, output: string) => t.equal((await run(shell)).output, output, shell)
  await see('cat file; pwd | sed "s#$R##"', 'mine/work/slots/1/tree\n')
  await see('ls -A $R/data; ls -A $R/work/slots', '1\n')
  await see('cat $R/work/mirrors/p/objects/pack; ls $R/work/mirrors/p', 'objectsobjects\n')
  await see('ls -A $R/home', '.cargo\n.rustup\n')
  await see('ls -A $R/home/.cargo; cat $R/home/.cargo/bin/tool', 'bin\ntool')
  await see('ls /tmp | grep -v crafting; ls /var/tmp | grep -v crafting; ls $R/jobtmp | grep -v crafting', 'x\nx\nx\n')
  await see('cat $R/outside 2>/dev/null || echo no', 'no\n')
  await see('ls /run | grep -c sock', '0\n')
  await see('cat /proc/[0-9]*/cmdline | tr "\\0" "\\n" | grep -c sandbox[.]test', '0\n')
})

t.test('where a job may write', { skip }, async t => {
  const { at, run } = places(t)
  const writes = async (path: string, can: boolean) => t.equal((await run(`(echo x >"${path}") 2>/dev/null && echo yes`)).output, can ? 'yes\n' : '', path)
  for (const path of ['new', '$R/cache/pip/new', '/tmp/new', '/var/tmp/new', '$R/jobtmp/new', '/dev/null', '/dev/shm/new']) await writes(path, true)
  for (const path of [
    '.git/config', '.git/new', '/new', '/usr/new', '/etc/new', '/run/new', '$R/data/new', '$R/work/new', '$R/work/slots/new', '$R/home/new', '$R/home/.cargo/new',
    '$R/work/mirrors/p/objects/new', '/proc/sys/kernel/hostname', '/proc/sys/kernel/core_pattern', '/proc/sysrq-trigger', '/sys/kernel/mm/ksm/run',
  ]) await writes(path, false)
  await run('echo x >$R/new; echo x >$R/cache/new')
  t.notOk(existsSync(at('new')) || existsSync(at('cache/new')), 'what is beside lies in the job\'s own /tmp')
  t.match((await run('grep -E "^(CapEff|NoNewPrivs)" /proc/self/status')).output, /CapEff:\s0{16}\nNoNewPrivs:\s1\n/)
})

t.test('the network', { skip }, async t => {
  const { run } = places(t)
  const server = createServer((_request, response) => response.end('reached')).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  t.teardown(() => server.close())
  const { port } = server.address() as AddressInfo
  const ask = `${process.execPath} -e 'fetch("http://127.0.0.1:${port}").then(r => r.text()).then(console.log, e => console.log("none", e.cause.code))'`
  const node = process.execPath.startsWith('/usr') || process.execPath.startsWith('/opt')
  t.equal((await run(ask)).output, 'reached\n', { skip: !node && 'Node lies in a place that may be hidden' })
  t.equal((await run(ask, { network: false })).output, 'none ECONNREFUSED\n', 'loopback is up, and nobody else is there')
  t.match((await run('cat /proc/net/dev | grep -c :', { network: false })).output, /^1\n/)
})

t.test('what a job writes reaches its slot, and its /tmp only its own', { skip }, async t => {
  const { at, run } = places(t)
  t.match(await run('echo new >made; echo t >/tmp/t'), { exitCode: 0, output: '' })
  const { stdout } = await promisify(execFile)('cat', [at('work/slots/1/tree/made'), at('jobtmp/t')])
  t.equal(stdout, 'new\nt\n')
})

t.test('a sandbox that cannot be set up is not the job\'s failure', { skip }, async t => {
  const { run } = places(t)
  const exit = await run('exit 1', { tmp: '/nonexistent' })
  t.match(exit, { ended: 'failed_to_start', error: /bubblewrap/ })
  t.match(await run('exit 1'), { ended: 'exited', exitCode: 1 })
})

t.test('settings', async t => {
  t.match(await detectSandbox('off'), { mode: 'none', reason: /off/ })
  if (skip) await t.rejects(detectSandbox('require'), { code: 'unavailable' })
  else t.match(await detectSandbox('require'), { mode: 'bubblewrap', reason: /bubblewrap/ })
})

t.test('inner places decide, whatever the order', async t => {
  const root = realpathSync(testdir(t, { a: { b: { c: {} } }, tmp: {} }))
  const { args } = sandboxCommand({ writable: [join(root, 'a/b')], readable: [], hidden: [join(root, 'a/b/c'), join(root, 'a')], readonly: [], tmp: join(root, 'tmp'), network: true }, root, ['true'])
  const at = (flag: string, path: string) => args.findIndex((arg, index) => arg === flag && args[index + 1] === join(root, path))
  t.ok(at('--tmpfs', 'a') < at('--bind', 'a/b'))
  t.ok(at('--bind', 'a/b') < at('--tmpfs', 'a/b/c'))
  t.notOk(args.includes('--unshare-net'))
  t.same(args.slice(-2), ['--', 'true'])
})

t.test('toolchains below a home', async t => {
  const home = testdir(t, {
    '.cargo': { bin: {}, registry: {}, 'credentials.toml': '', credentials: '' }, '.rustup': {}, '.pyenv': { shims: {} }, '.nvm': { versions: { node: { v20: { bin: {} } } } },
    '.local': { bin: {}, lib: {}, share: { uv: {}, keyrings: {} } }, '.cache': {}, '.ssh': {}, 'go': { bin: {}, src: {} }, 'bin': {},
  })
  const path = ['.cargo/bin', '.pyenv/shims', '.nvm/versions/node/v20/bin', '.local/bin', 'go/bin', 'bin', '.none/bin'].map(entry => join(home, entry)).join(':')
  t.same(homeToolchains(home, `${path}:/usr/bin:${home}:relative`).map(found => found.slice(home.length + 1)).sort(), [
    '.cargo/bin', '.cargo/registry', '.local/bin', '.local/lib', '.local/share/uv', '.nvm', '.pyenv', '.rustup', 'bin', 'go/bin',
  ])
})

t.test('the farm\'s temporary directory, in which the pipes of other jobs lie, is hidden wherever it is', { skip }, async t => {
  const root = testdir(t, { data: {}, workspace: {}, home: {}, tmp: { pipes: {} }, job: {} })
  const { TMPDIR } = process.env
  process.env.TMPDIR = join(root, 'tmp')
  t.teardown(() => { if (TMPDIR === undefined) delete process.env.TMPDIR; else process.env.TMPDIR = TMPDIR })
  const config = { dataDir: join(root, 'data'), workspaceDir: join(root, 'workspace'), env: { HOME: join(root, 'home') } }
  const view = machineView({ config, environment: {}, sandbox } as unknown as Runner, { writable: [], readable: [], tmp: join(root, 'job'), network: false })
  const { file, args } = sandboxCommand(view, '/', ['/bin/sh', '-c', `ls "${root}/tmp" "${root}"`])
  t.equal((await promisify(execFile)(file, args)).stdout, `${root}:\ndata\nhome\njob\ntmp\nworkspace\n\n${root}/tmp:\n`)
})
