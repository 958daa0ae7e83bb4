import type { Tree } from '../../core/contract.ts'

/** What a Python project's files say of it. Read with patterns: the questions are few, and TOML, INI and setup.py differ too much to share a parser. */

const testFiles = ['**/test_*.py', '**/*_test.py', '**/tests.py'] as const
const runtime = ['requirements.txt', 'requirements.in', 'requirements/base.txt', 'requirements/main.txt', 'requirements/prod.txt']
const filesOf = (names: readonly string[]) => names.flatMap(name => [
  `requirements-${name}.txt`, `requirements_${name}.txt`, `${name}-requirements.txt`, `${name}_requirements.txt`, `requirements/${name}.txt`,
])
const testNames = ['test', 'tests', 'testing']
const typeNames = ['typing', 'types', 'mypy', 'lint']

/** What an environment is for. `dev` is asked only where nothing narrower is declared: it tends to be everything, documentation and hooks included. */
export type Purpose = 'test' | 'lint'

function narrowest(purpose: Purpose, isDeclared: (name: string) => boolean): readonly string[] {
  const narrow = (purpose === 'test' ? testNames : [...typeNames, ...testNames]).filter(isDeclared)
  return narrow.length > 0 ? narrow : ['dev'].filter(isDeclared)
}

/** Files of tests. One that runs them as it is imported is a program, which no runner can load. */
export function testsOf(tree: Tree): readonly string[] {
  const named = [...new Set(testFiles.flatMap(glob => tree.find(glob)))]
  return named.length > 0 ? named : ['test/test*.py', 'tests/test*.py'].flatMap(glob => tree.find(glob)).filter(path => says(tree, path, /^import unittest$/m) && !says(tree, path, /^unittest\.main\(/m))
}

export function says(tree: Tree, file: string, pattern: RegExp): boolean {
  return pattern.test(tree.read(file) ?? '')
}

/** The project's own requirements files, those that a run needs and those that tests need. `.in` only without its `.txt`. */
export function requirementsOf(tree: Tree, purpose?: Purpose): { runtime: readonly string[]; forTests: readonly string[] } {
  const there = (path: string) => tree.has(path) && says(tree, path, /^\s*[^#\s]/m)
  const all = [...testNames, ...typeNames, 'dev']
  const names = purpose ? narrowest(purpose, name => filesOf([name]).some(there)) : all
  return {
    runtime: runtime.filter(path => there(path) && !(path.endsWith('.in') && tree.has('requirements.txt'))),
    forTests: [...filesOf(names), 'tests/requirements.txt', 'test/requirements.txt'].filter(there),
  }
}

const ownMarkers = ['pyproject.toml', 'setup.py', 'Pipfile', 'manage.py', 'uv.lock', 'poetry.lock']
const asides = '{doc,docs,documentation,example,examples,sample,samples,demo,demos,benchmark,benchmarks}/**'

/**
 * Whether a directory with a marker is a project of its own. Inside another one, requirements or a tool's configuration do
 * not make one of documentation, examples, or a directory without code: the outer project's recipes see to it.
 */
export function isProject(tree: Tree): boolean {
  if (!tree.parent || ownMarkers.some(name => tree.has(name))) return true
  const code = tree.find('**/*.py').filter(path => !/(?:^|\/)conf\.py$/.test(path))
  for (let above: Tree | undefined = tree.parent; above; above = above.parent) {
    const outer = above
    if (!ownMarkers.some(name => outer.has(name))) continue
    if (code.length === 0) return false
    // A tree does not know its own name: it is known by one of its files.
    const [known = '', text = tree.read(known)] = code
    return !outer.find(`${asides}/${known}`).some(path => outer.read(path) === text)
  }
  return true
}

const callers = ['tox.ini', 'pyproject.toml', 'Makefile', 'justfile', 'noxfile.py', '.github/workflows/*.yml', '.github/workflows/*.yaml']

/** The paths that the project itself gives to mypy, in its tox.ini, Makefile or workflow: one list per call. */
function calledWith(tree: Tree): readonly (readonly string[])[] {
  const text = callers.flatMap(glob => tree.find(glob)).map(path => tree.read(path) ?? '').join('\n')
  const calls = [...text.matchAll(/\bmypy[ \t]+([^\n]*)/g)].map(([, rest = '']) => rest.split(/[\s"']+/))
  const paths = calls.map(words => words.filter(word => /^\w[\w./-]*$/.test(word) && tree.has(word))).filter(words => words.length > 0)
  return [...new Map(paths.map(words => [words.join(' '), words])).values()].slice(0, 10)
}

/** What mypy looks at where its configuration does not say: what the project calls it with; else its packages, since tests are seldom written to be checked as strictly. */
export function mypyTargets(tree: Tree): readonly (readonly string[])[] {
  const called = calledWith(tree)
  return called.length > 0 ? called : [packagesOf(tree)]
}

function packagesOf(tree: Tree): readonly string[] {
  const inside = (folder: string) => tree.find(`${folder}*/__init__.py`).map(path => path.slice(0, path.lastIndexOf('/')))
  const packages = (tree.has('src') ? inside('src/') : inside('')).filter(path => !/^(?:tests?|testing|docs?|examples?|benchmarks?|scripts|tools)$/.test(path))
  return packages.length > 0 ? packages : ['.']
}

/** A package can be installed. Without a build system pyproject.toml only configures tools, or lists dependencies (uv's rule). */
export function isPackage(tree: Tree): boolean {
  // Poetry's way to say that it only manages dependencies.
  if (says(tree, 'pyproject.toml', /^package-mode\s*=\s*false/m)) return false
  return tree.has('setup.py') || says(tree, 'pyproject.toml', /^\[build-system\]/m)
    || says(tree, 'setup.cfg', /^\[metadata\]/m)
}

/** Poetry's own tables, which only Poetry understands. */
export function isPoetry(tree: Tree): boolean {
  return tree.has('poetry.lock') || says(tree, 'pyproject.toml', /^\[tool\.poetry\.(?:dependencies|group\.)/m) && !says(tree, 'pyproject.toml', /^\[project\]/m)
}

export function hasDependencies(tree: Tree): boolean {
  const { runtime, forTests } = requirementsOf(tree)
  return runtime.length + forTests.length > 0 || tree.has('Pipfile') || tree.has('uv.lock') || tree.has('poetry.lock')
    || says(tree, 'pyproject.toml', /^dependencies\s*=\s*\[\s*(?:#[^\n]*\s*)*["']|^\[tool\.poetry\.dependencies\]|^\[dependency-groups\]|^\[project\.optional-dependencies\]/m)
    || says(tree, 'setup.cfg', /^install_requires\s*=/m) || says(tree, 'setup.py', /\binstall_requires\s*=/)
}

/** The extras that tests, or type checkers, are likely to need, of those that the project declares. */
export function extrasOf(tree: Tree, purpose: Purpose): readonly string[] {
  const declared = table(tree.read('pyproject.toml'), 'project.optional-dependencies') + table(tree.read('setup.cfg'), 'options.extras_require')
  const script = /extras_require([^]{0,4000})/.exec(tree.read('setup.py') ?? '')?.[1] ?? ''
  return narrowest(purpose, name => new RegExp(`^\\s*["']?${name}["']?\\s*=`, 'm').test(declared) || new RegExp(`["']${name}["']\\s*:`).test(script))
}

/** The same of PEP 735's dependency groups. */
export function groupsOf(tree: Tree, purpose: Purpose): readonly string[] {
  const declared = table(tree.read('pyproject.toml'), 'dependency-groups')
  return narrowest(purpose, name => new RegExp(`^\\s*["']?${name}["']?\\s*=`, 'm').test(declared))
}

function table(text: string | undefined, name: string): string {
  const start = text?.indexOf(`\n[${name}]`) ?? -1
  if (text === undefined || start < 0 && !text.startsWith(`[${name}]`)) return ''
  return (text.slice(Math.max(start, 0) + name.length + 3).split(/^\[/m)[0] ?? '')
}

/** True when a file that lists dependencies names the package. */
export function dependsOn(tree: Tree, name: string): boolean {
  const { runtime, forTests } = requirementsOf(tree)
  const listed = new RegExp(`(?:^|["'\\s,])${name}\\s*(?:$|[\\[<>=!~;"',\\s])`, 'mi')
  return [...runtime, ...forTests, 'pyproject.toml', 'setup.cfg', 'setup.py', 'Pipfile'].some(file => says(tree, file, listed))
}

export function usesPytest(tree: Tree): boolean {
  return tree.has('pytest.ini') || tree.has('.pytest.ini') || tree.has('pytest.toml') || tree.has('conftest.py') || tree.has('**/conftest.py')
    || says(tree, 'pyproject.toml', /^\[tool\.pytest/m) || says(tree, 'setup.cfg', /^\[tool:pytest\]/m)
    || says(tree, 'tox.ini', /^\[pytest\]/m) || testsOf(tree).length > 0 && dependsOn(tree, 'pytest')
    || testsOf(tree).slice(0, 20).some(path => says(tree, path, /^(?:import pytest|from pytest import)\b|^(?:async )?def test_(?!suite\()\w+\(/m))
}

/** What pytest is to be told where all tests have names that it does not look for, and the project does not tell it. */
export function pytestFiles(tree: Tree): string {
  const named = testsOf(tree)
  const told = ['pytest.ini', '.pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini'].some(file => says(tree, file, /^python_files\s*=/m))
  return told || named.length === 0 || named.some(path => /(?:^|\/)(?:test_[^/]*|[^/]*_test)\.py$/.test(path)) ? '' : ` -o python_files='test*.py'`
}

const optionsOf: readonly (readonly [option: RegExp, plugin: string])[] = [
  [/--(?:no-)?cov\b/, 'pytest-cov'],
  [/(?:^|[\s"'])(?:-n|--numprocesses|--dist)\b/m, 'pytest-xdist'],
  [/--timeout\b/, 'pytest-timeout'],
  [/--asyncio-mode\b/, 'pytest-asyncio'],
]

/** The plugins whose options the project always gives to pytest, which does not begin without them. Often nothing else names them. */
export function pytestPlugins(tree: Tree): readonly string[] {
  const added = ['pytest.ini', '.pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini']
    .map(file => /^addopts\s*=([^]*?)(?=^\[|^\w[\w-]*\s*=|(?![^]))/m.exec(tree.read(file) ?? '')?.[1] ?? '').join('\n').replaceAll(/^\s*[#;].*$/gm, '')
  return optionsOf.filter(([option]) => option.test(added)).map(([, plugin]) => plugin)
}

/** What setuptools installed for `setup.py test`, as far as it stands there as text. */
export function testsRequire(tree: Tree): readonly string[] {
  const script = /\btests_require\s*=\s*[[(]((?:[\s,]|#[^\n]*|"[^"\n]*"|'[^'\n]*')*)[\])]/.exec(tree.read('setup.py') ?? '')?.[1] ?? ''
  const config = /^tests_require\s*=((?:[^\n]*\n?)(?:[ \t]+[^\n]*\n?)*)/m.exec(table(tree.read('setup.cfg'), 'options'))?.[1] ?? ''
  const quoted = [...script.replaceAll(/#[^\n]*/g, '').matchAll(/(["'])([^"'\n]*)\1/g)].map(([, , text = '']) => text)
  return [...new Set([...quoted, ...config.split('\n').map(line => line.replace(/#.*/, ''))].map(text => text.trim()).filter(text => /^[A-Za-z][\w.-]*/.test(text)))]
}

/** tox is asked only where it alone knows what the tests need: otherwise one plain environment is quicker and says more. */
export function needsTox(tree: Tree): boolean {
  const configured = says(tree, 'tox.ini', /^\[testenv/m) || says(tree, 'pyproject.toml', /^\[tool\.tox/m) || tree.has('tox.toml')
  if (!configured) return false
  const elsewhere = requirementsOf(tree, 'test').forTests.length > 0 || extrasOf(tree, 'test').length > 0 || groupsOf(tree, 'test').length > 0 || testsRequire(tree).length > 0
  const own = says(tree, 'tox.ini', /^\s*deps\s*=/m) || tree.has('tox.toml') || says(tree, 'pyproject.toml', /^\[tool\.tox/m)
  return own && !elsewhere || !usesPytest(tree) && testsOf(tree).length === 0
}

/** A linter runs only where the project asks for it. */
export function lintersOf(tree: Tree): readonly string[] {
  const configured: Readonly<Record<string, boolean>> = {
    ruff: tree.has('ruff.toml') || tree.has('.ruff.toml') || says(tree, 'pyproject.toml', /^\[tool\.ruff\b/m),
    flake8: tree.has('.flake8') || says(tree, 'setup.cfg', /^\[flake8\]/m) || says(tree, 'tox.ini', /^\[flake8\]/m),
    pylint: tree.has('.pylintrc') || tree.has('pylintrc') || tree.has('.pylintrc.toml') || says(tree, 'pyproject.toml', /^\[tool\.pylint\b/m),
    mypy: tree.has('mypy.ini') || tree.has('.mypy.ini') || says(tree, 'pyproject.toml', /^\[tool\.mypy\]/m) || says(tree, 'setup.cfg', /^\[mypy\]/m),
    pyright: tree.has('pyrightconfig.json') || says(tree, 'pyproject.toml', /^\[tool\.(?:based)?pyright\]/m),
    ty: tree.has('ty.toml') || says(tree, 'pyproject.toml', /^\[tool\.ty\b/m),
    black: says(tree, 'pyproject.toml', /^\[tool\.black\]/m),
    isort: tree.has('.isort.cfg') || says(tree, 'pyproject.toml', /^\[tool\.isort\]/m) || says(tree, 'setup.cfg', /^\[(?:tool:)?isort\]/m),
    pydocstyle: tree.has('.pydocstyle') || says(tree, 'pyproject.toml', /^\[tool\.pydocstyle\]/m) || says(tree, 'setup.cfg', /^\[pydocstyle\]/m),
  }
  return Object.keys(configured).filter(name => configured[name])
}
