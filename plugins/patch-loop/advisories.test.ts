import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { promisify } from 'node:util'
import t, { type Test } from 'tap'
import { missing, patching, ran, repaired } from '../../test/support/patches.ts'
import { temporary } from '../../test/support/temporary.ts'

t.setTimeout(280_000)

const machine = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' }

/** Not at once: the registry is in this process. */
async function lockedBy(directory: string): Promise<string> {
  await promisify(execFile)('npm', ['install', '--package-lock-only', '--no-audit', '--no-fund'], { cwd: directory, timeout: 60_000, env: { ...process.env, npm_config_cache: join(directory, 'cache') } })
  return readFileSync(join(directory, 'package-lock.json'), 'utf8')
}

/** An npm registry of one package, `left-shop`, of which 1.0.0 has an advisory. */
async function registry(t: Test, versions: readonly string[]): Promise<string> {
  const packed = new Map(versions.map(version => {
    const directory = t.testdir({ package: { 'package.json': JSON.stringify({ name: 'left-shop', version }), 'index.js': `module.exports = '${version}'\n` } })
    return [version, execFileSync('tar', ['-czf', '-', 'package'], { cwd: directory })] as const
  }))
  const server = createServer((request, response) => void (async () => {
    for await (const _ of request); // Read to its end.
    const { port } = server.address() as AddressInfo
    const path = request.url ?? ''
    const send = (body: unknown) => response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body))
    const version = /left-shop-(?<version>[\d.]+)\.tgz$/.exec(path)?.groups?.version
    if (version) return response.end(packed.get(version))
    if (path.endsWith('/advisories/bulk')) {
      return send({ 'left-shop': [{ id: 1, url: 'https://github.com/advisories/GHSA-aaaa-bbbb-cccc', title: 'Prices go left', severity: 'high', vulnerable_versions: '<1.0.1', cwe: [], cvss: { score: 7.5, vectorString: null } }] })
    }
    if (path !== '/left-shop') return response.writeHead(404).end('{}')
    return send({
      name: 'left-shop', 'dist-tags': { latest: versions.at(-1) },
      versions: Object.fromEntries([...packed].map(([one, bytes]) => [one, { name: 'left-shop', version: one, dist: { tarball: `http://127.0.0.1:${port}/left-shop-${one}.tgz`, integrity: `sha512-${createHash('sha512').update(bytes).digest('base64')}` } }])),
    })
  })())
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => { server.closeAllConnections(); server.close() })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}

t.test('npm audit: the lock file is raised', { skip: missing('npm') }, async t => {
  const url = await registry(t, ['1.0.0', '1.0.1'])
  const manifest = JSON.stringify({ name: 'shop', version: '1.0.0', private: true, dependencies: { 'left-shop': '^1.0.0' }, scripts: { test: 'node test.js' } }, null, 2)
  const scratch = t.testdir({ 'package.json': `${manifest}\n`.replace('^1.0.0', '1.0.0'), '.npmrc': `registry=${url}\n` })
  const lock = (await lockedBy(scratch)).replace('"left-shop": "1.0.0"', '"left-shop": "^1.0.0"')
  const farm = await patching(t, { 'package.json': `${manifest}\n`, 'package-lock.json': lock, '.npmrc': `registry=${url}\n`, 'test.js': `require('left-shop')\n` }, {}, machine)
  const jobs = await ran(farm)
  t.match(jobs.find(job => job.recipe === 'audit'), { status: 'failed', findings: { new: 1 } }, JSON.stringify(jobs))
  const [patch] = await repaired(t, farm)
  t.match(patch, { state: 'drafted', tool: 'npm-audit', recipe: 'audit', evidence: { drafter: 'fixer', repaired: 1, left: 0 } }, `${patch?.state} ${patch?.reason}`)
  t.match(patch?.diff, /^\+ +"version": "1\.0\.1",$/m)
  t.notMatch(patch?.diff, /^[-+].*"scripts"/m)
})

t.test('an advisory that no version repairs is not repaired', { skip: missing('npm') }, async t => {
  const url = await registry(t, ['1.0.0'])
  const files = { 'package.json': '{ "name": "shop", "version": "1.0.0", "private": true, "dependencies": { "left-shop": "^1.0.0" } }\n', '.npmrc': `registry=${url}\n` }
  const scratch = t.testdir(files)
  const farm = await patching(t, { ...files, 'package-lock.json': await lockedBy(scratch) }, {}, machine)
  await ran(farm)
  const [patch] = await repaired(t, farm)
  t.match(patch, { state: 'unfixable', diff: null, branch: null }, `${patch?.state} ${patch?.reason}`)
})

t.test('cargo audit: the crate is updated', { skip: missing('cargo', 'cargo-audit') }, async t => {
  const caches = temporary(t)
  const advisory = '```toml\n[advisory]\nid = "RUSTSEC-2025-9001"\npackage = "itoa"\ndate = "2025-02-03"\nurl = "https://example.org/itoa/1"\n\n[versions]\npatched = [">= 1.0.9"]\n```\n\n# Prices are written backwards\n\nA made-up fault.\n'
  const database = join(caches, 'cargo/advisory-db')
  mkdirSync(join(database, 'crates/itoa'), { recursive: true })
  writeFileSync(join(database, 'crates/itoa/RUSTSEC-2025-9001.md'), advisory)
  const git = (...args: string[]) => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@localhost', ...args], { cwd: database, stdio: 'ignore' })
  git('init', '-q', '-b', 'main')
  git('add', '.')
  git('commit', '-qm', 'one')
  const files = { 'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n\n[dependencies]\nitoa = "1"\n', 'src/lib.rs': 'pub fn price(n: u32) -> String {\n    itoa::Buffer::new().format(n).to_owned()\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn price() {\n        assert_eq!(super::price(42), "42");\n    }\n}\n' }
  const scratch = t.testdir({ 'Cargo.toml': files['Cargo.toml'], src: { 'lib.rs': files['src/lib.rs'] } })
  const cargo = (...args: string[]) => spawnSync('cargo', args, { cwd: scratch, stdio: 'ignore', timeout: 60_000, env: { ...process.env, CARGO_HOME: join(caches, 'cargo') } }).status === 0
  if (!cargo('generate-lockfile') || !cargo('update', '-p', 'itoa', '--precise', '1.0.5')) { t.pass('crates.io cannot be reached', { skip: 'crates.io cannot be reached' }); return }
  const farm = await patching(t, { ...files, 'Cargo.lock': readFileSync(join(scratch, 'Cargo.lock'), 'utf8'), '.cargo/audit.toml': '[database]\nfetch = false\nstale = true\n' }, {}, { ...machine, CRAFTING_CACHE_DIR: caches })
  const jobs = await ran(farm)
  t.match(jobs.find(job => job.recipe === 'audit'), { status: 'failed', findings: { new: 1 } }, JSON.stringify(jobs))
  const [patch] = await repaired(t, farm)
  t.match(patch, { state: 'drafted', tool: 'cargo-audit', recipe: 'audit', evidence: { drafter: 'fixer', repaired: 1, left: 0 } }, `${patch?.state} ${patch?.reason}`)
  t.same(patch?.diff.match(/^\+\+\+ .*$/gm), ['+++ b/Cargo.lock'])
})
