import { readFileSync } from 'node:fs'
import type { Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { pythonPin } from './pins.ts'
import { extrasOf, groupsOf, hasDependencies, isPackage, isPoetry, requirementsOf, says, testsRequire, type Purpose } from './project.ts'

const reader = readFileSync(new URL('./dependencies.py', import.meta.url), 'utf8')

/** A project of which nothing is known: its environment holds the tools and no more. */
export const bare: Tree = { has: () => false, find: () => [], read: () => undefined, json: () => undefined, parent: undefined }

/** In front of every command: programs of the job's own environment, if there is one, before those of the machine. */
export const path = `PATH="$HOME/venv/bin:$HOME/python:$PATH"; export PATH PYTHONPYCACHEPREFIX="$TMPDIR/pycache"
# pyenv's program fails where the project asks for a version that pyenv has not.
python3 -c '' 2>/dev/null || export PYENV_VERSION=system
if [ -d "$HOME/venv" ]; then export VIRTUAL_ENV="$HOME/venv"; fi`

const create = `if command -v uv >/dev/null 2>&1; then
  uv venv --quiet --python "$(command -v python3)" "$HOME/venv"
  get() { VIRTUAL_ENV="$HOME/venv" uv pip install --quiet "$@"; }
else
  # The machine's own pip can serve the environment; copying a pip into it would take most of the time.
  python3 -m venv --without-pip "$HOME/venv"
  # Itself, not a version manager's shim: pyenv's rewrites its shims after an installation, and fails where it may not.
  machine=$(python3 -c 'import sys; print(sys.executable)')
  if "$machine" -m pip --python "$HOME/venv/bin/python" --version >/dev/null 2>&1; then
    get() { "$machine" -m pip --python "$HOME/venv/bin/python" install --quiet --disable-pip-version-check "$@"; }
  else
    python3 -m venv "$HOME/venv"
    get() { "$HOME/venv/bin/python" -m pip install --quiet --disable-pip-version-check "$@"; }
  fi
fi`

/** What was packed says its version: whoever asks git for it, as setuptools-scm does, would be told of a history that is not the project's. */
export function packedVersion(tree: Tree): string[] {
  const field = (name: string) => new RegExp(`^${name}: ([\\w.+!-]{1,100})\\r?$`, 'm').exec(tree.read('PKG-INFO') ?? '')?.[1]
  const [name, version] = [field('Name'), field('Version')]
  return name && version ? [`export SETUPTOOLS_SCM_PRETEND_VERSION_FOR_${name.replaceAll(/[^A-Za-z0-9]+/g, '_').toUpperCase()}=${quote(version)}`] : []
}

/** These read the project's dependencies, so they must live beside them; any other tool may be the machine's. */
const besides = new Set(['pytest', 'mypy', 'pylint', 'pyright', 'ty'])

/**
 * The setup of a recipe: a virtual environment in the job's home with what the project needs, and the \`tools\`
 * (package names) that the recipe calls, on the Python that \`pinned\` asks for. A project without dependencies whose tools are
 * on the machine needs none.
 */
export function environment(tree: Tree, purpose: Purpose, tools: readonly string[], pinned = tree): string | undefined {
  const lines = [...(isPackage(tree) || hasDependencies(tree) ? dependencies(tree, purpose) : [])]
  const pin = pythonPin(pinned)
  const always = lines.length > 0
  if (!always && tools.length === 0) return pin
  const begin = ['set -e', path, ...packedVersion(pinned), ...(pin === undefined ? [] : [pin])]
  // A plugin is no program.
  const found = (tool: string) => (tool.startsWith('pytest-') ? `python3 -c 'import importlib.metadata as m; m.version("${tool}")' 2>/dev/null` : `command -v ${tool} >/dev/null 2>&1`)
  const want = (tool: string) => (besides.has(tool) ? `[ -x "$HOME/venv/bin/${tool}" ]` : found(tool))
  if (always) return [...begin, create, path, ...lines, ...tools.map(tool => `${want(tool)} || get ${tool}`)].join('\n')
  const there = tools.map(found).join(' && ')
  // A tool of the machine runs on the machine's Python, which need not be the one asked for.
  return [...begin, `if [ ! -d "$HOME/python" ] && ${there}; then exit 0; fi`, create, `get ${tools.join(' ')}`].join('\n')
}

function dependencies(tree: Tree, purpose: Purpose): string[] {
  if (tree.has('uv.lock')) return [`if command -v uv >/dev/null 2>&1; then
  UV_PROJECT_ENVIRONMENT="$HOME/venv" uv sync --quiet --frozen${flags('--extra', extrasOf(tree, purpose))}${flags('--group', groupsOf(tree, purpose))}
else
${plain(tree, purpose).join('\n') || ':'}
fi`]
  if (isPoetry(tree)) return [`if command -v poetry >/dev/null 2>&1; then
  if [ ! -f poetry.lock ]; then VIRTUAL_ENV="$HOME/venv" poetry lock --quiet --no-interaction; fi
  VIRTUAL_ENV="$HOME/venv" PATH="$HOME/venv/bin:$PATH" poetry install --quiet --no-interaction
else
${plain(tree, purpose).join('\n') || ':'}
fi`]
  if (tree.has('Pipfile')) return [`get pipenv
"$HOME/venv/bin/pipenv" requirements --dev > "$TMPDIR/pipfile.txt"
get -r "$TMPDIR/pipfile.txt"`, ...(isPackage(tree) ? ['get -e . || get .'] : [])]
  return plain(tree, purpose)
}

/** By pip's own means. What tests need beside the requirements may be missing without stopping the job: the tests will tell. */
function plain(tree: Tree, purpose: Purpose): string[] {
  const { runtime, forTests } = requirementsOf(tree, purpose)
  const extras = extrasOf(tree, purpose)
  const self = extras.length > 0 ? `.[${extras.join(',')}]` : '.'
  return [
    ...runtime.map(file => `get -r ${quote(file)}`),
    ...(isPackage(tree) ? [`get -e ${quote(self)} || get ${quote(self)}`] : listed(tree, extras)),
    ...forTests.map(file => `get -r ${quote(file)} || echo ${quote(`${file} could not be installed; going on without`)}`),
    ...groups(groupsOf(tree, purpose)),
    ...(purpose === 'test' ? required(testsRequire(tree)) : []),
  ]
}

/** Dependencies of a project that is no package. */
function listed(tree: Tree, extras: readonly string[]): string[] {
  if (!says(tree, 'pyproject.toml', /^dependencies\s*=\s*\[/m)) return []
  return [
    `python3 - project ${extras.join(' ')} > "$TMPDIR/dependencies.txt" <<'END'\n${reader}END`,
    'get -r "$TMPDIR/dependencies.txt"',
  ]
}

function required(requirements: readonly string[]): string[] {
  if (requirements.length === 0) return []
  return [`get ${requirements.map(quote).join(' ')} || echo ${quote(`tests_require (${requirements.join(', ')}) could not be installed; going on without`)}`]
}

/** pip knows groups since 25.1 only. */
function groups(names: readonly string[]): string[] {
  if (names.length === 0) return []
  return [
    `if command -v uv >/dev/null 2>&1; then set --${flags('--group', names)}
else python3 - groups ${names.join(' ')} > "$TMPDIR/groups.txt" <<'END'\n${reader}END
set -- -r "$TMPDIR/groups.txt"; fi`,
    `get "$@" || echo ${quote(`the dependency groups ${names.join(', ')} could not be installed; going on without`)}`,
  ]
}

function flags(flag: string, values: readonly string[]): string {
  return values.map(value => ` ${flag} ${value}`).join('')
}
