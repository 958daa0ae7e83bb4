import type { Tree } from '../../core/contract.ts'
import { entries, get, str } from '../../core/parse/index.ts'

const composer = (tree: Tree) => tree.json('composer.json')

/** What composer.json asks for, and what it asks for in development. */
export function dependsOn(tree: Tree, name: string): boolean {
  return ['require', 'require-dev'].some(key => entries(composer(tree), key).some(([one]) => one.toLowerCase() === name))
}

/** Anything but PHP itself and its extensions has to be installed; so has the autoloader. */
export function needsInstall(tree: Tree): boolean {
  return tree.has('composer.json') && (['require', 'require-dev'].some(key => entries(composer(tree), key).some(([name]) => name.includes('/')))
    || get(composer(tree), 'autoload') !== undefined || get(composer(tree), 'autoload-dev') !== undefined)
}

export function hasPackages(tree: Tree): boolean {
  return ['require', 'require-dev'].some(key => entries(composer(tree), key).some(([name]) => name.includes('/')))
}

export function scriptOf(tree: Tree, ...names: readonly string[]): string | undefined {
  return names.find(name => get(composer(tree), 'scripts', name) !== undefined)
}

/** Where Composer puts the programs of packages. */
export function binOf(tree: Tree): string {
  const said = str(composer(tree), 'config', 'bin-dir') ?? `${str(composer(tree), 'config', 'vendor-dir') ?? 'vendor'}/bin`
  return /^[\w./-]+$/.test(said) ? said : 'vendor/bin'
}

/** Directories with the project's own code, as its autoloader knows them. */
export function sourcesOf(tree: Tree): readonly string[] {
  const paths = ['autoload', 'autoload-dev'].flatMap(key => ['psr-4', 'psr-0', 'classmap'].flatMap(kind => entries(composer(tree), key, kind).flatMap(([, path]) => path)).concat(get(composer(tree), key, 'classmap') ?? []))
  const own = paths.filter((path): path is string => typeof path === 'string').map(path => path.replace(/\/+$/, '')).filter(path => path !== '' && tree.has(path))
  return own.length > 0 ? [...new Set(own)] : ['src', 'app', 'lib', 'tests'].filter(path => tree.has(path))
}

/** Inside another project, only code with packages of its own is one: a composer.json alone brings in some tool (`vendor-bin/`). */
export function isProject(tree: Tree): boolean {
  return !tree.parent || tree.has('composer.json') && (tree.has('composer.lock') || tree.has('**/*.php'))
}

export const phpunitConfig = ['phpunit.xml', 'phpunit.xml.dist', 'phpunit.dist.xml']
const anyOf = (tree: Tree, globs: readonly string[]) => globs.some(glob => tree.has(glob))

export interface Runner {
  name: string
  program: string
  package: string
  call: string
  /** Added where no other runner runs beside it. */
  report?: string
}

const junit = '--log-junit "$CRAFTING_REPORTS/phpunit.xml"'

/** All test runners that the project has. Pest runs PHPUnit's tests, too. */
export function runnersOf(tree: Tree): readonly Runner[] {
  const found: Runner[] = []
  const hasTests = anyOf(tree, ['tests/**/*Test.php', 'test/**/*Test.php', 'Tests/**/*Test.php'])
  if (dependsOn(tree, 'pestphp/pest')) found.push({ name: 'pest', program: 'pest', package: 'pestphp/pest', call: '--colors=never', report: junit })
  else if (anyOf(tree, phpunitConfig) && tree.has('bin/phpunit') && dependsOn(tree, 'symfony/phpunit-bridge') && !dependsOn(tree, 'phpunit/phpunit')) found.push({ name: 'bin/phpunit', program: 'bin/phpunit', package: 'symfony/phpunit-bridge', call: '--colors=never', report: junit })
  else if (anyOf(tree, phpunitConfig) || dependsOn(tree, 'phpunit/phpunit') && hasTests) found.push({ name: 'phpunit', program: 'phpunit', package: 'phpunit/phpunit', call: `--colors=never${anyOf(tree, phpunitConfig) ? '' : ` ${['tests', 'test', 'Tests'].find(name => tree.has(name)) ?? '.'}`}`, report: junit })
  else if (hasTests && !tree.has('composer.json')) found.push({ name: 'phpunit', program: 'phpunit', package: 'phpunit/phpunit', call: `--colors=never ${['tests', 'test', 'Tests'].find(name => tree.has(name)) ?? '.'}`, report: junit })
  if (anyOf(tree, ['codeception.yml', 'codeception.dist.yml'])) found.push({ name: 'codecept', program: 'codecept', package: 'codeception/codeception', call: 'run --no-colors --no-interaction' })
  if (anyOf(tree, ['behat.yml', 'behat.yml.dist', 'behat.dist.yml', 'behat.yaml', 'behat.php', 'behat.dist.php'])) found.push({ name: 'behat', program: 'behat', package: 'behat/behat', call: '--no-interaction --no-colors --format=progress' })
  if (anyOf(tree, ['phpspec.yml', 'phpspec.yml.dist', '.phpspec.yml']) || dependsOn(tree, 'phpspec/phpspec') && tree.has('spec/**/*Spec.php')) found.push({ name: 'phpspec', program: 'phpspec', package: 'phpspec/phpspec', call: 'run --no-interaction --no-ansi --format=pretty' })
  return found
}

export interface Linter {
  program: string
  package: string
  files: readonly string[]
  call(tree: Tree): string
}

const linters: readonly Linter[] = [
  { program: 'phpstan', package: 'phpstan/phpstan', files: ['phpstan.neon', 'phpstan.neon.dist', 'phpstan.dist.neon'], call: () => 'analyse --no-progress --no-interaction --no-ansi --memory-limit=2G' },
  { program: 'psalm', package: 'vimeo/psalm', files: ['psalm.xml', 'psalm.xml.dist', 'psalm.dist.xml'], call: () => '--no-progress --monochrome --report="$CRAFTING_REPORTS/psalm.json"' },
  // One line each, with column and sniff, which no other report for people has.
  { program: 'phpcs', package: 'squizlabs/php_codesniffer', files: ['phpcs.xml', 'phpcs.xml.dist', '.phpcs.xml', '.phpcs.xml.dist'], call: () => '-q -s --no-colors --report=emacs' },
  { program: 'php-cs-fixer', package: 'friendsofphp/php-cs-fixer', files: ['.php-cs-fixer.php', '.php-cs-fixer.dist.php', '.php_cs', '.php_cs.dist'], call: () => 'fix --dry-run --diff -v --show-progress=none --no-ansi' },
  { program: 'pint', package: 'laravel/pint', files: ['pint.json'], call: () => '--test --no-ansi' },
  { program: 'phpmd', package: 'phpmd/phpmd', files: ['phpmd.xml', 'phpmd.xml.dist'], call: tree => `${sourcesOf(tree).join(',') || '.'} text ${tree.has('phpmd.xml') ? 'phpmd.xml' : 'phpmd.xml.dist'}` },
  { program: 'phan', package: 'phan/phan', files: ['.phan/config.php'], call: () => '--no-progress-bar' },
]

/** Every linter that the project configures; Pint also where it is depended upon, since it needs no configuration. */
export function lintersOf(tree: Tree): readonly Linter[] {
  return linters.filter(one => anyOf(tree, one.files) || one.program === 'pint' && dependsOn(tree, one.package))
}
