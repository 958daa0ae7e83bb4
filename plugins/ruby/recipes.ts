import { readFileSync } from 'node:fs'
import type { Fixer, FixRequest, PackRecipe, Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { bundle, rubyOf } from './environment.ts'
import { anyOf, dependsOn, features, gemfileOf, hasGemfile, isProject, isRails, lintCommands, lockOf, rakesTests, specs, unitTests } from './project.ts'

const checker = readFileSync(new URL('./check.rb', import.meta.url), 'utf8')

/** All commands run; one that fails fails the job. */
function all(tree: Tree, commands: readonly string[]): string {
  return [rubyOf(tree), 'failed=0', ...commands.map(command => `${command} || failed=1`), 'exit $failed'].join('\n')
}

/** Templates only look like Ruby, and some tests keep files that are broken on purpose. */
const notCode = ['vendor', 'node_modules', 'tmp', '.git', '.bundle', 'templates', 'template', 'fixtures', 'pkg']
const sources = `find . \\( ${notCode.map(name => `-name ${name}`).join(' -o ')} \\) -prune -o -type f \\( -name '*.rb' -o -name '*.rake' -o -name '*.gemspec' -o -name '*.ru' -o -name Rakefile -o -name Gemfile \\) -print0`
const check = `if [ "$(ruby -e 'print RUBY_ENGINE')" = ruby ]; then ${sources} | ruby -w -e ${quote(checker.replace(/^#.*\n/, ''))}
else ${sources} | xargs -0 -n 1 ruby -wc > /dev/null; fi`

const build: PackRecipe[] = [
  {
    name: 'build', title: 'ruby -wc and gem build', needs: ['ruby'], network: false,
    when: tree => tree.has('*.gemspec'),
    run: tree => all(tree, [check, ...tree.find('*.gemspec').map(path => `gem build --silent ${quote(path)} -o "$TMPDIR/${path.replace(/[^\w.-]/g, '_')}.gem"`)]),
  },
  { name: 'build', title: 'ruby -wc', needs: ['ruby'], network: false, when: () => true, run: tree => all(tree, [check]) },
]

const inBundle = (tree: Tree, command: string) => (hasGemfile(tree) ? `bundle exec ${command}` : command)

/**
 * Projects may have all of them: each runs, and one that fails fails the job. RSpec writes a report only where it is alone:
 * where there is a report the tests of the log are passed over.
 */
function testCommands(tree: Tree): readonly { title: string; commands: readonly string[] }[] {
  const found: { title: string; commands: readonly string[] }[] = []
  const prepare = isRails(tree) && tree.has('config/database.yml') && tree.has('bin/rails')
    ? ['RAILS_ENV=test bin/rails db:test:prepare || echo "the database could not be prepared; going on without"'] : []
  const alone = !anyOf(tree, unitTests) && !anyOf(tree, features)
  if (anyOf(tree, specs)) found.push({ title: 'rspec', commands: [...prepare, `${inBundle(tree, 'rspec')} --format progress${alone ? ' --format json --out "$CRAFTING_REPORTS/rspec.json"' : ''}`] })
  if (anyOf(tree, unitTests)) found.push(unitTestsOf(tree, prepare))
  if (anyOf(tree, features) && (dependsOn(tree, 'cucumber') || dependsOn(tree, 'cucumber-rails'))) found.push({ title: 'cucumber', commands: [inBundle(tree, 'cucumber --format progress --publish-quiet')] })
  return found
}

function unitTestsOf(tree: Tree, prepare: readonly string[]): { title: string; commands: readonly string[] } {
  if (isRails(tree) && tree.has('bin/rails')) return { title: 'rails test', commands: [...prepare, 'bin/rails test'] }
  if (rakesTests(tree)) return { title: 'rake test', commands: [inBundle(tree, 'rake test')] }
  const files = [...new Set(unitTests.flatMap(glob => tree.find(glob)))].filter(path => !/(?:^|\/)(?:fixtures|dummy|test_helper\.rb)(?:\/|$)/.test(path))
  return { title: 'ruby tests', commands: [`${inBundle(tree, 'ruby')} -Ilib -Itest -I. -e 'ARGV.each { |file| require File.expand_path(file) }' ${files.map(quote).join(' ')}`] }
}

const test: PackRecipe[] = [{
  name: 'test', title: 'rspec, minitest, test-unit, cucumber', needs: ['ruby'], timeoutSecs: 1800,
  when: tree => testCommands(tree).length > 0,
  setup: bundle,
  run: tree => all(tree, testCommands(tree).flatMap(one => one.commands)),
  rerun(tree, tests) {
    const [rspec, ...others] = testCommands(tree)
    if (rspec?.title !== 'rspec' || others.length > 0 || tests.some(one => one.tool !== 'rspec')) return undefined
    const names = tests.map(one => ` --example ${quote(one.test)}`).join('')
    return all(tree, rspec.commands.map((command, at) => at === rspec.commands.length - 1 ? `${command}${names}` : command))
  },
}]

const lint: PackRecipe[] = [{
  name: 'lint', title: 'configured linters', needs: ['ruby'],
  when: tree => lintCommands(tree).length > 0,
  setup: tree => (lintCommands(tree).some(({ command }) => command.startsWith('bundle exec')) ? bundle(tree) : undefined),
  run: tree => all(tree, lintCommands(tree).map(({ program, command }) => (command.startsWith('bundle exec')
    ? command
    : `if command -v ${program} >/dev/null 2>&1; then ${command}; else echo "${program} is configured, but neither in the Gemfile nor on this machine" >&2; false; fi`))),
}]

const scan = (tree: Tree): readonly string[] => (isRails(tree) || dependsOn(tree, 'brakeman')
  ? [`if ${dependsOn(tree, 'brakeman') ? 'true' : 'command -v brakeman >/dev/null 2>&1'}; then ${dependsOn(tree, 'brakeman') ? 'bundle exec ' : ''}brakeman --quiet --no-pager --force -o "$CRAFTING_REPORTS/brakeman.json" -o /dev/stdout
else echo 'brakeman is not installed: the code is not scanned'; fi`]
  : [])

/** The lock is what is audited; without an advisory database of today nothing is said to be sound. */
const audits = (prefix: string) => `{ ${prefix}bundle-audit update && ${prefix}bundle-audit check; }`
const isLocked = (tree: Tree) => tree.has(lockOf(gemfileOf(tree).gemfile))

const audit: PackRecipe[] = [
  {
    name: 'audit', title: 'bundler-audit of the bundle', needs: ['ruby', 'bundle'],
    when: tree => isLocked(tree) && dependsOn(tree, 'bundler-audit'),
    setup: bundle, run: tree => all(tree, [audits('bundle exec '), ...scan(tree)]),
  },
  {
    name: 'audit', title: 'bundler-audit', needs: ['ruby', 'bundle-audit'],
    when: isLocked,
    setup: tree => (dependsOn(tree, 'brakeman') ? bundle(tree) : undefined), run: tree => all(tree, [audits(''), ...scan(tree)]),
  },
  {
    name: 'audit', title: 'brakeman', needs: ['ruby', 'brakeman'],
    when: isRails,
    run: tree => all(tree, scan(tree)),
  },
]

export const recipes: readonly PackRecipe[] = [...build, ...test, ...lint, ...audit].map(recipe => ({ ...recipe, when: tree => isProject(tree) && recipe.when(tree) }))

function only(rules: readonly string[]): string {
  const names = rules.filter(rule => /^[A-Z]\w*(?:\/[A-Z]\w*)*$/.test(rule))
  return names.length > 0 ? ` --only ${names.join(',')}` : ''
}

function corrects(program: string, gem: string, flag: string) {
  return ({ tree, rules, files }: FixRequest): string | undefined => {
    const cops = only(rules)
    if (rules.length > 0 && cops === '') return undefined
    const command = `${program} ${flag}${cops}${files.length > 0 ? ` -- ${files.map(quote).join(' ')}` : ''}`
    return `${rubyOf(tree)}\n${dependsOn(tree, gem) ? 'bundle exec ' : ''}${command}`
  }
}

const setup = (gem: string) => (tree: Tree) => (dependsOn(tree, gem) ? bundle(tree) : undefined)

export const fixers: readonly Fixer[] = [
  { tool: 'rubocop', needs: ['ruby'], setup: setup('rubocop'), run: corrects('rubocop', 'rubocop', '--autocorrect') },
  { tool: 'standard', needs: ['ruby'], setup: setup('standard'), run: corrects('standardrb', 'standard', '--fix') },
  { tool: 'erb-lint', needs: ['ruby'], setup: setup('erb_lint'), run: ({ tree, files }) => `${rubyOf(tree)}\n${dependsOn(tree, 'erb_lint') ? 'bundle exec ' : ''}erb_lint --autocorrect ${files.length > 0 ? files.map(quote).join(' ') : '--lint-all'}` },
  {
    tool: 'bundler-audit', kind: 'audit', needs: ['ruby', 'bundle'], network: true,
    run({ tree, packages }) {
      const gems = [...new Set(packages.map(one => one.name))].filter(name => /^[\w.-]+$/.test(name) && !name.startsWith('-') && name !== 'ruby')
      // Only the named gems and what they need; the lock keeps all others.
      return gems.length > 0 ? `${rubyOf(tree)}\nbundle lock --conservative --update ${gems.join(' ')}` : undefined
    },
  },
]
