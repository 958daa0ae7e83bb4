import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import type { LanguagePack } from '../core/contract.ts'
import { FarmError } from '../core/errors.ts'
import { findPack } from '../core/plan.ts'
import { loadPlugins, parsersFor } from '../core/plugins.ts'

const launcher = join(import.meta.dirname, '../bin/crafting-table.js')

function pack(name: string, more = ''): string {
  return `export default { kind: 'language', api: 1, name: '${name}', title: '${name}', markers: ['${name}.toml'], extensions: [], recipes: [], parsers: {}, toolchain: [], ${more} }`
}

const service = (name: string) => `export default { kind: 'service', api: 1, name: '${name}', setup() {} }`

async function faultsOf(files: Record<string, Record<string, string>>): Promise<FarmError> {
  return loadPlugins([t.testdir(files)]).then(() => { throw new Error('loaded') }, (error: FarmError) => error)
}

t.test('folders with an index, in the order of their names', async t => {
  const first = t.testdir({ one: { zeta: { 'index.js': pack('zeta') }, beta: { 'index.js': service('beta') }, notes: { 'README.md': '' }, 'file.js': '' }, two: { alpha: { 'index.ts': pack('alpha', `aliases: ['a++'], everywhere: true`) } } })
  const { packs, services } = await loadPlugins([join(first, 'one'), join(first, 'two')])
  t.same(packs.map(one => one.name), ['alpha', 'zeta'])
  t.same(services.map(one => one.name), ['beta'])
  t.equal(findPack(packs, 'a++')?.name, 'alpha')
  t.equal(findPack(packs, 'b'), undefined)
})

t.test('all faults of all plugins come in one message, each with its place', async t => {
  const error = await faultsOf({
    broken: { 'index.js': 'export default {' },
    empty: { 'index.js': 'export const plugin = 1' },
    future: { 'index.js': service('future').replace('api: 1', 'api: 2') },
    misnamed: { 'index.js': service('other') },
    odd: { 'index.js': pack('odd', `marker: [], aliases: ['twin'], markers: ['a/b'], caches: { 'A B': '../x' }, recipes: [{ name: 'deploy', title: 'x', when() {}, run: '', needs: ['make'] }], parsers: { a: { lines() {}, json: {} }, b: { json: { is() {} } } }`) },
    needy: { 'index.js': pack('needy', `aliases: ['twin'], recipes: [{ name: 'build', title: 'x', when: () => true, run: 'make', needs: ['make'] }]`) },
    sound: { 'index.js': pack('sound', `aliases: ['twin']`) },
    twin: { 'index.js': pack('twin') },
  })
  t.equal(error.code, 'invalid')
  for (const fault of [
    /broken.index\.js: cannot be imported/, /empty: has no default export/, /future: \.api must be 1, is 2/, /misnamed: \.name is "other", but its folder is "misnamed"/,
    /odd: \.marker is not known; did you mean markers\?/, /odd: \.markers\[0\] must hold no \//, /odd: \.caches\.A B/, /odd: \.recipes\[0\]\.name must be "build"/, /odd: \.recipes\[0\]\.run must be a text/,
    /odd: \.parsers\.a must have exactly one of lines, json and xml, has lines and json/, /odd: \.parsers\.b\.json\.read must be a function, is missing/,
    /needy: \.recipes\[0\]\.needs "make", which is not in \.toolchain/, /twin: the name or alias "twin" is taken by .*sound/,
  ]) t.match(error.message, fault)
  t.match((await loadPlugins(['/nonexistent/plugins']).catch((error: unknown) => error) as FarmError).message, /nonexistent/)
})

t.test('whose parsers read what', async t => {
  const parser = { lines: () => ({ line() {} }) }
  const of = (name: string, more: Partial<LanguagePack> = {}): LanguagePack => ({ kind: 'language', api: 1, name, title: name, markers: [], extensions: [], recipes: [], parsers: { p: parser }, toolchain: [], ...more })
  const packs = [of('any', { everywhere: true }), of('c', { aliases: ['cc'] }), of('go')]
  const names = (list: readonly { name: string }[] | undefined) => list?.map(one => one.name)
  const own = parsersFor(packs, 'cc')
  t.same([names(own.own), names(own.everywhere), own.fallback], [['c/p'], ['any/p'], undefined])
  const none = parsersFor(packs, undefined)
  t.same([names(none.own), names(none.everywhere), names(none.fallback)], [[], ['any/p'], ['c/p', 'go/p']])
})

t.test('a plugin anywhere on disk finds the contract and the kit; the launcher runs anywhere', async t => {
  // Not below this package, where its own name would resolve by itself.
  const directory = mkdtempSync(join(tmpdir(), 'crafting-plugins-'))
  t.teardown(() => rmSync(directory, { recursive: true, force: true }))
  const files = {
    'plugins/shout/index.ts': `import type { LanguagePack } from 'crafting-table/contract'
import { shout } from './shout.ts'
const pack: LanguagePack = { kind: 'language', api: 1, name: 'shout', title: 'Shout', markers: [], extensions: [], recipes: [], parsers: { shout }, toolchain: [] }
export default pack`,
    'plugins/shout/shout.ts': `import { linePattern } from 'crafting-table/parse'
export const shout = linePattern({ tool: 'shout', kind: 'lint', level: 'note', match: /^!!! (?<file>[^:]+):(?<line>\\d+) (?<message>.+)$/ })`,
    'log.txt': '!!! a.txt:3 quiet, please\n',
  }
  mkdirSync(join(directory, 'plugins/shout'), { recursive: true })
  for (const [path, text] of Object.entries(files)) writeFileSync(join(directory, path), text)
  const env = { ...process.env, CRAFTING_PLUGINS_DIR: join(directory, 'plugins') }
  const output = execFileSync(process.execPath, [launcher, 'parse', '--json', '--language', 'shout', 'log.txt'], { cwd: directory, env, encoding: 'utf8' })
  t.same(JSON.parse(output), { file: 'log.txt', findings: [{ file: 'a.txt', line: 3, level: 'note', message: 'quiet, please', kind: 'lint', tool: 'shout' }], tests: null })

  const run = (...args: string[]) => spawnSync(process.execPath, [launcher, ...args], { cwd: directory, env, encoding: 'utf8' })
  const unknown = run('nonsense')
  t.equal(unknown.status, 2)
  t.match(unknown.stderr, /nonsense.*\n.*parse/)
  t.match(run('--version').stdout, /^\d+\.\d+\.\d+\n$/)
  const mixed = run('parse', '--json', '--language', 'shout', 'gone.txt', 'log.txt')
  t.equal(mixed.status, 2, 'a file that cannot be read')
  t.match(mixed.stderr, /gone\.txt/)
  t.equal(JSON.parse(mixed.stdout).findings.length, 1, 'the others are read')
  t.match(run('parse', '--language', 'klingon', 'log.txt').stderr, /no language "klingon"/)
  t.equal(spawnSync(process.execPath, [launcher, 'parse', '--json', '--language', 'shout', '-'], { cwd: directory, env, encoding: 'utf8', input: '!!! a.txt:3 x\n' }).stdout.split('"findings"').length, 2, 'standard input')
  const sarif = JSON.parse(run('parse', '--sarif', '--language', 'shout', 'log.txt').stdout)
  t.match(sarif, { version: '2.1.0', runs: [{ results: [{ level: 'note' }] }] })
})
