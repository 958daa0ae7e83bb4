import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import picomatch from 'picomatch'
import t from 'tap'
import type { Finding, FixRequest, Item, LineParser, PackRecipe, RecipeName, TestTotals, Tree } from '../../core/contract.ts'
import pack from './index.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const missing = (program: string) => (spawnSync(program, ['--version']).status === 0 ? false : `${program} is not on this machine`)

function treeOf(files: Readonly<Record<string, string>>, parent?: Tree): Tree {
  const paths = Object.keys(files).sort()
  const folders = new Set(paths.flatMap(path => path.split('/').slice(0, -1).map((_, at, parts) => parts.slice(0, at + 1).join('/'))))
  const find = (glob: string) => {
    const matches = picomatch(glob, { dot: true })
    return paths.filter(path => matches(path))
  }
  const json = (path: string): unknown => (files[path] === undefined ? undefined : JSON.parse(files[path]))
  return { find, has: glob => find(glob).length > 0 || folders.has(glob), read: path => files[path], json, parent }
}

function chosenIn(tree: Tree, name: RecipeName): { title: string; setup: string; run: string } {
  const recipe: PackRecipe | undefined = pack.recipes.find(one => one.name === name && one.when(tree))
  const text = (part: PackRecipe['setup']) => (typeof part === 'function' ? part(tree) : part) ?? ''
  return { title: recipe?.title ?? 'none', setup: text(recipe?.setup), run: text(recipe?.run) }
}

const chosen = (name: RecipeName, files: Readonly<Record<string, string>>, parent?: Tree) => chosenIn(treeOf(files, parent), name)

function read(parser: keyof typeof pack.parsers, text: string): Item[] {
  const items: Item[] = []
  const reader = (pack.parsers[parser] as LineParser).lines({ emit: item => items.push(item), report: undefined })
  for (const line of text.split(/\r?\n/)) reader.line(line)
  reader.end?.()
  return items
}

const findings = (parser: keyof typeof pack.parsers, text: string) => read(parser, text) as Finding[]
const composer = (value: object) => JSON.stringify(value)

t.test('tests run with what the project uses, and all of it', async t => {
  t.equal(chosen('test', { 'a.php': '' }).title, 'none')
  t.match(chosen('test', { 'phpunit.xml.dist': '' }).run, /if \[ -e vendor\/bin\/phpunit \]; then php vendor\/bin\/phpunit --colors=never --log-junit /)
  t.match(chosen('test', { 'tests/ATest.php': '' }).run, /phpunit --colors=never tests --log-junit/)
  t.match(chosen('test', { 'composer.json': composer({ 'require-dev': { 'pestphp/pest': '^2' } }), 'phpunit.xml': '' }).run, /vendor\/bin\/pest .*junit/)
  t.notMatch(chosen('test', { 'composer.json': composer({ 'require-dev': { 'pestphp/pest': '^2' } }), 'phpunit.xml': '' }).run, 'bin/phpunit')
  t.match(chosen('test', { 'composer.json': composer({ 'require-dev': { 'symfony/phpunit-bridge': '*' } }), 'phpunit.xml': '', 'bin/phpunit': '' }).run, 'php bin/phpunit')
  const both = chosen('test', { 'phpunit.xml': '', 'behat.yml': '', 'codeception.yml': '' }).run
  t.match(both, /phpunit[^]*codecept[^]*behat/)
  t.notMatch(both, 'log-junit', 'a report of one would hide the tests of the others')
  t.match(chosen('test', { 'composer.json': composer({ scripts: { test: 'make' } }) }).run, 'composer run-script --timeout=0 test')
  t.match(chosen('test', { 'composer.json': composer({ config: { 'bin-dir': 'bin' } }), 'phpunit.xml': '' }).run, 'php bin/phpunit')
})

t.test('packages are installed where there are any', async t => {
  t.equal(chosen('test', { 'phpunit.xml': '' }).setup, '')
  t.equal(chosen('test', { 'phpunit.xml': '', 'composer.json': composer({ require: { php: '>=8.1' } }) }).setup, '')
  t.match(chosen('test', { 'phpunit.xml': '', 'composer.json': composer({ autoload: { 'psr-4': {} } }) }).setup, 'composer install')
  t.match(chosen('test', { 'phpunit.xml': '', artisan: '', '.env.example': '', 'composer.json': composer({ require: { 'a/b': '*' } }) }).setup, 'artisan key:generate')
})

t.test('linters run where they are configured', async t => {
  t.equal(chosen('lint', { 'composer.json': composer({}) }).title, 'none')
  t.match(chosen('lint', { 'phpstan.neon.dist': '', 'phpcs.xml': '' }).run, /phpstan analyse[^]*phpcs -q -s/)
  t.match(chosen('lint', { 'composer.json': composer({ 'require-dev': { 'laravel/pint': '*' } }) }).run, 'pint --test')
  t.match(chosen('lint', { 'phpmd.xml': '', 'src/a.php': '', 'composer.json': composer({ autoload: { 'psr-4': { 'A\\': 'src/', 'B\\': 'nowhere/' }, classmap: ['lib'] } }), 'lib/b.php': '' }).run, 'phpmd src,lib text phpmd.xml')
  t.match(chosen('lint', { 'composer.json': composer({ scripts: { cs: 'x' } }) }).run, 'run-script --timeout=0 cs')
})

t.test('inside a project only packages make another one', async t => {
  const outer = treeOf({ 'composer.json': '{}' })
  t.equal(chosen('build', { 'phpunit.xml': '' }, outer).title, 'none')
  t.equal(chosen('build', { 'composer.json': '{}', 'src/a.php': '' }, outer).title, 'php -l, composer validate')
  t.equal(chosen('build', { 'composer.json': '{}' }, outer).title, 'none', 'a tool that the outer project uses')
})

t.test('every recipe is a script that a shell can read', async t => {
  const projects: Readonly<Record<string, string>>[] = [
    { 'composer.json': composer({ require: { 'a/b': '*' }, config: { platform: { php: '8.1.2' } } }), 'composer.lock': '', 'phpunit.xml': '', 'behat.yml': '', 'phpstan.neon': '', 'psalm.xml': '', '.php-version': '8.1' },
    { 'tests/ATest.php': '', '.php-cs-fixer.php': '', 'phpmd.xml': '', '.phan/config.php': '' },
  ]
  for (const project of projects) {
    for (const name of ['build', 'test', 'lint', 'audit'] as const) {
      const { setup, run } = chosen(name, project)
      for (const script of [setup, run]) t.equal(spawnSync('/bin/sh', ['-n', '-c', script], { encoding: 'utf8' }).stderr, '', `${name} of ${Object.keys(project).join(', ')}`)
    }
  }
})

t.test('the pinned PHP is looked for, else the log says so', { skip: missing('php') }, async t => {
  const { setup } = chosen('test', { 'phpunit.xml': '', 'composer.json': composer({ require: { 'a/b': '*' }, config: { platform: { php: '5.3.9' } } }) })
  const directory = t.testdir({ home: {}, versions: { '5.3.29': { bin: { php: '' } } } })
  const choose = `${setup.split('\nset -e')[0]}\ncommand -v php`
  const run = (env: Record<string, string>) => spawnSync('/bin/sh', ['-c', choose], { cwd: directory, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: join(directory, 'home'), ...env } }).stdout
  t.match(run({}), /^PHP 5\.3\.9, which the repository asks for, is not on this machine; using \d/)
  spawnSync('chmod', ['+x', join(directory, 'versions/5.3.29/bin/php')])
  t.equal(run({ PHPENV_ROOT: directory }), `${directory}/home/bin/php\n`)
})

t.test('fixers ask for the rules and files they are given', async t => {
  const request = (over: Partial<FixRequest>): FixRequest => ({ tree: treeOf({}), rules: [], files: [], packages: [], ...over })
  const run = (tool: string, over: Partial<FixRequest>) => pack.fixers.find(one => one.tool === tool)?.run(request(over))
  t.match(run('phpcs', { rules: ['PSR12.Files.FileHeader.SpacingAfterBlock'], files: ['a b.php'] }), /phpcbf -q --sniffs=PSR12\.Files\.FileHeader -- 'a b\.php'/)
  t.equal(run('phpcs', { rules: ['$(rm -rf /)'] }), undefined)
  t.match(run('composer-audit', { packages: [{ name: 'league/flysystem' }, { name: '--x' }] }), /composer update --with-dependencies --no-install --no-progress league\/flysystem$/)
  t.equal(run('composer-audit', { packages: [] }), undefined)
})

t.test('Psalm since 5 puts the place on a line of its own', async t => {
  const text = 'ERROR: InvalidReturnStatement\nat /srv/shop/src/Card.php:7:16\nThe inferred type is not int (see https://psalm.dev/128)\n    return 1.5;\n\nERROR: test-name\nERROR: Truncated'
  t.match(findings('psalm', text), [{ rule: 'InvalidReturnStatement', file: '/srv/shop/src/Card.php', line: 7, column: 16, message: 'The inferred type is not int', help: { url: 'https://psalm.dev/128' } }])
  t.equal(findings('psalm', text).length, 1)
})

t.test('PHP: what is not PHP\'s own is left alone, and a log that breaks off is not lost', async t => {
  t.same(findings('php', 'Warning: React does not know this\nNotice: x in y\nFatal error: out of luck'), [])
  t.match(findings('php', 'PHP Fatal error:  Uncaught Error: no in /a/b.php:3\r\nStack trace:\r\n#0 C:\\shop\\a.php(6): f()'), [{ rule: 'Fatal error', file: '/a/b.php', line: 3, message: 'Uncaught Error: no' }])
})

t.test('PHPUnit: totals of several runs add up, and a crash keeps what was told', async t => {
  const totals = read('phpunit', 'OK (2 tests, 2 assertions)\nTests: 3, Assertions: 1, Errors: 1, PHPUnit Deprecations: 4.\n') as TestTotals[]
  t.same(totals.map(one => one.totals), [{ total: 2, passed: 2, failed: 0, skipped: 0 }, { total: 3, passed: 2, failed: 1, skipped: 0 }])
  t.match(read('phpunit', 'There was 1 error:\n\n1) A::testB\nError: x\n\nC:\\a\\tests\\ATest.php:3'), [{ test: 'A::testB', status: 'failed', file: 'C:\\a\\tests\\ATest.php', line: 3, message: 'Error: x' }])
  t.same(read('phpunit', 'Tests:       1 failed, 2 passed, 3 total'), [], 'Jest says it otherwise')
})

function smoke(name: RecipeName): string {
  const directory = mkdtempSync(join(tmpdir(), 'php-smoke-'))
  t.teardown(() => spawnSync('rm', ['-rf', directory]))
  for (const part of ['work', 'home', 'reports', 'tmp']) spawnSync('mkdir', [join(directory, part)])
  const work = join(directory, 'work')
  cpSync(join(here, 'smoke'), work, { recursive: true })
  const paths = readdirSync(work, { recursive: true, withFileTypes: true }).filter(one => one.isFile()).map(one => join(one.parentPath, one.name).slice(work.length + 1))
  const tree = treeOf(Object.fromEntries(paths.map(path => [path, readFileSync(join(work, path), 'utf8')])))
  const { setup, run } = chosenIn(tree, name)
  const env = { PATH: process.env.PATH, HOME: join(directory, 'home'), TMPDIR: join(directory, 'tmp'), CRAFTING_REPORTS: join(directory, 'reports') }
  const sh = (script: string) => spawnSync('/bin/sh', ['-c', script], { cwd: work, encoding: 'utf8', env })
  const ready = sh(setup)
  const done = sh(run)
  return [ready.stdout, ready.stderr, done.stdout, done.stderr].join('')
}

t.test('the real PHP finds the planted faults', { skip: missing('composer') }, async t => {
  t.match(findings('php', smoke('build')), [{ rule: 'Parse error', file: './broken/Card.php', line: 4 }])
})

t.test('the real PHPUnit, with an autoloader that Composer made', { skip: missing('composer') || missing('phpunit') }, async t => {
  const items = read('phpunit', smoke('test'))
  t.match(items.filter(item => 'status' in item), [{ test: 'Smoke\\Tests\\TillTest::testAdd', line: 19 }])
  t.match(items.filter(item => 'totals' in item), [{ totals: { total: 3, passed: 1, failed: 1, skipped: 1 } }])
})

t.test('the real PHP_CodeSniffer and PHPMD', { skip: missing('phpcs') || missing('phpmd') }, async t => {
  const text = smoke('lint')
  t.match(findings('phpcs', text), [{ line: 21, column: 35 }, { line: 21, rule: 'Squiz.WhiteSpace.ScopeClosingBrace.ContentBefore' }])
  t.match(findings('phpmd', text), [{ line: 14, rule: 'UnusedLocalVariable' }])
})
