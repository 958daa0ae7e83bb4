import type { Tree } from '../../core/contract.ts'

/** Gemfile, lock and gemspecs say which gems a project has; all are read as text, since only Ruby itself could evaluate them. */
export function dependsOn(tree: Tree, gem: string): boolean {
  const declared = new RegExp(`^\\s*(?:gem|\\w+\\.add_(?:development_|runtime_)?dependency)[\\s(]+["']${gem}["']`, 'm')
  const locked = new RegExp(`^ {4}${gem} \\(`, 'm')
  const { tree: home, gemfile } = gemfileOf(tree)
  return declared.test(home.read(gemfile) ?? '') || locked.test(home.read(lockOf(gemfile)) ?? '') || tree.find('*.gemspec').some(path => declared.test(tree.read(path) ?? ''))
}

/** Bundler looks for a Gemfile upwards. */
export function gemfileOf(tree: Tree): { tree: Tree; gemfile: string } {
  for (let here: Tree | undefined = tree; here; here = here.parent) {
    const gemfile = ['Gemfile', 'gems.rb'].find(name => here.has(name))
    if (gemfile) return { tree: here, gemfile }
  }
  return { tree, gemfile: '' }
}

export function hasGemfile(tree: Tree): boolean { return gemfileOf(tree).gemfile !== '' }

export function lockOf(gemfile: string): string { return gemfile === 'gems.rb' ? 'gems.locked' : 'Gemfile.lock' }

export function isRails(tree: Tree): boolean { return tree.has('config/application.rb') }

export const specs = ['spec/**/*_spec.rb']
export const unitTests = ['test/**/*_test.rb', 'test/**/test_*.rb', 'tests/**/*_test.rb', 'tests/**/test_*.rb', 'test/**/tc_*.rb', '{test_*,*_test}.rb']
export const features = ['features/**/*.feature']

export function anyOf(tree: Tree, globs: readonly string[]): boolean { return globs.some(glob => tree.has(glob)) }

/** Whether the Rakefile has a task of its own for the tests. */
export function rakesTests(tree: Tree): boolean {
  return tree.find('{Rakefile,rakefile,Rakefile.rb,rakelib/*.rake,tasks/*.rake}').some(path => /\bTestTask\b|^\s*(?:multi)?task[\s(]+:?["']?test\b|\btest:\s*(?:\[|:|%w)/m.test(tree.read(path) ?? ''))
}

/** Inside another project, what has neither gems of its own nor a gemspec belongs to it: applications that tests start, documentation. */
export function isProject(tree: Tree): boolean {
  if (!tree.parent) return true
  return anyOf(tree, ['Gemfile', 'gems.rb', '*.gemspec'])
}

interface Linter {
  gem: string
  program: string
  files: readonly string[]
  /** Its arguments. */
  call: string
  /** Whether depending on it is asking for it. */
  byGem: boolean
}

/** The last format decides whether messages name their cop: json's, which has names of its own, would leave them out of the log. */
const linters: readonly Linter[] = [
  { gem: 'standard', program: 'standardrb', files: ['.standard.yml'], byGem: true, call: '--no-fix --format json --out "$CRAFTING_REPORTS/standard.json" --format progress' },
  { gem: 'rubocop', program: 'rubocop', files: ['.rubocop.yml', '.config/rubocop/config.yml', '.config/.rubocop.yml'], byGem: true, call: '--format json --out "$CRAFTING_REPORTS/rubocop.json" --format progress' },
  { gem: 'reek', program: 'reek', files: ['.reek.yml', '.reek', 'config.reek', '*.reek'], byGem: false, call: '' },
  { gem: 'erb_lint', program: 'erb_lint', files: ['.erb_lint.yml', '.erb-lint.yml'], byGem: false, call: '--lint-all --format compact' },
  { gem: 'haml_lint', program: 'haml-lint', files: ['.haml-lint.yml'], byGem: false, call: '' },
  { gem: 'slim_lint', program: 'slim-lint', files: ['.slim-lint.yml'], byGem: false, call: 'app' },
  { gem: 'fasterer', program: 'fasterer', files: ['.fasterer.yml'], byGem: false, call: '' },
  { gem: 'sorbet', program: 'srb', files: ['sorbet/config'], byGem: false, call: 'tc --no-error-count' },
  { gem: 'steep', program: 'steep', files: ['Steepfile'], byGem: false, call: 'check' },
]

/** One command for each linter that the project configures; RuboCop and Standard also where it depends on them. Standard's RuboCop is not run twice. */
export function lintCommands(tree: Tree): readonly { program: string; command: string }[] {
  const home = gemfileOf(tree).tree
  const listed = (gem: string) => new RegExp(`^\\s*(?:gem|\\w+\\.add_(?:development_)?dependency)[\\s(]+["']${gem}(?:-\\w+)?["']`, 'm').test([home.read(gemfileOf(tree).gemfile), ...tree.find('*.gemspec').map(path => tree.read(path))].join('\n'))
  const wanted = linters.filter(one => one.files.some(name => tree.has(name) || home.has(name)) || one.byGem && listed(one.gem))
  return wanted
    .filter(one => one.program !== 'rubocop' || !wanted.some(other => other.program === 'standardrb') || tree.has('.rubocop.yml'))
    .map(({ program, call, gem }) => ({ program, command: [...(dependsOn(tree, gem) ? ['bundle exec'] : []), program, call].filter(Boolean).join(' ') }))
}
