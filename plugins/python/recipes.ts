import { readFileSync } from 'node:fs'
import type { PackRecipe, Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { bare, environment, packedVersion, path } from './environment.ts'
import { pythonPin } from './pins.ts'
import { dependsOn, hasDependencies, isPackage, isPoetry, isProject, lintersOf, mypyTargets, needsTox, pytestFiles, pytestPlugins, requirementsOf, says, testsOf, usesPytest } from './project.ts'

const auditor = readFileSync(new URL('./audit.py', import.meta.url), 'utf8')
const pins = readFileSync(new URL('./pins.py', import.meta.url), 'utf8')
const locks = ['uv.lock', 'poetry.lock', 'pdm.lock', 'pylock.toml', 'Pipfile.lock']

/** Dependencies, build products, and data that only looks like code. */
const notCode = '(^|/)([.][^/]+|venv|env|node_modules|site-packages|build|dist|__pypackages__|test_?data|fixtures|templates|snapshots)/'
const compile = `python3 -m compileall -q -x ${quote(notCode)} .`

/** All commands run; one that fails fails the job. */
function all(commands: readonly string[]): string {
  return [path, 'failed=0', ...commands.map(command => `${command} || failed=1`), 'exit $failed'].join('\n')
}

const build: PackRecipe[] = [
  {
    name: 'build', title: 'compile and package', needs: ['python3'],
    when: isPackage,
    setup: tree => [path, pythonPin(tree), 'command -v uv >/dev/null 2>&1 || python3 -m pip --version >/dev/null 2>&1 || python3 -m venv "$HOME/venv"'].filter(Boolean).join('\n'),
    run: tree => all([...packedVersion(tree), compile, `if command -v uv >/dev/null 2>&1; then uv build --quiet --wheel --out-dir "$TMPDIR/dist" .
else python3 -m pip wheel --quiet --disable-pip-version-check --no-deps --wheel-dir "$TMPDIR/dist" .
fi`]),
  },
  {
    name: 'build', title: 'compile', needs: ['python3'], network: false,
    when: () => true,
    setup: tree => { const pin = pythonPin(tree); return pin && `${path}\n${pin}` },
    run: `${path}\n${compile}`,
  },
]

const pytest = (more = '') => `${path}\nif [ -x "$HOME/venv/bin/python" ] || python3 -c 'import pytest' 2>/dev/null; then set -- python3 -m pytest; else set -- pytest; fi
PYTHONPATH="$PWD\${PYTHONPATH:+:$PYTHONPATH}" "$@" -q --junitxml="$CRAFTING_REPORTS/pytest.xml"${more}`

const test: PackRecipe[] = [
  {
    name: 'test', title: 'tox', needs: ['python3'], timeoutSecs: 1800,
    when: needsTox,
    setup: tree => environment(bare, 'test', ['tox'], tree),
    run: `${path}\ntox run -e py`,
  },
  {
    name: 'test', title: 'pytest', needs: ['python3'],
    when: usesPytest,
    setup: tree => environment(tree, 'test', ['pytest', ...pytestPlugins(tree)]),
    run: tree => pytest(pytestFiles(tree)),
    // It remembers them itself, in .pytest_cache, with their parameters.
    rerun: tree => pytest(`${pytestFiles(tree)} --last-failed --last-failed-no-failures none`),
  },
  {
    name: 'test', title: 'manage.py test', needs: ['python3'],
    when: tree => tree.has('manage.py') && testsOf(tree).length > 0,
    setup: tree => environment(tree, 'test', []),
    run: `${path}\npython3 manage.py test --noinput`,
  },
  {
    name: 'test', title: 'unittest', needs: ['python3'],
    when: tree => testsOf(tree).length > 0,
    setup: tree => environment(tree, 'test', []),
    run: tree => `${path}\n${discover(tree)}`,
  },
  {
    name: 'test', title: 'nox', needs: ['python3'], timeoutSecs: 1800,
    when: tree => tree.has('noxfile.py'),
    setup: tree => environment(bare, 'test', ['nox'], tree),
    run: `${path}\nnox --no-color`,
  },
]

/** unittest looks into packages only, so every folder of tests is named; a package is imported from the project's root. */
function discover(tree: Tree): string {
  const tops = [...new Set(testsOf(tree).map(file => (file.includes('/') ? file.slice(0, file.indexOf('/')) : '.')))]
  const patterned = (top: string) => {
    const files = testsOf(tree).filter(file => (top === '.' ? !file.includes('/') : file.startsWith(`${top}/`)))
    const pattern = files.some(file => /(?:^|\/)test[^/]*\.py$/.test(file)) ? 'test*.py' : '*_test.py'
    const folder = files.some(file => file.slice(top.length + 1).includes('/')) || tree.has(`${top}/__init__.py`) ? top : deepest(files)
    const root = tree.has(`${folder}/__init__.py`) ? '.' : folder
    return `python3 -m unittest discover -s ${quote(folder)} -t ${quote(root)} -p ${quote(pattern)}`
  }
  return tops.length === 1 && tops[0] !== undefined ? patterned(tops[0]) : all(tops.map(patterned))
}

function deepest(files: readonly string[]): string {
  const first = files[0] ?? ''
  return first.includes('/') ? first.slice(0, first.lastIndexOf('/')) : '.'
}

const faults = '--select E9,F63,F7,F82 --exit-zero'

const lint: PackRecipe[] = [
  {
    name: 'lint', title: 'configured linters', needs: ['python3'],
    when: tree => lintersOf(tree).length > 0,
    // Type checkers and pylint follow imports, so they want the dependencies; the others read one file at a time.
    setup: tree => environment(lintersOf(tree).some(name => /^(?:mypy|pyright|pylint|ty)$/.test(name)) ? tree : bare, 'lint', lintersOf(tree)),
    run: tree => all(lintersOf(tree).flatMap(name => commandsOf(tree, name))),
  },
  {
    name: 'lint', title: 'ruff, faults only', needs: ['ruff'], network: false,
    when: () => true,
    // Nobody asked for it, so it advises and fails nothing.
    run: `ruff check ${faults} --output-format sarif . | sed 's/"level": "error"/"level": "warning"/' > "$CRAFTING_REPORTS/ruff.sarif"\nruff check ${faults} --statistics .`,
  },
]

function commandsOf(tree: Tree, linter: string): string[] {
  switch (linter) {
    case 'ruff': return [
      // Projects may ask for fixes in their configuration; what is fixed is not reported.
      'ruff check --no-fix --quiet --exit-zero --output-format json --output-file "$CRAFTING_REPORTS/ruff.json" .',
      'ruff check --no-fix --output-format full .',
      ...(says(tree, 'pyproject.toml', /^\[tool\.ruff\.format\]/m) || says(tree, 'ruff.toml', /^\[format\]/m) || says(tree, '.ruff.toml', /^\[format\]/m) ? ['ruff format --check .'] : []),
    ]
    case 'mypy': return (namesMypyFiles(tree) ? [[]] : mypyTargets(tree)).map(paths => ['mypy --show-column-numbers', ...paths.map(quote)].join(' '))
    case 'pylint': return ['pylint --recursive=y --output-format=text .']
    case 'ty': return ['ty check']
    case 'black': return ['black --check .']
    case 'isort': return ['isort --check-only .']
    default: return [linter]
  }
}

function namesMypyFiles(tree: Tree): boolean {
  return says(tree, 'pyproject.toml', /^\[tool\.mypy\](?:\n(?!\[)[^\n]*)*?\n(?:files|packages|modules)\s*=/m)
    || ['mypy.ini', '.mypy.ini', 'setup.cfg'].some(file => says(tree, file, /^\[mypy\](?:\n(?!\[)[^\n]*)*?\n(?:files|packages|modules)\s*=/m))
}

const audit: PackRecipe[] = [
  {
    name: 'audit', title: 'pip-audit of the lock file', needs: ['python3', 'pip-audit'],
    when: tree => locks.some(lock => tree.has(lock)),
    run: tree => all([
      ...scan(tree),
      `python3 - "$TMPDIR/pins-" ${locks.filter(lock => tree.has(lock)).map(quote).join(' ')} <<'END'\n${pins}END\n[ $? -eq 0 ]`,
      pipAudit,
      auditPins,
    ]),
  },
  {
    name: 'audit', title: 'pip-audit of the requirements', needs: ['python3', 'pip-audit'],
    when: tree => filesToAudit(tree).length > 0,
    run: tree => all([...scan(tree), pipAudit, `audit${filesToAudit(tree).map(file => ` -r ${quote(file)}`).join('')}`]),
  },
  {
    name: 'audit', title: 'pip-audit of what Poetry locks', needs: ['python3', 'pip-audit'],
    when: isPoetry,
    setup: () => environment(bare, 'lint', ['poetry']),
    run: tree => all([
      ...scan(tree),
      `mkdir -p "$TMPDIR/locked" && cp pyproject.toml "$TMPDIR/locked" && (cd "$TMPDIR/locked" && poetry lock --no-interaction) && python3 - "$TMPDIR/pins-" "$TMPDIR/locked/poetry.lock" <<'END'\n${pins}END\n[ -e "$TMPDIR/pins-1.txt" ]`,
      pipAudit,
      auditPins,
    ]),
  },
  {
    name: 'audit', title: 'pip-audit of the project', needs: ['python3', 'pip-audit'],
    when: tree => tree.has('pyproject.toml') && hasDependencies(tree),
    run: tree => all([...scan(tree), pipAudit, 'audit .']),
  },
]

const auditPins = 'for pins in "$TMPDIR"/pins-*.txt; do if [ -e "$pins" ]; then audit --disable-pip --no-deps -r "$pins" || failed=1; fi; done'
const pipAudit = `audit() { python3 - "$@" <<'END'\n${auditor}END\n}`

function filesToAudit(tree: Tree): string[] {
  const { runtime, forTests } = requirementsOf(tree)
  return [...runtime, ...forTests]
}

/** Bandit reads the code itself; it runs where it is configured and can be had, first, so that the last word is the advisories'. */
function scan(tree: Tree): string[] {
  if (!says(tree, 'pyproject.toml', /^\[tool\.bandit\]/m) && !tree.has('.bandit') && !dependsOn(tree, 'bandit')) return []
  const config = says(tree, 'pyproject.toml', /^\[tool\.bandit\]/m) ? ' -c pyproject.toml' : ''
  return [`if command -v bandit >/dev/null 2>&1; then bandit -q -r${config} .; else echo 'bandit is not installed: the code is not scanned'; fi`]
}

export const recipes: readonly PackRecipe[] = [...build, ...test, ...lint, ...audit].map(recipe => ({ ...recipe, when: tree => isProject(tree) && recipe.when(tree) }))
