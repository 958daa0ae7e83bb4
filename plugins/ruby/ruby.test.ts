import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cpSync, mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import picomatch from 'picomatch'
import t from 'tap'
import type { Finding, FixRequest, Item, LineParser, PackRecipe, RecipeName, TestTotals, Tree } from '../../core/contract.ts'
import pack from './index.ts'

const here = fileURLToPath(new URL('.', import.meta.url))
const missing = (program: string, ...flags: string[]) => (spawnSync(program, flags.length > 0 ? flags : ['--version']).status === 0 ? false : `${program} is not on this machine`)

function treeOf(files: Readonly<Record<string, string>>, parent?: Tree): Tree {
  const paths = Object.keys(files).sort()
  const find = (glob: string) => {
    const matches = picomatch(glob, { dot: true })
    return paths.filter(path => matches(path))
  }
  return { find, has: glob => find(glob).length > 0, read: path => files[path], json: () => undefined, parent }
}

function chosen(name: RecipeName, files: Readonly<Record<string, string>>, parent?: Tree): { title: string; setup: string; run: string } {
  const tree = treeOf(files, parent)
  const recipe: PackRecipe | undefined = pack.recipes.find(one => one.name === name && one.when(tree))
  const text = (part: PackRecipe['setup']) => (typeof part === 'function' ? part(tree) : part) ?? ''
  return { title: recipe?.title ?? 'none', setup: text(recipe?.setup), run: text(recipe?.run) }
}

function read(parser: keyof typeof pack.parsers, text: string): Item[] {
  const items: Item[] = []
  const reader = (pack.parsers[parser] as LineParser).lines({ emit: item => items.push(item), report: undefined })
  for (const line of text.split(/\r?\n/)) reader.line(line)
  reader.end?.()
  return items
}

const findings = (parser: keyof typeof pack.parsers, text: string) => read(parser, text) as Finding[]

t.test('tests run with what the project uses, and all of it', async t => {
  t.equal(chosen('test', { Gemfile: '' }).title, 'none')
  t.match(chosen('test', { Gemfile: 'gem "rspec"', 'spec/a_spec.rb': '' }).run, /^bundle exec rspec .*rspec\.json" \|\| failed=1$/m)
  t.match(chosen('test', { 'spec/a_spec.rb': '' }).run, /^rspec /m, 'without a Gemfile the machine has it')
  t.match(chosen('test', { 'test/a_test.rb': '', Rakefile: 'Rake::TestTask.new' }).run, /^rake test \|\|/m)
  t.match(chosen('test', { 'test/a_test.rb': '', Rakefile: 'task :docs' }).run, /^ruby -Ilib .*test\/a_test\.rb \|\|/m)
  t.match(chosen('test', { 'test/a_test.rb': '', 'config/application.rb': '', 'bin/rails': '', Gemfile: '' }).run, /^bin\/rails test \|\|/m)
  const both = chosen('test', { Gemfile: 'gem "cucumber"', 'spec/a_spec.rb': '', 'features/a.feature': '', 'test/test_a.rb': '' }).run
  t.match(both, /rspec[^]*test\/test_a\.rb[^]*cucumber/)
  t.notMatch(chosen('test', { Gemfile: '', 'spec/a_spec.rb': '', 'features/a.feature': '' }).run, 'cucumber')
})

t.test('inside a project only gems make another one', async t => {
  const outer = treeOf({ Gemfile: '' })
  t.equal(chosen('build', { Rakefile: '', 'config.ru': '' }, outer).title, 'none')
  t.equal(chosen('build', { 'a.gemspec': '' }, outer).title, 'ruby -wc and gem build')
  t.match(chosen('test', { 'a.gemspec': '', 'spec/a_spec.rb': '' }, outer).run, 'bundle exec rspec', 'the Gemfile above is its own')
})

t.test('linters run where they are configured', async t => {
  t.equal(chosen('lint', { Gemfile: 'gem "rails"' }).title, 'none')
  t.match(chosen('lint', { '.rubocop.yml': '' }).run, /if command -v rubocop .*; then rubocop --format json /)
  t.match(chosen('lint', { Gemfile: 'gem "rubocop-rails", require: false' }).run, 'rubocop --format json ')
  t.match(chosen('lint', { Gemfile: 'gem "rubocop"', '.rubocop.yml': '' }).run, /^bundle exec rubocop /m)
  t.match(chosen('lint', { 'a.gemspec': "spec.add_development_dependency 'standard', '~> 1'" }).run, /^bundle exec standardrb /m)
  t.notMatch(chosen('lint', { Gemfile: 'gem "standard"', 'Gemfile.lock': '    rubocop (1.0)\n' }).run, / rubocop /)
  t.match(chosen('lint', { '.reek.yml': '', Steepfile: '', 'sorbet/config': '' }).run, /reek[^]*srb tc[^]*steep check/)
})

t.test('the pinned Ruby is looked for, else the log says so', { skip: missing('ruby') }, async t => {
  const { setup } = chosen('test', { '.ruby-version': 'ruby-1.9.3\n', 'spec/a_spec.rb': '' })
  const directory = t.testdir({ '.ruby-version': 'ruby-1.9.3\n', home: {}, versions: { '1.9.3': { bin: { ruby: '' } } } })
  const run = (env: Record<string, string>) => spawnSync('/bin/sh', ['-c', `${setup}\ncommand -v ruby`], { cwd: directory, encoding: 'utf8', env: { PATH: process.env.PATH, HOME: join(directory, 'home'), ...env } }).stdout
  t.match(run({}), /^Ruby 1\.9\.3, which the repository asks for, is not on this machine; using \d/)
  spawnSync('chmod', ['+x', join(directory, 'versions/1.9.3/bin/ruby')])
  t.equal(run({ RBENV_ROOT: directory }), `${directory}/versions/1.9.3/bin/ruby\n`)
})

t.test('every recipe is a script that a shell can read', async t => {
  const projects: Readonly<Record<string, string>>[] = [
    { Gemfile: 'gem "rspec"\ngem "brakeman"', 'Gemfile.lock': '', 'spec/a_spec.rb': '', '.rubocop.yml': '', '.ruby-version': '3.2', 'config/application.rb': '' },
    { 'a b.gemspec': '', 'test/it\'s_test.rb': '', '.standard.yml': '' },
  ]
  for (const project of projects) {
    for (const name of ['build', 'test', 'lint', 'audit'] as const) {
      const { setup, run } = chosen(name, project)
      for (const script of [setup, run]) t.equal(spawnSync('/bin/sh', ['-n', '-c', script], { encoding: 'utf8' }).stderr, '', `${name} of ${Object.keys(project).join(', ')}`)
    }
  }
})

t.test('fixers ask for the rules and files they are given', async t => {
  const request = (over: Partial<FixRequest>): FixRequest => ({ tree: treeOf({}), rules: [], files: [], packages: [], ...over })
  const run = (tool: string, over: Partial<FixRequest>) => pack.fixers.find(one => one.tool === tool)?.run(request(over))
  t.match(run('rubocop', { rules: ['Style/RedundantReturn'], files: ['a b.rb'] }), /rubocop --autocorrect --only Style\/RedundantReturn -- 'a b\.rb'$/)
  t.equal(run('rubocop', { rules: ['; rm -rf /'] }), undefined)
  t.match(run('bundler-audit', { packages: [{ name: 'rack' }, { name: '-x; y' }] }), /bundle lock --conservative --update rack$/)
  t.equal(run('bundler-audit', { packages: [{ name: 'ruby' }] }), undefined)
})

t.test('RSpec: the sum of parallel_tests is not one more run', async t => {
  const text = '2 examples, 1 failure\n3 examples, 0 failures, 1 pending\n\n5 examples, 1 failure, 1 pending\n\nTook 1 seconds\n'
  const totals = (read('rspec', text) as TestTotals[]).reduce((sum, { totals }) => sum + totals.total, 0)
  t.equal(totals, 5)
})

t.test('RSpec: a crash in the middle loses nothing of what was said', async t => {
  const items = read('rspec', 'Failures:\r\n\r\n  1) Till adds\r\n     Failure/Error: expect(1).to eq(2)\r\n\r\n       expected: 2\r\n            got: 1\r\n     # .\\spec\\till_spec.rb:3:in `block\'\r\nKilled')
  t.match(items, [{ test: 'Till adds', status: 'failed', file: '.\\spec\\till_spec.rb', line: 3, message: /^expected: 2/ }])
})

t.test('Ruby: what is not Ruby\'s own is left alone', async t => {
  t.same(findings('ruby', 'main.c:3: warning: unused variable\nMakefile:3: warning: overriding recipe\nlib/a.rb:3: Method x does not exist'), [])
  t.match(findings('ruby', '/usr/lib/ruby/3.1.0/json.rb:3:in `parse\': unexpected token (JSON::ParserError)\n\tfrom C:/shop/lib/a.rb:4:in `load\''), [{ file: 'C:/shop/lib/a.rb', line: 4, rule: 'JSON::ParserError' }])
  t.match(findings('ruby', 'a.rb:1: syntax error found (SyntaxError)\n> 1 | foo('), [{ file: 'a.rb', line: 1, rule: 'SyntaxError' }], 'a truncated frame')
})

t.test('bundler-audit: a report that breaks off', async t => {
  t.match(findings('bundler-audit', 'Name: rack\nVersion: 1.4.7\nCVE: CVE-2018-16471\nTitle: XSS'), [{ rule: 'CVE-2018-16471', advisory: { package: 'rack', installed: '1.4.7' } }])
  t.same(findings('bundler-audit', 'Name: shop\nVersion: 1\nURL: x\n\nTitle: something else'), [])
})

function smoke(name: RecipeName): { text: string; reports: string } {
  const directory = mkdtempSync(join(tmpdir(), 'ruby-smoke-'))
  t.teardown(() => spawnSync('rm', ['-rf', directory]))
  for (const part of ['work', 'home', 'reports', 'tmp']) spawnSync('mkdir', [join(directory, part)])
  cpSync(join(here, 'smoke'), join(directory, 'work'), { recursive: true })
  const tree: Tree = { ...treeOf(Object.fromEntries(['Gemfile', 'Rakefile', '.rubocop.yml', 'spec/till_spec.rb', 'test/till_test.rb', 'lib/till.rb'].map(path => [path, readFileSync(join(here, 'smoke', path), 'utf8')]))) }
  const recipe = pack.recipes.find(one => one.name === name && one.when(tree))
  const text = (part: PackRecipe['setup']) => (typeof part === 'function' ? part(tree) : part) ?? ''
  const env = { PATH: process.env.PATH, HOME: join(directory, 'home'), TMPDIR: join(directory, 'tmp'), CRAFTING_REPORTS: join(directory, 'reports') }
  const run = (script: string) => spawnSync('/bin/sh', ['-c', script], { cwd: join(directory, 'work'), encoding: 'utf8', env })
  if (recipe?.setup) run(text(recipe.setup))
  const done = run(text(recipe?.run))
  return { text: done.stdout + done.stderr, reports: join(directory, 'reports') }
}

t.test('the real Ruby finds the planted faults', { skip: missing('ruby') }, async t => {
  const { text } = smoke('build')
  t.match(findings('ruby', text), [
    { level: 'error', file: 'lib/broken.rb', line: 3, rule: 'SyntaxError' },
    { level: 'warning', file: 'lib/till.rb', line: 9, message: 'assigned but unused variable - doubled' },
  ].toSorted(() => (text.indexOf('broken') < text.indexOf('doubled') ? 1 : -1)))
})

t.test('the real RSpec and Minitest, through Bundler and Rake', { skip: missing('bundle') || missing('rspec') }, async t => {
  const { text } = smoke('test')
  t.match(read('rspec', text).filter(item => 'status' in item), [{ test: 'Till adds prices', file: './spec/till_spec.rb', line: 13 }])
  t.match(read('minitest', text).filter(item => 'status' in item), [{ test: 'TillTest#test_change', line: 12 }])
})

t.test('the real RuboCop says the same in log and report', { skip: missing('rubocop') }, async t => {
  const { text, reports } = smoke('lint')
  const inLog = findings('rubocop', text).map(({ rule, line, column, message }) => [rule, line, column, message])
  t.same(inLog.map(([rule]) => rule), ['Lint/UselessAssignment', 'Style/RedundantReturn'])
  const parser = pack.parsers['rubocop-json']
  const inReport: Item[] = []
  if ('json' in parser) for (const file of JSON.parse(readFileSync(join(reports, 'rubocop.json'), 'utf8')).files) parser.json.read(file, { emit: item => inReport.push(item), report: 'rubocop.json' }, 'files[]')
  t.same((inReport as Finding[]).map(({ rule, line, column, message }) => [rule, line, column, message]), inLog)
})
