import type { LanguagePack } from '../../core/contract.ts'
import { annotations } from './annotations.ts'
import { brakemanCsv } from './brakeman-csv.ts'
import { brakemanJson } from './brakeman-json.ts'
import { brakemanTabs } from './brakeman-tabs.ts'
import { brakeman } from './brakeman.ts'
import { bundlerAuditJson } from './bundler-audit-json.ts'
import { bundlerAudit } from './bundler-audit.ts'
import { bundler } from './bundler.ts'
import { cane } from './cane.ts'
import { cucumberJson } from './cucumber-json.ts'
import { cucumber } from './cucumber.ts'
import { dawnscanner } from './dawnscanner.ts'
import { erbLintJson } from './erb-lint-json.ts'
import { erbLint } from './erb-lint.ts'
import { fasterer } from './fasterer.ts'
import { flay } from './flay.ts'
import { hamlLintJson } from './haml-lint-json.ts'
import { hamlLint } from './haml-lint.ts'
import { minitest } from './minitest.ts'
import { railsBestPractices } from './rails-best-practices.ts'
import { rake } from './rake.ts'
import { fixers, recipes } from './recipes.ts'
import { reekJson } from './reek-json.ts'
import { reek } from './reek.ts'
import { rspecJson } from './rspec-json.ts'
import { rspecJunit } from './rspec-junit.ts'
import { rspec } from './rspec.ts'
import { rubocopJson } from './rubocop-json.ts'
import { rubocopJunit } from './rubocop-junit.ts'
import { rubocop } from './rubocop.ts'
import { ruby } from './ruby.ts'
import { scssLint } from './scss-lint.ts'
import { slimLint } from './slim-lint.ts'
import { sorbet } from './sorbet.ts'
import { standard } from './standard.ts'
import { steep } from './steep.ts'
import { testUnit } from './test-unit.ts'
import { yard } from './yard.ts'

export default {
  kind: 'language',
  api: 1,
  name: 'ruby',
  title: 'Ruby',
  aliases: ['rb', 'rails'],
  markers: ['Gemfile', 'gems.rb', '*.gemspec', 'Rakefile', 'config.ru', '.rubocop.yml', '.standard.yml', '.ruby-version', '.rspec'],
  extensions: ['.rb', '.rake', '.ru', '.gemspec'],
  interpreters: ['ruby'],
  claimsLoose: true,
  recipes,
  parsers: {
    'rubocop-json': rubocopJson,
    'rubocop-junit': rubocopJunit,
    'reek-json': reekJson,
    'brakeman-json': brakemanJson,
    'bundler-audit-json': bundlerAuditJson,
    dawnscanner,
    'erb-lint-json': erbLintJson,
    'haml-lint-json': hamlLintJson,
    'rspec-json': rspecJson,
    'rspec-junit': rspecJunit,
    'cucumber-json': cucumberJson,
    rubocop,
    annotations,
    standard,
    reek,
    brakeman,
    'brakeman-tabs': brakemanTabs,
    'brakeman-csv': brakemanCsv,
    'bundler-audit': bundlerAudit,
    'erb-lint': erbLint,
    'haml-lint': hamlLint,
    'slim-lint': slimLint,
    'scss-lint': scssLint,
    'rails-best-practices': railsBestPractices,
    fasterer,
    cane,
    flay,
    sorbet,
    steep,
    yard,
    rspec,
    minitest,
    'test-unit': testUnit,
    cucumber,
    bundler,
    rake,
    ruby,
  },
  fixers,
  caches: { BUNDLE_USER_CACHE: 'bundle', RUBOCOP_CACHE_ROOT: 'rubocop', BUNDLER_AUDIT_DB: 'bundler-audit' },
  homes: { RBENV_ROOT: '.rbenv', ASDF_DATA_DIR: '.asdf', MISE_DATA_DIR: '.local/share/mise' },
  toolchain: [
    { name: 'ruby', version: 'ruby --version', get: 'apt install ruby-dev, or rbenv install', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'bundle', version: 'bundle --version', get: 'apt install bundler, or gem install bundler', neededFor: ['test', 'lint', 'audit'] },
    { name: 'rake', version: 'rake --version', get: 'apt install rake', neededFor: ['test'] },
    { name: 'rspec', version: 'rspec --version', get: 'apt install ruby-rspec; else each job gets its own by Bundler', neededFor: ['test'] },
    { name: 'rubocop', version: 'rubocop --version', get: 'apt install rubocop; else each job gets its own by Bundler', neededFor: ['lint'] },
    { name: 'bundle-audit', version: 'bundle-audit version', get: 'gem install bundler-audit', neededFor: ['audit'] },
    { name: 'brakeman', version: 'brakeman --version', get: 'gem install brakeman', neededFor: ['audit'] },
  ],
} satisfies LanguagePack
