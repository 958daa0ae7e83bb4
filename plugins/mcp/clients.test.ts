import { execFile } from 'node:child_process'
import { createServer, request as forward } from 'node:http'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import type { AddressInfo } from 'node:net'
import t, { type Test } from 'tap'
import { environmentIn, repository, serve } from '../../test/http/server.ts'
import { launcher } from '../../test/support/server.ts'
import { temporary } from '../../test/support/temporary.ts'

const require = createRequire(import.meta.url)
const packageDir = (name: string) => dirname(require.resolve(`${name}/package.json`))

interface Ended { status: number; stdout: string; stderr: string }

function command(args: readonly string[], options: { cwd: string; env?: NodeJS.ProcessEnv }): Promise<Ended> {
  return new Promise(resolve => {
    execFile(process.execPath, args, { ...options, env: { ...process.env, ...options.env, HOME: options.cwd }, timeout: 60_000, maxBuffer: 2 ** 26 }, (error, stdout, stderr) => {
      resolve({ status: error ? Number(error.code ?? 1) : 0, stdout, stderr })
    })
  })
}

const inspector = join(packageDir('@modelcontextprotocol/inspector'), 'clients/launcher/build/index.js')
const conformance = join(packageDir('@modelcontextprotocol/conformance'), 'dist/index.js')

t.test('the inspector\'s command line finds nothing to complain of', async t => {
  const directory = temporary(t)
  const farm = await serve(t)
  const token = farm.mint('me')
  await farm.call('POST', '/projects', { token, body: { name: 'shop', git_url: repository(join(farm.directory, 'shop'), { 'a.sh': '' }) } })
  const ask = async (target: readonly string[], ...args: string[]) => {
    const ended = await command([inspector, '--cli', ...target, ...(args.includes('tools/list') ? ['--strict'] : []), '--format', 'json', '-q', ...args], { cwd: directory, env: environmentIn(directory) })
    t.equal(ended.status, 0, `${args.join(' ')}: ${ended.stderr.slice(0, 500)}`)
    return JSON.parse(ended.stdout.slice(ended.stdout.indexOf('{')))
  }
  const http = [`${farm.url}/mcp`, '--header', `Authorization: Bearer ${token}`]
  t.equal((await ask(http, '--method', 'tools/list')).result?.tools.length ?? 0, 8)
  t.match(JSON.stringify(await ask(http, '--method', 'tools/call', '--tool-name', 'get_status')), /shop: unknown/)
  t.match(JSON.stringify(await ask(http, '--method', 'resources/list')), /farm:\/\/projects\/shop/)
  t.match(JSON.stringify(await ask(http, '--method', 'prompts/list')), /triage_findings/)
  t.match(JSON.stringify(await ask([process.execPath, launcher, 'mcp'], '--method', 'tools/list')), /get_status/)
})

/** The conformance client cannot send a token: this does it for it. Everything else goes through as it is. */
async function withToken(t: Test, url: string, token: string): Promise<string> {
  const target = new URL(url)
  const proxy = createServer((incoming, outgoing) => {
    const onward = forward({ host: target.hostname, port: target.port, path: incoming.url, method: incoming.method, headers: { ...incoming.headers, authorization: `Bearer ${token}` } }, answer => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    onward.on('error', () => outgoing.destroy())
    incoming.pipe(onward)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  t.teardown(() => { proxy.close(); proxy.closeAllConnections() })
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`
}

/** Those that ask for no tools, resources or prompts of a made-up server. */
const scenarios = ['server-initialize', 'ping', 'tools-list', 'resources-list', 'prompts-list', 'dns-rebinding-protection']

t.test('the published conformance scenarios', async t => {
  const farm = await serve(t)
  const url = await withToken(t, farm.url, farm.mint('me'))
  for (const scenario of scenarios) {
    const directory = temporary(t)
    const ended = await command([conformance, 'server', '--url', `${url}/mcp`, '--scenario', scenario], { cwd: directory })
    t.equal(ended.status, 0, `${scenario}: ${ended.stdout.slice(-800)}`)
    t.match(ended.stdout, /Passed: [1-9]\d*\/\d+, 0 failed/, scenario)
  }
})
