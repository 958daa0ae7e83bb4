import type { LanguagePack } from '../../core/contract.ts'
import { annotations } from './annotations.ts'
import { behat } from './behat.ts'
import { checkstyle } from './checkstyle.ts'
import { codeClimate } from './code-climate.ts'
import { composerAuditJson } from './composer-audit-json.ts'
import { composerAudit } from './composer-audit.ts'
import { composer } from './composer.ts'
import { lintJunit } from './lint-junit.ts'
import { parallelLintJson } from './parallel-lint-json.ts'
import { parallelLint } from './parallel-lint.ts'
import { phan } from './phan.ts'
import { phpCsFixerJson } from './php-cs-fixer-json.ts'
import { phpCsFixerXml } from './php-cs-fixer-xml.ts'
import { phpCsFixer } from './php-cs-fixer.ts'
import { php } from './php.ts'
import { phpcsJson } from './phpcs-json.ts'
import { phpcsXml } from './phpcs-xml.ts'
import { phpcs } from './phpcs.ts'
import { phplint } from './phplint.ts'
import { phpmdJson } from './phpmd-json.ts'
import { phpmdXml } from './phpmd-xml.ts'
import { phpmd } from './phpmd.ts'
import { phpspec } from './phpspec.ts'
import { phpstanJson } from './phpstan-json.ts'
import { phpstan } from './phpstan.ts'
import { phpunitJunit } from './phpunit-junit.ts'
import { phpunit } from './phpunit.ts'
import { pint } from './pint.ts'
import { psalmJson } from './psalm-json.ts'
import { psalmXml } from './psalm-xml.ts'
import { psalm } from './psalm.ts'
import { fixers, recipes } from './recipes.ts'
import { rectorJson } from './rector-json.ts'
import { rector } from './rector.ts'
import { securityCheckerJson } from './security-checker-json.ts'
import { securityChecker } from './security-checker.ts'
import { sonarqube } from './sonarqube.ts'
import { symfonyConsole } from './symfony-console.ts'
import { teamcity } from './teamcity.ts'

export default {
  kind: 'language',
  api: 1,
  name: 'php',
  title: 'PHP',
  aliases: ['laravel', 'symfony'],
  markers: [
    'composer.json', 'phpunit.xml', 'phpunit.xml.dist', 'phpunit.dist.xml', 'phpstan.neon', 'phpstan.neon.dist', 'phpstan.dist.neon', 'psalm.xml', 'psalm.xml.dist',
    'phpcs.xml', 'phpcs.xml.dist', '.phpcs.xml', '.phpcs.xml.dist', '.php-cs-fixer.php', '.php-cs-fixer.dist.php', 'codeception.yml', '.php-version',
  ],
  extensions: ['.php', '.phtml'],
  interpreters: ['php'],
  claimsLoose: true,
  recipes,
  parsers: {
    'phpmd-xml': phpmdXml,
    'phpcs-xml': phpcsXml,
    'psalm-xml': psalmXml,
    'php-cs-fixer-xml': phpCsFixerXml,
    'lint-junit': lintJunit,
    'phpunit-junit': phpunitJunit,
    checkstyle,
    'phpstan-json': phpstanJson,
    'psalm-json': psalmJson,
    sonarqube,
    'phpcs-json': phpcsJson,
    'php-cs-fixer-json': phpCsFixerJson,
    'phpmd-json': phpmdJson,
    'rector-json': rectorJson,
    'code-climate': codeClimate,
    'composer-audit-json': composerAuditJson,
    'security-checker-json': securityCheckerJson,
    'parallel-lint-json': parallelLintJson,
    phpunit,
    teamcity,
    behat,
    phpspec,
    phpstan,
    psalm,
    annotations,
    phpcs,
    'php-cs-fixer': phpCsFixer,
    pint,
    phpmd,
    rector,
    phan,
    'composer-audit': composerAudit,
    'security-checker': securityChecker,
    composer,
    'symfony-console': symfonyConsole,
    'parallel-lint': parallelLint,
    phplint,
    php,
  },
  fixers,
  caches: { COMPOSER_CACHE_DIR: 'composer' },
  homes: { PHPENV_ROOT: '.phpenv', ASDF_DATA_DIR: '.asdf' },
  toolchain: [
    { name: 'php', version: 'php --version', get: 'apt install php-cli php-xml php-mbstring php-curl php-zip', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'composer', version: 'composer --version', get: 'apt install composer unzip', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'phpunit', version: 'phpunit --version', get: 'apt install phpunit; else each project brings its own by Composer', neededFor: ['test'] },
    { name: 'phpcs', version: 'phpcs --version', get: 'apt install php-codesniffer; else each project brings its own', neededFor: ['lint'] },
    { name: 'phpmd', version: 'phpmd --version', get: 'apt install phpmd; else each project brings its own', neededFor: ['lint'] },
    { name: 'phpstan', version: 'phpstan --version', get: 'composer global require phpstan/phpstan; else each project brings its own', neededFor: ['lint'] },
  ],
} satisfies LanguagePack
