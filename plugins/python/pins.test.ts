import { spawnSync } from 'node:child_process'
import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import t, { type Test } from 'tap'
import { pythonPin } from './pins.ts'
import { treeOf } from '../../core/tree.ts'

const script = fileURLToPath(new URL('pin.py', import.meta.url))
const here = /(?<major>\d+)\.(?<minor>\d+)\.(?<patch>\d+)/.exec(spawnSync('python3', ['--version'], { encoding: 'utf8' }).stdout ?? '')?.groups
const skip = here ? false : 'python3 is not on this machine'

/** Asks on a machine where pyenv keeps these versions and nothing else is on the PATH. */
function ask(t: Test, version: string, kept: readonly string[] = []): { path: string; said: string } {
  const python = spawnSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' }).stdout.trim()
  const root = t.testdir({ versions: Object.fromEntries(kept.map(name => [name, { bin: { python3: '' } }])), empty: {} })
  for (const name of kept) chmodSync(join(root, 'versions', name, 'bin/python3'), 0o755)
  const ran = spawnSync(python, [script, version, '.python-version'], { encoding: 'utf8', env: { PATH: join(root, 'empty'), PYENV_ROOT: root } })
  return { path: ran.stdout.trim().replace(`${root}/`, ''), said: ran.stderr.trim() }
}

t.test('what this Python meets changes nothing', { skip }, async t => {
  const { major, minor, patch } = here ?? {}
  const same = [`${major}`, `${major}.${minor}`, `${major}.${minor}.${patch}`, `>=${major}.${minor}`, `>=${major}.${minor},<${Number(major) + 1}`, `~=${major}.${minor}`, `^${major}.${minor}`, `2.7 || ${major}.${minor}.*`, '!=2.*', '*']
  for (const version of same) t.same(ask(t, version), { path: '', said: '' }, version)
})

t.test('another one is taken from where it is kept, the newest that will do', { skip }, async t => {
  const kept = ['3.1.9', '3.2.1', '3.2.10', 'shop-env', '3.2.x']
  t.same(ask(t, '3.2', kept), { path: 'versions/3.2.10/bin/python3', said: 'The project asks for Python 3.2 (.python-version): 3.2.10 runs.' })
  t.equal(ask(t, '3.2.1', kept).path, 'versions/3.2.1/bin/python3')
  t.equal(ask(t, '>3.0,<3.2', kept).path, 'versions/3.1.9/bin/python3')
  t.equal(ask(t, '<=3.2', kept).path, 'versions/3.1.9/bin/python3', '3.2.1 is later than 3.2')
  t.match(ask(t, '3.3', kept), { path: '', said: /^The project asks for Python 3\.3 \(\.python-version\), which is not on this machine: 3\.\d+\.\d+ runs\.$/ })
})

t.test('who asks, a version before a range', async t => {
  const of = (files: Readonly<Record<string, string>>) => /python3 - (?<words>.*) <<'END'/.exec(pythonPin({ ...treeOf('/', []), read: path => files[path] }) ?? '')?.groups?.words
  t.equal(of({}), undefined)
  t.equal(of({ '.python-version': '# ours\n3.12.1\n', 'pyproject.toml': '[project]\nrequires-python = ">=3.9"\n' }), '3.12.1 .python-version')
  t.equal(of({ '.python-version': 'shop-env\n', '.tool-versions': 'nodejs 20\npython 3.11.2\n' }), '3.11.2 .tool-versions')
  t.equal(of({ 'pyproject.toml': '[project]\nrequires-python = ">=3.9"\n' }), "'>=3.9' requires-python")
  t.equal(of({ 'setup.cfg': '[options]\npython_requires = >=3.8, <4  # for now\n' }), "'>=3.8, <4' python_requires")
})
