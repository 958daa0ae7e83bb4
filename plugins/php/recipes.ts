import type { Fixer, FixRequest, PackRecipe, Tree } from '../../core/contract.ts'
import { literally, quote } from '../../core/parse/index.ts'
import { calling, packages, phpOf } from './environment.ts'
import { hasPackages, isProject, lintersOf, runnersOf, scriptOf } from './project.ts'

/** All commands run; one that fails fails the job. */
function all(tree: Tree, commands: readonly string[]): string {
  return [phpOf(tree), 'failed=0', ...commands.map(command => `{ ${command}\n} || failed=1`), 'exit $failed'].join('\n')
}

/** Tests keep files that are broken on purpose; templates only look like PHP. */
const notCode = ['vendor', 'node_modules', '.git', 'fixtures', 'Fixtures', 'stubs', 'var', 'storage', 'cache', '_data']
const sources = `find . \\( ${notCode.map(name => `-name ${name}`).join(' -o ')} \\) -prune -o -type f \\( -name '*.php' -o -name '*.phtml' \\) -print0`
const check = `${sources} | xargs -0 -r -n 1 -P "$(nproc)" php -d display_errors=stderr -d log_errors=0 -d html_errors=0 -d error_reporting=-1 -l > /dev/null`

const build: PackRecipe[] = [
  {
    name: 'build', title: 'php -l, composer validate', needs: ['php', 'composer'], network: false,
    when: tree => tree.has('composer.json'),
    run: tree => all(tree, [check, 'composer validate --no-check-all --no-check-publish']),
  },
  { name: 'build', title: 'php -l', needs: ['php'], network: false, when: () => true, run: tree => all(tree, [check]) },
]

/** Where there is a report, the tests of the log are passed over: one is written only by a runner that is alone. */
function testCommands(tree: Tree): readonly string[] {
  const runners = runnersOf(tree)
  return runners.map(({ program, call, report }) => calling(tree, program, [call, runners.length === 1 ? report : undefined].filter(Boolean).join(' ')))
}

const test: PackRecipe[] = [
  {
    name: 'test', title: 'phpunit, pest, codeception, behat, phpspec', needs: ['php'], timeoutSecs: 1800,
    when: tree => runnersOf(tree).length > 0,
    setup: packages, run: tree => all(tree, testCommands(tree)),
    rerun(tree, tests) {
      const [runner, ...others] = runnersOf(tree)
      if (!runner || others.length > 0 || !runner.name.endsWith('phpunit') || tests.some(one => !one.test.includes('::'))) return undefined
      const methods = [...new Set(tests.map(one => literally(one.test.replace(/ with data set .*$/s, ''))))]
      return all(tree, [calling(tree, runner.program, `${runner.call} ${runner.report ?? ''} --filter ${quote(`/^(?:${methods.join('|')})(?: with data set .*)?$/`)}`)])
    },
  },
  {
    name: 'test', title: 'composer test', needs: ['php', 'composer'], timeoutSecs: 1800,
    when: tree => scriptOf(tree, 'test', 'tests') !== undefined,
    setup: packages, run: tree => all(tree, [`composer run-script --timeout=0 ${scriptOf(tree, 'test', 'tests')}`]),
  },
]

const lintScripts = ['lint', 'cs', 'cs-check', 'check-style', 'phpstan', 'analyse', 'analyze', 'static-analysis', 'sa'] as const

const lint: PackRecipe[] = [
  {
    name: 'lint', title: 'configured linters', needs: ['php'],
    when: tree => lintersOf(tree).length > 0,
    setup: packages, run: tree => all(tree, lintersOf(tree).map(one => calling(tree, one.program, one.call(tree)))),
  },
  {
    name: 'lint', title: 'composer lint', needs: ['php', 'composer'],
    when: tree => scriptOf(tree, ...lintScripts) !== undefined,
    setup: packages, run: tree => all(tree, [`composer run-script --timeout=0 ${scriptOf(tree, ...lintScripts)}`]),
  },
]

const audit: PackRecipe[] = [
  { name: 'audit', title: 'composer audit of the lock', needs: ['php', 'composer'], when: tree => tree.has('composer.lock'), run: tree => all(tree, ['composer audit --locked']) },
  { name: 'audit', title: 'composer audit', needs: ['php', 'composer'], when: hasPackages, run: tree => all(tree, ['COMPOSER_NO_AUDIT=1 composer update --no-install --no-progress && composer audit --locked']) },
]

export const recipes: readonly PackRecipe[] = [...build, ...test, ...lint, ...audit].map(recipe => ({ ...recipe, when: tree => isProject(tree) && recipe.when(tree) }))

const paths = (files: readonly string[]) => files.map(quote).join(' ')

/** phpcbf is told sniffs, which are the first three parts of what its findings name. */
function beautify({ tree, rules, files }: FixRequest): string | undefined {
  const sniffs = [...new Set(rules.filter(rule => /^\w[\w-]*(?:\.\w+){2,3}$/.test(rule)).map(rule => rule.split('.').slice(0, 3).join('.')))]
  if (rules.length > 0 && sniffs.length === 0) return undefined
  return `${phpOf(tree)}\n${calling(tree, 'phpcbf', ['-q', ...(sniffs.length > 0 ? [`--sniffs=${sniffs.join(',')}`] : []), ...(files.length > 0 ? [`-- ${paths(files)}`] : [])].join(' '))}`
}

export const fixers: readonly Fixer[] = [
  { tool: 'phpcs', needs: ['php'], setup: packages, run: beautify },
  {
    tool: 'php-cs-fixer', kind: 'format', needs: ['php'], setup: packages,
    // Which rules hold is the configuration's to say: what is reported are files.
    run: ({ tree, files }) => `${phpOf(tree)}\n${calling(tree, 'php-cs-fixer', `fix --show-progress=none${files.length > 0 ? ` --path-mode=intersection -- ${paths(files)}` : ''}`)}`,
  },
  { tool: 'pint', kind: 'format', needs: ['php'], setup: packages, run: ({ tree, files }) => `${phpOf(tree)}\n${calling(tree, 'pint', files.length > 0 ? `-- ${paths(files)}` : '')}` },
  { tool: 'rector', needs: ['php'], setup: packages, run: ({ tree, files }) => `${phpOf(tree)}\n${calling(tree, 'rector', `process --no-progress-bar --no-diffs${files.length > 0 ? ` -- ${paths(files)}` : ''}`)}` },
  {
    tool: 'composer-audit', kind: 'audit', needs: ['php', 'composer'], network: true,
    run({ tree, packages: wanted }) {
      const names = [...new Set(wanted.map(one => one.name))].filter(name => /^[a-z0-9][\w.-]*\/[a-z0-9][\w.-]*$/i.test(name))
      return names.length > 0 ? `${phpOf(tree)}\nCOMPOSER_NO_AUDIT=1 composer update --with-dependencies --no-install --no-progress ${names.join(' ')}` : undefined
    },
  },
]
