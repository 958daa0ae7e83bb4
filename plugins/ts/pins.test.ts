import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import type { Tree } from '../../core/contract.ts'
import { treeOf } from '../../core/tree.ts'
import { nodePin } from './pins.ts'

const script = fileURLToPath(new URL('node-pin.cjs', import.meta.url))
const [major = 0, minor = 0, patch = 0] = process.versions.node.split('.').map(Number)

/** Asks on a machine where nvm keeps these versions. */
function ask(t: Test, version: string, kept: readonly string[] = []): { bin: string; said: string } {
  const root = t.testdir({ versions: { node: Object.fromEntries(kept.map(name => [`v${name}`, { bin: { node: '' } }])) }, none: {} })
  const ran = spawnSync(process.execPath, [script, version, '.nvmrc'], { encoding: 'utf8', env: { NVM_DIR: root, N_PREFIX: `${root}/none`, CRAFTING_TOOLS: `${root}/none` } })
  return { bin: ran.stdout.trim().replace(`${root}/versions/node/`, ''), said: ran.stderr.trim() }
}

t.test('what this Node meets changes nothing', async t => {
  const same = [`${major}`, `v${major}.${minor}.${patch}`, `${major}.x`, `>=${major}`, `>= ${major}.${minor} < ${major + 1}`, `^${major}.0.0`, `~${major}.${minor}`, `6 || ${major}`, `${major} - ${major + 1}`, '*']
  for (const version of same) t.same(ask(t, version), { bin: '', said: '' }, version)
})

t.test('another one is taken from where it is kept, the newest that will do', async t => {
  const kept = ['8.9.4', '8.17.0', '10.1.0']
  t.same(ask(t, '8', kept), { bin: 'v8.17.0/bin', said: 'The project asks for Node 8 (.nvmrc): 8.17.0 runs.' })
  t.equal(ask(t, 'v8.9.4', kept).bin, 'v8.9.4/bin')
  t.equal(ask(t, 'lts/carbon', kept).bin, 'v8.17.0/bin')
  t.equal(ask(t, '>8 <11', kept).bin, 'v10.1.0/bin')
  t.equal(ask(t, '<=8', kept).bin, 'v8.17.0/bin')
  t.same(ask(t, '9', kept), { bin: '', said: `The project asks for Node 9 (.nvmrc), which is not on this machine: ${process.versions.node} runs.` })
})

t.test('who asks, the package before its workspace, a version before a range', async t => {
  const tree = (files: Readonly<Record<string, string>>): Tree => ({ ...treeOf('/', []), read: path => files[path], json: path => files[path] === undefined ? undefined : JSON.parse(files[path]) as unknown })
  const of = (files: Readonly<Record<string, string>>, workspace: Readonly<Record<string, string>> = {}) => /node - (?<words>.*) <<'END'/.exec(nodePin(tree(files), tree(workspace)))?.groups?.words
  t.equal(of({}), undefined)
  t.equal(of({ '.nvmrc': 'lts/*\n' }), undefined)
  t.equal(of({ '.nvmrc': '# ours\nlts/iron\n', '.node-version': '18' }), 'lts/iron .nvmrc')
  t.equal(of({ 'package.json': '{ "engines": { "node": ">=18" }, "volta": { "node": "20.1.0" } }' }), '20.1.0 volta')
  t.equal(of({ 'package.json': '{ "devEngines": { "runtime": { "name": "node", "version": "^22" } } }' }), '^22 devEngines')
  t.equal(of({ '.tool-versions': 'python 3.12\nnodejs 20.1.0\n' }), '20.1.0 .tool-versions')
  t.equal(of({ 'package.json': '{}' }, { 'package.json': '{ "engines": { "node": ">=18" } }' }), "'>=18' engines")
})
