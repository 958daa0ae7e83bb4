import { spawnSync } from 'node:child_process'
import t from 'tap'
import { treeOf } from '../../core/tree.ts'
import { fixerOf, lacks, repair, type Repair } from '../../test/support/fixer.ts'
import pack from './index.ts'

const online = spawnSync('npm', ['view', 'minimist@1.2.6', 'version'], { timeout: 20_000 }).status === 0 ? false : 'packages come from the npm registry, which is out of reach'
const faults = 'var unused = !!!1;;\nconst copy = { ...{} }\n'

function text(which: Repair, files: readonly string[] = []): string | undefined {
  return fixerOf(pack, which)?.run({ tree: treeOf('/', files), rules: which.rules ?? [], files: which.files ?? [], packages: which.packages ?? [] })
}

t.test('rules and files become the words of each tool', async t => {
  t.match(text({ tool: 'biome', rules: ['lint/style/useConst'], files: ['a.ts'] }), /\nbiome lint --write --only=style\/useConst -- a\.ts$/)
  t.equal(text({ tool: 'biome', rules: ['parse'] }), undefined)
  t.match(text({ tool: 'biome', kind: 'format', rules: ['format'] }), /\nbiome format --write \.$/)
  t.match(text({ tool: 'biome', kind: 'format', rules: ['assist/source/organizeImports'], files: ['a.ts'] }), /\nbiome check --write --linter-enabled=false --formatter-enabled=false -- a\.ts$/)
  t.match(text({ tool: 'oxlint', rules: ['eslint(no-debugger)', 'typescript(no-this-alias)'], files: ['a.ts'] }), /\noxlint --fix -A all -W no-debugger -W typescript\/no-this-alias -- a\.ts$/)
  t.match(text({ tool: 'prettier', kind: 'format', files: ['a b.ts'] }), /\nprettier --write --log-level warn -- 'a b\.ts'$/)
  t.match(text({ tool: 'stylelint' }), /\nstylelint --fix --allow-empty-input '\*\*\/\*\.\{css,scss,sass,less\}'$/)
  t.match(text({ tool: 'eslint', rules: ['no-var'] }, ['yarn.lock', '.yarnrc.yml']), /\nyarn node - /, "plug'n'play resolves by yarn's own node")
})

t.test('oxlint repairs the rules asked for', { skip: lacks(pack, { tool: 'oxlint' }, 'oxlint') }, async t => {
  const after = repair(t, pack, { 'a.js': faults, 'b.js': faults, 'package.json': '{}' }, { tool: 'oxlint', rules: ['unicorn(no-useless-spread)'], files: ['a.js'] })
  t.equal(after['a.js'], faults.replace('{ ...{} }', '({})'))
  t.equal(after['b.js'], faults)
})

t.test('deno repairs the rules asked for', { skip: lacks(pack, { tool: 'deno' }) }, async t => {
  const source = 'import { type A } from "./a.ts";\nlet once: A = window.a;\nconsole.log(once);\n'
  const after = repair(t, pack, { 'a.ts': source, 'deno.json': '{}' }, { tool: 'deno', rules: ['verbatim-module-syntax'], files: ['a.ts'] })
  t.match(after['a.ts'], 'window.a')
  t.equal(repair(t, pack, { 'a.ts': 'let  a=1' }, { tool: 'deno', kind: 'format' })['a.ts'], 'let a = 1;\n')
})

t.test('eslint repairs what the rules asked for report, in the files asked for', { skip: lacks(pack, { tool: 'eslint' }, 'npm') || online }, async t => {
  const files = {
    'a.js': faults, 'b.js': faults,
    'package.json': '{ "devDependencies": { "eslint": "9.39.1" } }',
    'eslint.config.mjs': 'export default [{ rules: { "no-extra-boolean-cast": "error", "no-var": "error", "no-extra-semi": "warn" } }]\n',
  }
  const after = repair(t, pack, files, { tool: 'eslint', rules: ['no-var'], files: ['a.js'] })
  t.equal(after['a.js'], faults.replace('var', 'let'))
  t.equal(after['b.js'], faults)
})

t.test('an advisory is answered by the project\'s own manager', async t => {
  const packages = [{ name: 'minimist', installed: '1.2.5', fixed: '1.2.6' }, { name: 'qs' }]
  const manifest = JSON.stringify({ dependencies: { minimist: '~1.2.0' } })
  const of = (...files: string[]) => {
    const known: Record<string, string> = { 'package.json': manifest, ...Object.fromEntries(files.map(file => [file, ''])) }
    const tree = { ...treeOf('/', Object.keys(known)), read: (path: string) => known[path], json: (path: string) => path === 'package.json' ? JSON.parse(manifest) as unknown : undefined, parent: undefined }
    return fixerOf(pack, { tool: 'npm-audit', kind: 'audit' })?.run({ tree, rules: [], files: [], packages })
  }
  t.match(of('package-lock.json'), /npm install --package-lock-only --ignore-scripts .*--save-prefix='?~'? '?minimist@~1\.2\.6'?\nnpm update --package-lock-only --ignore-scripts .* qs/)
  t.match(of('pnpm-lock.yaml'), /pnpm update --lockfile-only .*\npnpm update .*--depth Infinity qs/)
  t.match(of('yarn.lock', '.yarnrc.yml'), /yarn up --mode=update-lockfile .*\nyarn up --recursive --mode=update-lockfile qs/)
  t.match(of('yarn.lock'), /yarn upgrade --ignore-scripts .*\n\(cd \.\/ && awk -v names=qs/)
  t.match(of('bun.lock'), /bun add --lockfile-only .*\nbun update --lockfile-only .* qs/)
})

const lock = { 'package.json': '{ "name": "shop", "version": "1.0.0", "dependencies": { "minimist": "1.2.5", "mkdirp": "0.5.5" } }\n' }

t.test('npm raises a direct dependency and one of a dependency', { skip: lacks(pack, { tool: 'npm-audit', kind: 'audit' }, 'npm') || online }, async t => {
  const before = repair(t, pack, lock, { tool: 'npm-audit', kind: 'audit', packages: [{ name: 'minimist', fixed: '1.2.5' }] })
  const after = repair(t, pack, before, { tool: 'npm-audit', kind: 'audit', packages: [{ name: 'minimist', installed: '1.2.5', fixed: '1.2.6' }] })
  t.match(after['package.json'], /"minimist": ?"1\.2\.6"/)
  t.match(after['package-lock.json'], /"node_modules\/minimist": \{\s*"version": "1\.2\.6"/)
})
