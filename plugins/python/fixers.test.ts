import { spawnSync } from 'node:child_process'
import t from 'tap'
import { fixerOf, lacks, repair } from '../../test/support/fixer.ts'
import { treeOf } from '../../core/tree.ts'
import pack from './index.ts'

const online = spawnSync('python3', ['-m', 'pip', 'index', 'versions', 'isort'], { timeout: 20_000 }).status === 0 ? false : 'packages come from PyPI, which is out of reach'
const source = 'import os\nimport sys\nprint(sys.argv is "x", f"")\n'

t.test('ruff repairs the rules asked for, in the files asked for', { skip: lacks(pack, { tool: 'ruff' }) }, async t => {
  const after = repair(t, pack, { 'a.py': source, '-b.py': source }, { tool: 'ruff', rules: ['F401'], files: ['-b.py'] })
  t.same(after, { 'a.py': source, '-b.py': source.replace('import os\n', '') })
  t.same(repair(t, pack, { 'a.py': source }, { tool: 'ruff', rules: ['invalid-syntax'] }), { 'a.py': source }, 'what is no rule of its own is not everything')
  t.match(repair(t, pack, { 'a.py': 'x = {  "a":1 }\n' }, { tool: 'ruff', kind: 'format', files: ['a.py'] })['a.py'], 'x = {"a": 1}\n')
})

t.test('black and isort format with what the machine or the job has', { skip: lacks(pack, { tool: 'black', kind: 'format' }, 'uv') || online }, async t => {
  t.equal(repair(t, pack, { 'a.py': "x = 'a'\n" }, { tool: 'black', kind: 'format', files: ['a.py'] })['a.py'], 'x = "a"\n')
  t.equal(repair(t, pack, { 'a.py': 'import sys\nimport os\n' }, { tool: 'isort', kind: 'format', files: ['a.py'] })['a.py'], 'import os\nimport sys\n')
})

t.test('flake8 has its names repaired by ruff', { skip: lacks(pack, { tool: 'flake8' }, 'ruff') }, async t => {
  const fixer = fixerOf(pack, { tool: 'flake8' })
  const tree = treeOf('/', [])
  t.equal(fixer?.run({ tree, rules: ['C901'], files: [], packages: [] }), undefined)
  t.match(fixer?.run({ tree, rules: ['E225', 'F401'], files: ['a.py'], packages: [] }), /autopep8 .*--select=E225 -- a\.py\n.*ruff check .*--select F401 -- a\.py/)
})

t.test('pins are raised where they are pins', { skip: lacks(pack, { tool: 'pip-audit', kind: 'audit' }) }, async t => {
  const files = {
    'requirements.txt': '# pinned\nIdna==3.6  # why\nidna-ssl==1.0\nother[socks]==2.0 ; python_version > "3"\nidna>=3\n',
    'requirements/dev.txt': 'idna==3.6 \\\n    --hash=sha256:abc\n',
    'pyproject.toml': '[project]\nname = "shop"\nversion = "1"\ndependencies = ["idna==3.6", "other==2.0"]\n',
  }
  const after = repair(t, pack, files, { tool: 'pip-audit', kind: 'audit', packages: [{ name: 'idna', installed: '3.6', fixed: '3.7' }, { name: 'Other', fixed: '2.1' }] })
  t.same(after, {
    'requirements.txt': files['requirements.txt'].replace('Idna==3.6', 'Idna==3.7').replace('==2.0', '==2.1'),
    'requirements/dev.txt': files['requirements/dev.txt'],
    'pyproject.toml': files['pyproject.toml'].replace('==3.6', '==3.7').replace('==2.0', '==2.1'),
  })
})

t.test('a lock is raised by its own tool', async t => {
  const text = (files: readonly string[]) => fixerOf(pack, { tool: 'pip-audit', kind: 'audit' })?.run({ tree: treeOf('/', files), rules: [], files: [], packages: [{ name: 'idna', fixed: '3.7' }] })
  t.match(text(['uv.lock']), "uv lock --quiet --upgrade-package 'idna>=3.7'")
  t.match(text(['poetry.lock']), "poetry update --lock --no-interaction idna")
  t.match(text(['pdm.lock']), 'pdm update --no-sync')
  t.match(text(['Pipfile.lock']), "pipenv upgrade idna")
})
