import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import picomatch from 'picomatch'
import t from 'tap'
import type { Item, LineParser, PackRecipe, RecipeName, Tree } from '../../core/contract.ts'
import { deno } from './deno.ts'
import { jest } from './jest.ts'
import { nodeTest } from './node-test.ts'
import pack from './index.ts'
import { recipes } from './recipes.ts'
import { tslint } from './tslint.ts'

/** A tree of files held in memory; `above` has the directory that contains it. */
function treeOf(files: Record<string, unknown>, parent?: Tree): Tree {
  const names = Object.keys(files).sort()
  const text = (path: string) => (typeof files[path] === 'string' || files[path] === undefined ? files[path] as string | undefined : JSON.stringify(files[path]))
  const find = (glob: string) => names.filter(name => picomatch(glob, { dot: true })(name))
  return { has: glob => find(glob).length > 0, find, read: text, json: path => (text(path) === undefined ? undefined : JSON.parse(text(path) ?? '')), parent }
}

function chosen(tree: Tree, name: RecipeName): PackRecipe | undefined {
  return recipes.find(recipe => recipe.name === name && recipe.when(tree))
}

function read(parser: LineParser, lines: readonly string[]): Item[] {
  const items: Item[] = []
  const reader = parser.lines({ emit: item => items.push(item), report: undefined })
  for (const line of lines) reader.line(line)
  reader.end?.()
  return items
}

function run(tree: Tree, name: RecipeName): string | undefined {
  const recipe = chosen(tree, name)
  return typeof recipe?.run === 'function' ? recipe.run(tree) : recipe?.run
}

function setup(tree: Tree, name: RecipeName): string | undefined {
  const recipe = chosen(tree, name)
  return typeof recipe?.setup === 'function' ? recipe.setup(tree) : recipe?.setup
}

const manifest = { scripts: { build: 'x', test: 'y', lint: 'z' }, dependencies: { a: '1' } }
const berry = '__metadata:\n  version: 8\n'

t.test('the manager is told by the lockfile, the packageManager field goes before it', async t => {
  const cases: readonly [Record<string, unknown>, string, string | RegExp][] = [
    [{ 'package-lock.json': '{}' }, 'npm run build', 'npm ci '],
    [{}, 'npm run build', 'npm install '],
    [{ 'pnpm-lock.yaml': '' }, 'pnpm run build', 'pnpm install --config.strict-dep-builds=false --frozen-lockfile'],
    [{ 'yarn.lock': '# yarn lockfile v1' }, 'yarn run build', /yarn install --non-interactive --mutex .* --frozen-lockfile/],
    [{ 'yarn.lock': berry }, 'yarn run build', 'yarn install --immutable'],
    [{ 'bun.lock': '{}' }, 'bun run build', 'bun install --frozen-lockfile'],
  ]
  for (const [files, command, install] of cases) {
    const tree = treeOf({ 'package.json': manifest, ...files })
    t.equal(run(tree, 'build')?.split('\n').at(-1), command, JSON.stringify(files))
    t.match(setup(tree, 'build'), install)
  }
  const declared = treeOf({ 'package.json': { ...manifest, packageManager: 'pnpm@9.1.0' }, 'package-lock.json': '{}' })
  t.match(run(declared, 'test'), /pnpm run test$/)
})

t.test('titles tell the recipes of one name apart', async t => {
  const titles = recipes.map(recipe => `${recipe.name} ${recipe.title}`)
  t.equal(new Set(titles).size, titles.length)
})

t.test('without scripts, what is configured decides', async t => {
  const devDependencies = { typescript: '5', eslint: '9', prettier: '3' }
  const tree = treeOf({ 'package.json': { devDependencies }, 'tsconfig.json': {}, 'eslint.config.js': '', '.prettierrc': '', 'test/a.test.js': '' })
  t.match(run(tree, 'build'), /\ntsc --noEmit$/)
  t.match(run(tree, 'test'), /node --test .*junit.*CRAFTING_REPORTS/)
  t.match(run(tree, 'lint'), /eslint \. \|\| status=\$\?\nprettier --check \. \|\| status=\$\?\nexit \$status$/)
  t.equal(chosen(tree, 'audit'), undefined, 'no lockfile, no audit')
  t.match(run(treeOf({ 'package.json': { devDependencies }, 'tsconfig.json': { references: [{ path: 'a' }] } }), 'build'), /tsc --build$/)
})

t.test('a linter looks at what the project itself has it look at', async t => {
  const lint = (scripts: Record<string, string>) => run(treeOf({ 'package.json': { scripts, devDependencies: { eslint: '7' } }, '.eslintrc.yml': '' }), 'lint')
  t.match(lint({ build: 'node build', eslint: 'eslint *.js spec/*.js' }), /\neslint \*\.js spec\/\*\.js/)
  t.match(lint({ pretest: 'tsc && eslint src --ext .ts && ava' }), /\neslint src --ext \.ts(?:$| \|\|)/m)
  for (const other of ['eslint src --fix', 'eslint . | tee log', 'eslint-doc x', 'eslint $FILES']) t.match(lint({ fix: other }), /\neslint --ext \.js,.* \./, other)
})

t.test('a project without linter, tests or dependencies gets what it has, at once', async t => {
  const bare = treeOf({ 'package.json': { scripts: { test: 'echo "Error: no test specified" && exit 1' } }, 'test/a.js': '' })
  t.equal(chosen(bare, 'lint'), undefined)
  t.equal(chosen(bare, 'build'), undefined)
  t.match(run(bare, 'test'), /node --test/)
  t.equal(setup(bare, 'test'), undefined, 'nothing to install')
  t.equal(chosen(treeOf({ 'package.json': {} }), 'test'), undefined)
})

t.test('packages that tests look at are none of their own', async t => {
  const nested = pack.nested as (tree: Tree) => string
  const sample = { name: 'multirepo', scripts: { test: 'lerna run test' } }
  const at = (path: string, more: Record<string, unknown> = {}) => nested(treeOf({ 'package.json': sample, ...more }, treeOf({}, treeOf({ 'package.json': manifest, [`${path}/package.json`]: sample }))))
  t.equal(at('test/resolver/multirepo'), 'part')
  t.equal(at('test/e2e', { 'package-lock.json': '{}' }), 'own', 'it is installed by itself')
  t.equal(at('test'), 'own')
  t.equal(at('packages/multirepo'), 'own')
})

t.test('an inner package.json that only sets the module type is no package', async t => {
  const root = treeOf({ 'package.json': manifest })
  const inner = treeOf({ 'package.json': { type: 'commonjs' }, 'a.test.js': '' }, root)
  t.equal(chosen(inner, 'test'), undefined)
})

t.test('a member of a workspace installs at its root', async t => {
  const member = { name: 'core', scripts: { test: 'vitest' } }
  const roots: readonly Record<string, unknown>[] = [
    { 'package.json': { workspaces: ['packages/*'] }, 'package-lock.json': '{}' },
    { 'package.json': { workspaces: { packages: ['packages/*'] } }, 'package-lock.json': '{}', 'pnpm-workspace.yaml': 'catalog:\n  a: 1\n' },
  ]
  for (const files of roots) {
    const root = treeOf({ ...files, 'packages/core/package.json': member })
    const tree = treeOf({ 'package.json': member }, treeOf({ 'core/package.json': member }, root))
    t.match(setup(treeOf({ 'package.json': { ...member, dependencies: { a: '1' } } }, treeOf({}, root)), 'test'), /npm install/, 'not a member: by itself')
    t.notOk(setup(tree, 'test'), 'neither asks for anything')
    const busy = treeOf({ ...files, 'package.json': { ...files['package.json'] as object, dependencies: { a: '1' } }, 'packages/core/package.json': member })
    const inBusy = treeOf({ 'package.json': member }, treeOf({ 'core/package.json': member }, busy))
    t.match(setup(inBusy, 'test'), /cd \.\.\/\.\.\/\nnpm ci/)
    t.equal(chosen(inBusy, 'audit'), undefined, 'the lockfile is the root\'s')
  }
  const pnpm = treeOf({ 'pnpm-workspace.yaml': 'packages:\n  # all\n  - "packages/*"\ncatalog:\n  - no\n', 'pnpm-lock.yaml': '', 'packages/core/package.json': manifest })
  t.match(setup(treeOf({ 'package.json': manifest }, treeOf({}, pnpm)), 'build'), /cd \.\.\/\.\.\/\npnpm install .*--frozen-lockfile$/)
})

t.test('a workspace is one subproject, whose root runs what its members have', async t => {
  const files = {
    'package.json': { workspaces: ['packages/*'] }, 'package-lock.json': '{}',
    'packages/app/package.json': { name: 'app', scripts: { build: 'tsc' }, dependencies: { lib: '*' } },
    'packages/lib/package.json': { name: 'lib', scripts: { build: 'tsc', test: 'vitest' }, devDependencies: { app: '*' } },
  }
  t.match(run(treeOf(files), 'build'), /for member in packages\/lib packages\/app; do\n[^]*npm run build\)/, 'each after what it needs, once in a circle')
  t.match(run(treeOf(files), 'test'), /for member in packages\/lib; do/)
  t.match(run(treeOf({ ...files, 'package.json': { workspaces: ['packages/*'], scripts: { test: 'turbo test' } } }), 'test'), /npm run test$/, 'the root has its own way')
  const nested = pack.nested as (tree: Tree) => string
  const root = treeOf(files)
  const member = { 'package.json': files['packages/lib/package.json'] }
  t.equal(nested(treeOf(member, treeOf({}, root))), 'part')
  t.equal(nested(treeOf({ 'package.json': { name: 'site' } }, root)), 'own', 'a package beside the workspace')
})

t.test('Yarn says by its lockfile which of its generations wrote it', async t => {
  const berry = (version: number) => treeOf({ 'package.json': manifest, 'yarn.lock': `__metadata:\n  version: ${version}\n` })
  t.match(run(berry(8), 'build'), 'exec corepack yarn@4 ')
  t.match(run(berry(6), 'build'), 'exec corepack yarn@3 ')
  t.match(run(treeOf({ 'package.json': { ...manifest as object, packageManager: 'yarn@4.9.1' }, 'yarn.lock': '__metadata:\n  version: 8\n' }), 'build'), /corepack enable --install-directory "\$HOME\/bin" yarn/)
})

t.test('Deno: tasks first, then its own commands', async t => {
  const tree = treeOf({ 'deno.jsonc': { tasks: { test: 'deno test -A' } }, 'a.ts': '', 'a_test.ts': '' })
  t.equal(run(tree, 'test'), 'deno task test')
  t.equal(run(tree, 'lint'), 'deno lint')
  t.equal(run(tree, 'build'), 'deno check .')
})

t.test('a member of a Deno workspace is part of its root, whose own commands take it', async t => {
  const nested = pack.nested as (tree: Tree) => string
  const member = '{"name":"@d/one"}'
  const roots: readonly unknown[] = [{ workspace: ['./one'] }, { workspace: { members: ['o*'] } }]
  for (const root of roots) t.equal(nested(treeOf({ 'deno.json': member }, treeOf({ 'deno.json': root, 'one/deno.json': member }))), 'part', JSON.stringify(root))
  t.equal(nested(treeOf({ 'deno.json': member }, treeOf({ 'deno.json': { workspace: ['./two'] }, 'one/deno.json': member }))), 'own', 'beside the workspace')
  t.equal(nested(treeOf({ 'deno.json': member }, treeOf({ 'deno.json': { workspace: ['./one'] }, 'package.json': manifest, 'one/deno.json': member }))), 'own', 'the root runs its scripts')
})

t.test('Jest in one package after the other: tests of the same name in files of the same name are two', async t => {
  const run = (why: string) => ['FAIL ./x.test.js', '  ● same', '', `    ${why}`, '', 'Tests:       1 failed, 1 total']
  t.same(read(jest, [...run('one'), ...run('two')]).flatMap(item => ('status' in item ? item.message : [])), ['one', 'two'])
})

t.test('what Ruff and ty print for Python is not taken', async t => {
  const lines = [
    '##vso[task.logissue type=error;sourcepath=/repo/shop/cart.py;linenumber=3;columnnumber=8;code=F401;]`os` imported but unused',
    '##vso[task.logissue type=error;sourcepath=/repo/a.py;linenumber=1;columnnumber=15;code=invalid-syntax;]Expected a parameter',
    'error[no-matching-overload]: No overload of function `half` matches arguments', '  --> scratch/overloads.py:14:1', '   |', '14 | half(1.5)', '',
  ]
  for (const parser of [tslint, deno]) t.same(read(parser, lines), [])
})

t.test('the smoke project fails as planted, by the very command of the recipe', async t => {
  const smoke = fileURLToPath(new URL('./smoke', import.meta.url))
  const tree = treeOf({ 'package.json': readFileSync(`${smoke}/package.json`, 'utf8'), 'test/sum.test.js': '' })
  const reports = t.testdir({})
  mkdirSync(reports, { recursive: true })
  const { NODE_OPTIONS: _options, NODE_TEST_CONTEXT: _context, ...environment } = process.env
  const done = spawnSync('/bin/sh', ['-c', run(tree, 'test') ?? 'false'], { cwd: smoke, encoding: 'utf8', env: { ...environment, CRAFTING_REPORTS: reports, NO_COLOR: '1' } })
  t.equal(done.status, 1, done.stderr)
  const items = read(nodeTest, done.stdout.split('\n'))
  t.match(items.find(item => 'totals' in item), { totals: { total: 6, passed: 1, failed: 3, skipped: 2 } })
  t.match(items.find(item => 'status' in item), { test: 'sum > adds nothing up to zero', status: 'failed', line: 7 })
  t.match(readFileSync(`${reports}/node-test.xml`, 'utf8'), /<testsuite name="with strings"/)
})
