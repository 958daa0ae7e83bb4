import { spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import picomatch from 'picomatch'
import t from 'tap'
import type { Finding, Item, LineParser, PackRecipe, RecipeName, Tree } from '../../core/contract.ts'
import pack from './index.ts'
import { found } from './pip-audit.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const noPython = spawnSync('python3', ['-m', 'compileall', '--help']).status === 0 ? false : 'python3 is not on this machine'

function treeOf(files: Readonly<Record<string, string>>): Tree {
  const paths = Object.keys(files).sort()
  const find = (glob: string) => {
    const matches = picomatch(glob, { dot: true })
    return paths.filter(path => matches(path))
  }
  return { find, has: glob => find(glob).length > 0, read: path => files[path], json: () => undefined, parent: undefined }
}

function chosen(name: RecipeName, files: Readonly<Record<string, string>>): { title: string; setup: string; run: string } {
  const tree = treeOf(files)
  const recipe: PackRecipe | undefined = pack.recipes.find(one => one.name === name && one.when(tree))
  const text = (part: PackRecipe['setup']) => (typeof part === 'function' ? part(tree) : part) ?? ''
  return { title: recipe?.title ?? 'none', setup: text(recipe?.setup), run: text(recipe?.run) }
}

t.test('an advisory has an address where its id is one', async t => {
  t.equal(found({ package: 'p', id: 'PYSEC-2023-1' }).advisory?.url, 'https://osv.dev/vulnerability/PYSEC-2023-1')
  for (const id of ['\ud800', '../x', 'a?b']) t.equal(found({ package: 'p', id }).advisory?.url, undefined, id)
})

t.test('tests run with what the project uses', async t => {
  const plain = 'import unittest\nclass A(unittest.TestCase):\n    def test_a(self): pass\n'
  t.equal(chosen('test', { 'a.py': '' }).title, 'none')
  t.equal(chosen('test', { 'test_a.py': plain }).title, 'unittest')
  t.equal(chosen('test', { 'test_a.py': 'def test_a():\n    assert True\n' }).title, 'pytest')
  t.equal(chosen('test', { 'tests/test_a.py': plain, 'pyproject.toml': '[tool.pytest.ini_options]\n' }).title, 'pytest')
  t.equal(chosen('test', { 'tests/test_a.py': plain, 'requirements-dev.txt': 'pytest-cov\npytest>=7\n' }).title, 'pytest')
  t.equal(chosen('test', { 'tests/test_a.py': plain, 'requirements.txt': 'pytest-cov\n' }).title, 'unittest')
  t.equal(chosen('test', { 'manage.py': '', 'shop/tests.py': plain }).title, 'manage.py test')
  t.equal(chosen('test', { 'tests/conftest.py': '', 'tox.ini': '[testenv]\ndeps = pytest\n' }).title, 'tox')
  t.equal(chosen('test', { 'tests/conftest.py': '', 'tox.ini': '[testenv]\ndeps = pytest\n', 'setup.py': 'setup(tests_require=["pytest"])' }).title, 'pytest', 'setup.py knows what the tests need')
  t.equal(chosen('test', { 'noxfile.py': '' }).title, 'nox')
})

t.test('documentation and examples inside a project are none of their own', async t => {
  const outer: Record<string, string> = { 'setup.py': '' }
  const nested = (folder: string, files: Readonly<Record<string, string>>) => {
    const paths = Object.entries(files).map(([name, text]) => [`${folder}/${name}`, text])
    const tree = { ...treeOf(files), parent: treeOf({ ...outer, ...Object.fromEntries(paths) as Record<string, string> }) }
    return pack.recipes.some(recipe => recipe.when(tree))
  }
  t.equal(nested('docs', { 'requirements.txt': 'sphinx\n', 'conf.py': '' }), false)
  t.equal(nested('examples', { 'requirements.txt': 'flask\n', 'app.py': 'import flask\n' }), false)
  t.equal(nested('backend', { 'requirements.txt': 'flask\n', 'app.py': 'import flask\n' }), true)
  t.equal(nested('examples', { 'pyproject.toml': '[project]\n', 'app.py': 'import flask\n' }), true)
})

t.test('unittest is led to the tests', async t => {
  const body = 'import unittest\n'
  t.match(chosen('test', { 'tests/test_a.py': body, 'shop/a.py': '' }).run, 'discover -s tests -t tests')
  t.match(chosen('test', { 'tests/__init__.py': '', 'tests/test_a.py': body }).run, 'discover -s tests -t .')
  t.match(chosen('test', { 'a_test.py': body }).run, "discover -s . -t . -p '*_test.py'")
})

t.test('tests of other names than pytest knows are found', async t => {
  const old = 'import unittest\n\ndef test_suite():\n    return unittest.defaultTestLoader.loadTestsFromName(__name__)\n'
  t.match(chosen('test', { 'src/zope/event/tests.py': old }).run, "discover -s src -t src -p 'test*.py'", 'what loads tests is none')
  t.match(chosen('test', { 'test/testlex.py': 'import unittest\n', 'test/calclex.py': '' }).run, "discover -s test -t test -p 'test*.py'")
  t.equal(chosen('test', { 'test/testlex.py': 'import unittest\n\nunittest.main()\n' }).title, 'none', 'a program')
  t.notMatch(chosen('test', { 'test/testing.py': '', 'tox.ini': '[testenv]\n' }).title, 'unittest')
  const asked = { 'shop/tests.py': 'import pytest\n' }
  t.match(chosen('test', asked).run, "-o python_files='test*.py'")
  t.notMatch(chosen('test', { ...asked, 'setup.cfg': '[tool:pytest]\npython_files = tests.py\n' }).run, '-o ')
  t.notMatch(chosen('test', { ...asked, 'shop/test_a.py': '' }).run, '-o ')
})

t.test('an environment is made only for a project that needs one', async t => {
  const tests = { 'tests/test_a.py': 'import unittest\n' }
  t.equal(chosen('test', tests).setup, '')
  t.match(chosen('test', { ...tests, 'requirements.txt': 'idna\n' }).setup, 'get -r requirements.txt')
  t.match(chosen('test', { ...tests, 'setup.py': 'extras_require={"test": []}' }).setup, "get -e '.[test]'")
  t.match(chosen('test', { ...tests, 'setup.py': 'setup(\n    tests_require=["pytest<8", # the runner\n        \'hypothesis[cli]>=6\'],\n    extras_require={"doc": []})\n' }).setup, "get 'pytest<8' 'hypothesis[cli]>=6' || echo")
  t.match(chosen('test', { ...tests, 'setup.cfg': '[metadata]\nname = a\n[options]\ntests_require =\n    nose\n    mock>1\nzip_safe = false\n' }).setup, "get nose 'mock>1' || echo")
  t.notMatch(chosen('test', { ...tests, 'setup.py': 'setup(tests_require=read("tests.txt"))\n' }).setup, 'tests_require')
  const groups = (...names: string[]) => chosen('test', { ...tests, 'pyproject.toml': `[dependency-groups]\n${names.map(name => `${name} = ["x"]\n`).join('')}` }).setup
  t.match(groups('dev'), 'set -- --group dev\n')
  t.match(groups('dev', 'tests', 'docs'), 'set -- --group tests\n', 'all that developers have is for those who ask for nothing less')
  t.match(chosen('test', { ...tests, 'pyproject.toml': '[project]\nname = "a"\n', 'uv.lock': '' }).setup, 'uv sync')
  t.equal(chosen('test', { ...tests, 'requirements.txt': '# nothing\n' }).setup, '')
  const piped = { ...tests, Pipfile: '[packages]\n' }
  t.notMatch(chosen('test', piped).setup, 'get -e')
  t.match(chosen('test', { ...piped, 'setup.py': '' }).setup, /pipfile\.txt"\nget -e \. \|\| get \.$/m, 'a Pipfile need not name the project itself')
  const packed = { ...tests, 'setup.py': '', 'PKG-INFO': 'Metadata-Version: 2.1\nName: zope.event\nVersion: 1.5.0\n' }
  t.match(chosen('test', { ...packed, 'setup.py': 'install_requires=["idna"]' }).setup, 'export SETUPTOOLS_SCM_PRETEND_VERSION_FOR_ZOPE_EVENT=1.5.0\n')
  t.match(chosen('build', packed).run, 'PRETEND_VERSION_FOR_ZOPE_EVENT=1.5.0')
  t.match(chosen('test', { ...tests, '.python-version': '3.9\n', 'requirements.txt': 'idna\n' }).setup, '.python-version')
})

t.test('plugins that pytest cannot begin without are there', async t => {
  const tests = { 'tests/test_a.py': 'def test_a(): pass\n' }
  const setup = (files: Readonly<Record<string, string>>) => chosen('test', { ...tests, ...files }).setup
  const build = '[build-system]\n'
  t.match(setup({ 'pyproject.toml': `${build}[tool.pytest.ini_options]\naddopts = [\n  "-ra",\n  "--cov=shop",\n  "-n", "auto",\n]\n` }), /version\("pytest-cov"\).* \|\| get pytest-cov\n.*get pytest-xdist$/)
  t.match(setup({ 'tox.ini': '[pytest]\naddopts = -q\n    --cov=shop\ntestpaths = tests\n' }), /then exit 0; fi\n[^]*get pytest pytest-cov$/, 'also where nothing else is needed')
  t.notMatch(setup({ 'pyproject.toml': `${build}[tool.pytest.ini_options]\naddopts = "-ra --new"\n[tool.other]\nrun = "pytest --cov -n 4"\n` }), 'pytest-')
  t.notMatch(setup({ 'pytest.ini': '[pytest]\naddopts = -q\n# --cov=shop\n' }), 'pytest-')
})

t.test('every setup is a script that a shell can read', async t => {
  const projects: Readonly<Record<string, string>>[] = [
    { 'pyproject.toml': '[project]\nname = "a"\ndependencies = ["idna"]\n\n[project.optional-dependencies]\ntest = []\n', 'test_a.py': '' },
    { 'pyproject.toml': '[build-system]\n[tool.mypy]\n[tool.ruff]\n[tool.black]\n', 'uv.lock': '', 'test_a.py': '', '.python-version': '3.9' },
    { 'pyproject.toml': '[project]\ndependencies = ["idna"]\n[tool.mypy]\n', 'poetry.lock': '', 'test_a.py': '' },
    { 'pytest.ini': '[pytest]\naddopts = --cov=a\n', 'test_a.py': '' },
    { Pipfile: '', 'Pipfile.lock': '{}', 'test_a.py': '', '.flake8': '' },
  ]
  for (const project of projects) {
    for (const name of ['build', 'test', 'lint', 'audit'] as const) {
      const { setup, run } = chosen(name, project)
      for (const script of [setup, run]) {
        const shell = spawnSync('/bin/sh', ['-n', '-c', script], { encoding: 'utf8' })
        t.equal(shell.stderr, '', `${name} of ${Object.keys(project).join(', ')}`)
      }
    }
  }
})

t.test('a linter that nobody configured advises', { skip: spawnSync('ruff', ['--version']).status === 0 ? false : 'ruff is not on this machine' }, async t => {
  const directory = t.testdir({ 'a.py': 'print(nowhere)\n', reports: {} })
  const { run } = chosen('lint', { 'a.py': '' })
  const done = spawnSync('/bin/sh', ['-c', run], { cwd: directory, env: { PATH: process.env.PATH, CRAFTING_REPORTS: join(directory, 'reports') }, encoding: 'utf8' })
  t.equal(done.status, 0, done.stderr)
  t.match(JSON.parse(readFileSync(join(directory, 'reports/ruff.sarif'), 'utf8')).runs[0].results, [{ level: 'warning', ruleId: 'F821' }])
})

t.test('linters run where they are configured, and all of them', async t => {
  const { title, run } = chosen('lint', { 'pyproject.toml': '[tool.ruff]\n[tool.mypy]\n', '.flake8': '' })
  t.equal(title, 'configured linters')
  const mypy = (config: string) => /^mypy.*(?= \|\|)/m.exec(chosen('lint', { 'pyproject.toml': config, 'shop/__init__.py': '', 'tests/__init__.py': '' }).run)?.[0]
  t.equal(mypy('[tool.mypy]\nstrict = true\n\n[tool.other]\npackages = ["x"]\n'), 'mypy --show-column-numbers shop', 'the packages, not their tests')
  t.equal(mypy('[tool.mypy]\nstrict = true\nfiles = ["tests"]\n'), 'mypy --show-column-numbers')
  t.match(run, /ruff check[^]*flake8 \|\| failed=1[^]*mypy[^]* \. \|\| failed=1/)
  const asCalled = chosen('lint', { 'mypy.ini': '[mypy]\nstrict = True\n', 'tox.ini': '[testenv]\ncommands =\n    mypy: mypy --strict src/a.pyi {posargs}\n    mypy examples\n', 'src/a.pyi': '', 'examples': '' }).run
  t.match(asCalled, /^mypy --show-column-numbers src\/a\.pyi \|\|.*\nmypy --show-column-numbers examples \|\|/m, 'what the project itself checks')
  t.equal(chosen('lint', { 'a.py': '' }).title, 'ruff, faults only')
})

t.test('audit reads the lock before the requirements', async t => {
  t.match(chosen('audit', { 'uv.lock': '', 'requirements.txt': 'idna\n' }).title, 'lock')
  t.match(chosen('audit', { 'requirements.txt': 'idna\n', 'requirements-dev.txt': 'x\n' }).run, '-r requirements.txt -r requirements-dev.txt')
  t.equal(chosen('audit', { 'a.py': '' }).title, 'none')
})

t.test('dependencies and groups that pyproject.toml lists', { skip: noPython }, async t => {
  const directory = t.testdir({ 'pyproject.toml': '[project]\ndependencies = ["idna"]\n[project.optional-dependencies]\ntest = ["six"]\n[dependency-groups]\ndev = ["tox", {include-group = "tests"}]\ntests = ["pytest", {include-group = "dev"}]\n' })
  const listed = (...words: string[]) => spawnSync('python3', [join(here, 'dependencies.py'), ...words], { cwd: directory, encoding: 'utf8' }).stdout
  t.equal(listed('project', 'test'), 'idna\nsix\n')
  t.equal(listed('groups', 'dev'), 'tox\npytest\n', 'also of groups that include each other')
})

t.test('pins of lock files', { skip: noPython }, async t => {
  const directory = t.testdir({
    'uv.lock': '[[package]]\nname = "shop"\nversion = "0.1"\nsource = { editable = "." }\n\n[[package]]\nname = "idna"\nversion = "3.6"\nsource = { registry = "x" }\n\n[package.metadata]\nname = "no"\nversion = "1"\n',
    'forked.lock': [['idna', '3.6'], ['idna', '3.7'], ['six', '1.16']].map(([name, version]) => `[[package]]\nname = "${name}"\nversion = "${version}"\n`).join('\n'),
    'Pipfile.lock': '{"default": {"flask": {"version": "==0.5"}}, "develop": {"local": {"path": "."}}}',
  })
  const lock = (...names: string[]) => spawnSync('python3', [join(here, 'pins.py'), 'pins-', ...names], { cwd: directory })
  const written = (number: number) => readFileSync(join(directory, `pins-${number}.txt`), 'utf8')
  lock('uv.lock', 'Pipfile.lock')
  t.equal(written(1), 'idna==3.6\nflask==0.5\n')
  lock('forked.lock')
  t.equal(written(1), 'idna==3.6\nsix==1.16\n')
  t.equal(written(2), 'idna==3.7\n', 'a requirements file may name a package only once')
})

t.test('an audit that audited nothing fails and says why', { skip: noPython }, async t => {
  const root = t.testdir({})
  const audited = (stub: string) => {
    const directory = mkdtempSync(join(root, 'audit-'))
    const program = join(directory, 'pip-audit')
    writeFileSync(program, `#!/bin/sh\nfor report; do case $last in --output) break;; esac; last=$report; done\n${stub}\n`)
    chmodSync(program, 0o755)
    const env = { PATH: `${directory}:${process.env.PATH}`, CRAFTING_REPORTS: directory }
    const { stdout, status } = spawnSync('python3', [join(here, 'audit.py'), '-r', 'x.txt'], { env, encoding: 'utf8' })
    return { status, lines: stdout.trim().split('\n') }
  }
  const report = (...dependencies: object[]) => `echo '${JSON.stringify({ dependencies, fixes: [] })}' > "$report"`
  const skipped = { name: 'idna', skip_reason: 'Dependency not found on PyPI and could not be audited: idna (3.6)' }
  const clean = { name: 'six', version: '1.16', vulns: [] }

  const away = audited('echo "Traceback (most recent call last):" >&2; echo "requests.exceptions.ProxyError: Max retries exceeded" >&2; exit 1')
  t.not(away.status, 0)
  t.match(away.lines.at(-1), /^the advisory service could not be reached, nothing was audited: /)
  t.same(read(pack.parsers.traceback, away.lines), [], "the tool's own crash is no finding")
  const unknown = audited(report(skipped))
  t.match(unknown, { status: 1, lines: [/not audited: .*idna/, /answered for none of 1 packages/] })
  t.match(audited(report(skipped, clean)), { status: 0, lines: [/not audited: /, '1 of 2 packages audited, 0 with known vulnerabilities'] })
  t.match(audited(`${report({ ...clean, vulns: [{ id: 'PYSEC-1' }] })}; exit 1`), { status: 1, lines: ['six 1.16: PYSEC-1', /1 with known/] })
})

t.test('the smoke project: compiled and tested by the recipes themselves', { skip: noPython }, async t => {
  const directory = t.testdir({ home: {}, reports: {}, temporary: {} })
  const shop = join(directory, 'shop')
  cpSync(join(here, 'smoke'), shop, { recursive: true })
  const run = (script: string) => {
    const env = { PATH: process.env.PATH ?? '', HOME: join(directory, 'home'), TMPDIR: join(directory, 'temporary'), CRAFTING_REPORTS: join(directory, 'reports') }
    const { stdout, stderr, status } = spawnSync('/bin/sh', ['-c', script], { cwd: shop, env, encoding: 'utf8' })
    return { status, lines: (stdout + stderr).split('\n') }
  }

  const compiled = run(chosen('build', {}).run)
  t.not(compiled.status, 0)
  t.match(read(pack.parsers.traceback, compiled.lines), [{ rule: 'SyntaxError', file: './scratch/broken.py', line: 1 }])

  const body = readFileSync(join(shop, 'tests/test_cart.py'), 'utf8')
  const tested = run(chosen('test', { 'tests/test_cart.py': body }).run)
  t.not(tested.status, 0)
  const items = read(pack.parsers.unittest, tested.lines)
  t.match(items.at(-1), { totals: { total: 7, failed: 3, skipped: 2 } })
  t.same(items.flatMap(item => ('status' in item ? [item.test.split('.').pop()] : [])).sort(), ['test_prices (price=-1)', 'test_receipt', 'test_total'])
})

t.test('pytest that does not begin says why', async t => {
  const said = (text: string) => read(pack.parsers.pytest, text.split('\n')).map(item => ('message' in item ? item.message : undefined))
  t.same(said('ERROR: usage: python -m pytest [options] [file_or_dir] [file_or_dir] [...]\npython -m pytest: error: unrecognized arguments: --cov=shop\n  inifile: None\n'), ['unrecognized arguments: --cov=shop'])
  t.same(said('usage: pytest [options] [file_or_dir] [file_or_dir] [...]\npytest: error: unrecognized arguments: --timeout=9\n'), ['unrecognized arguments: --timeout=9'])
  t.same(said('__main__.py: error: argument --tb: invalid choice: \'x\'\n'), ["argument --tb: invalid choice: 'x'"])
})

t.test('the name of a test ends before its message, whatever brackets it holds', async t => {
  const failed = (...names: string[]) => read(pack.parsers.pytest, ['=== short test summary info ===', ...names.map(name => `FAILED a.py::test${name}`), `${names.length} failed in 0.1s`]).flatMap(item => ('status' in item ? [[item.test, item.message]] : []))
  t.same(failed('[1 - 2] - assert 0', '[\\x1b[-0-csi] - AssertionError: no - no', '[\\x1b[1;1r]', ' - assert [] == [1'),
    [['a.py::test[1 - 2]', 'assert 0'], ['a.py::test[\\x1b[-0-csi]', 'AssertionError: no - no'], ['a.py::test[\\x1b[1;1r]', undefined], ['a.py::test', 'assert [] == [1']])
})

t.test('an interpreter that dies says where', async t => {
  const dump = (...lines: string[]) => read(pack.parsers.fatal, lines)
  const frames = ['  File "/usr/lib/python3.11/threading.py", line 982 in run', '  File "shop/cart.py", line 7 in total']
  t.match(dump('tests/test_cart.py::test_total Fatal Python error: Aborted', '', 'Thread 0x1f (most recent call first):', '  File "shop/idle.py", line 1 in wait', '', 'Current thread 0x2f [main] (most recent call first):', ...frames, '', 'Extension modules: _x (total: 1)'),
    [{ message: 'Fatal Python error: Aborted', file: 'shop/cart.py', line: 7 }], 'in the thread that died')
  t.match(dump('Timeout (0:00:10)!', 'Thread 0x1f (most recent call first):', ...frames), [{ message: 'Timeout (0:00:10)!', file: 'shop/cart.py', line: 7 }])
  t.same(dump('Timeout (10)!', 'retrying', 'it ended in a Fatal Python error: Aborted'), [])
})

t.test('parsers of one line form do not take each other for their own', async t => {
  const flake8 = ["a.py:1:1: B006 Do not use mutable defaults", "a.py:2:80: E501 line too long (90 > 79 characters)"]
  const ruff = ['a.py:1:1: B006 Do not use mutable defaults', 'a.py:2:80: E501 Line too long (90 > 79)', 'Found 2 errors.']
  t.equal(read(pack.parsers.flake8, flake8).length, 2)
  t.equal(read(pack.parsers.ruff, flake8).length, 0)
  t.equal(read(pack.parsers.flake8, ruff).length, 0)
  t.equal(read(pack.parsers.ruff, ruff).length, 2)
})

t.test('a traceback that a test runner survived is no crash', async t => {
  const crash = ['Traceback (most recent call last):', '  File "a.py", line 1, in <module>', '    b()', 'ValueError: no']
  t.match(read(pack.parsers.traceback, crash), [{ rule: 'ValueError', message: 'no', file: 'a.py', line: 1 }])
  t.same(read(pack.parsers.traceback, [...crash, 'Ran 3 tests in 0.001s', '', 'OK']), [])
  t.same(read(pack.parsers.traceback, [...crash, '1 passed in 0.01s']), [])
})

t.test('a compiled tool that crashes has no place in the project', async t => {
  const found = read(pack.parsers.traceback, [
    'Traceback (most recent call last):', '  File "/venv/lib/python3.11/site-packages/mypy/__main__.py", line 6, in <module>', '    main()',
    '  File "mypy/worker.py", line 113, in main', 'TimeoutError: no worker',
  ])
  t.match(found, [{ rule: 'TimeoutError', message: 'no worker' }])
  t.equal(found[0]?.file, undefined)
})

t.test('lines made to be slow are read as fast as others', async t => {
  const long = 60_000
  const hostile = ['A'.repeat(long), `Traceback${' '.repeat(long)}`, ':1'.repeat(long / 2), `${'_ '.repeat(long / 2)}x`, `FAILED ${'[ - '.repeat(long / 4)}`,
    `a.py:1: error: ${' ['.repeat(long / 2)}`, `a.py:1:1: C0114: ${' ('.repeat(long / 2)}`, '1 passed, '.repeat(long / 10), `ERROR: ${'a '.repeat(long / 2)}`, '('.repeat(long)]
  const begin = process.cpuUsage().user
  for (const parser of Object.values<unknown>(pack.parsers)) {
    if (isLineParser(parser)) read(parser, ['=== FAILURES ===', ...hostile, '=== short test summary info ===', ...hostile])
  }
  t.ok(process.cpuUsage().user - begin < 5_000_000, 'in less than five seconds of one core, all parsers together')
})

function isLineParser(parser: unknown): parser is LineParser {
  return typeof parser === 'object' && parser !== null && 'lines' in parser
}

function read(parser: LineParser, lines: readonly string[]): (Item & Partial<Finding>)[] {
  const items: (Item & Partial<Finding>)[] = []
  const reader = parser.lines({ emit: item => items.push(item), report: undefined })
  for (const line of lines) reader.line(line)
  reader.end?.()
  return items
}
