import type { LanguagePack } from '../../core/contract.ts'
import { annotations } from './annotations.ts'
import { auditTable } from './audit-table.ts'
import { auditjs } from './auditjs.ts'
import { ava } from './ava.ts'
import { biome } from './biome.ts'
import { biomeJson } from './biome-json.ts'
import { bun } from './bun.ts'
import { bunAudit } from './bun-audit.ts'
import { bunAuditJson } from './bun-audit-json.ts'
import { bunJunit } from './bun-junit.ts'
import { bunTest } from './bun-test.ts'
import { checkstyle } from './checkstyle.ts'
import { coverage } from './coverage.ts'
import { deno } from './deno.ts'
import { isDenoMember } from './deno-recipes.ts'
import { denoJunit } from './deno-junit.ts'
import { denoLintJson } from './deno-lint-json.ts'
import { denoTest } from './deno-test.ts'
import { esbuild } from './esbuild.ts'
import { eslint } from './eslint.ts'
import { eslintFormats } from './eslint-formats.ts'
import { eslintJson } from './eslint-json.ts'
import { fixers } from './fixers.ts'
import { flow } from './flow.ts'
import { jasmine } from './jasmine.ts'
import { jest } from './jest.ts'
import { jestJson } from './jest-json.ts'
import { jestJunit } from './jest-junit.ts'
import { jshint } from './jshint.ts'
import { jslintXml } from './jslint-xml.ts'
import { karma } from './karma.ts'
import { lintJunit } from './lint-junit.ts'
import { homeOf, isSample } from './managers.ts'
import { mocha } from './mocha.ts'
import { mochaJson } from './mocha-json.ts'
import { mochaLoad } from './mocha-load.ts'
import { mochaJunit } from './mocha-junit.ts'
import { node } from './node.ts'
import { nodeJunit } from './node-junit.ts'
import { nodeTest } from './node-test.ts'
import { npm } from './npm.ts'
import { npmAudit } from './npm-audit.ts'
import { npmAuditJson } from './npm-audit-json.ts'
import { oxlint } from './oxlint.ts'
import { oxlintJson } from './oxlint-json.ts'
import { playwright } from './playwright.ts'
import { pnpm } from './pnpm.ts'
import { prettier } from './prettier.ts'
import { remark } from './remark.ts'
import { retire } from './retire.ts'
import { rollup } from './rollup.ts'
import { standard } from './standard.ts'
import { stylelint } from './stylelint.ts'
import { stylelintJson } from './stylelint-json.ts'
import { tsc } from './tsc.ts'
import { tslint } from './tslint.ts'
import { tslintJson } from './tslint-json.ts'
import { vite } from './vite.ts'
import { vitest } from './vitest.ts'
import { vitestJunit } from './vitest-junit.ts'
import { webpack } from './webpack.ts'
import { yarnAudit } from './yarn-audit.ts'
import { yarnAuditJson } from './yarn-audit-json.ts'
import { recipes } from './recipes.ts'

export default {
  kind: 'language',
  api: 1,
  name: 'ts',
  title: 'JavaScript and TypeScript',
  aliases: ['javascript', 'typescript', 'js', 'node', 'bun', 'deno'],
  markers: ['package.json', 'deno.json', 'deno.jsonc'],
  extensions: ['.js', '.jsx', '.mjs', '.cjs', '.ts', '.tsx', '.mts', '.cts', '.vue', '.svelte'],
  // A workspace is one: its root runs what the members have.
  nested: tree => (homeOf(tree).up > 0 || isSample(tree) || isDenoMember(tree) ? 'part' : 'own'),
  recipes,
  // A tool's JSON before its text, and the narrow before the wide.
  parsers: {
    tsc,
    flow,
    deno,
    node,
    bun,
    esbuild,
    webpack,
    rollup,
    vite,
    coverage,
    jest,
    vitest,
    'mocha-load': mochaLoad,
    mocha,
    jasmine,
    karma,
    ava,
    'node-test': nodeTest,
    'bun-test': bunTest,
    'deno-test': denoTest,
    playwright,
    'jest-json': jestJson,
    'mocha-json': mochaJson,
    'lint-junit': lintJunit,
    'jest-junit': jestJunit,
    'vitest-junit': vitestJunit,
    'mocha-junit': mochaJunit,
    'bun-junit': bunJunit,
    'deno-junit': denoJunit,
    'node-junit': nodeJunit,
    'eslint-json': eslintJson,
    eslint, 'eslint-formats': eslintFormats,
    'tslint-json': tslintJson,
    tslint,
    'stylelint-json': stylelintJson,
    stylelint,
    'oxlint-json': oxlintJson,
    oxlint,
    'deno-lint-json': denoLintJson,
    'biome-json': biomeJson,
    biome,
    standard,
    remark,
    prettier,
    jshint,
    'jslint-xml': jslintXml,
    checkstyle,
    annotations,
    'yarn-audit-json': yarnAuditJson,
    'bun-audit-json': bunAuditJson,
    'npm-audit-json': npmAuditJson,
    'npm-audit': npmAudit,
    'yarn-audit': yarnAudit,
    'bun-audit': bunAudit,
    'audit-table': auditTable,
    retire,
    auditjs,
    npm,
    pnpm,
  },
  fixers,
  caches: {
    npm_config_cache: 'npm',
    YARN_CACHE_FOLDER: 'yarn',
    YARN_GLOBAL_FOLDER: 'yarn-global',
    PNPM_HOME: 'pnpm',
    BUN_INSTALL_CACHE_DIR: 'bun',
    DENO_DIR: 'deno',
    COREPACK_HOME: 'corepack',
  },
  homes: { NVM_DIR: '.nvm', FNM_DIR: '.local/share/fnm', VOLTA_HOME: '.volta', ASDF_DATA_DIR: '.asdf', MISE_DATA_DIR: '.local/share/mise' },
  toolchain: [
    { name: 'node', version: 'node --version', get: 'https://nodejs.org, or a version manager (fnm, nvm)', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'npm', version: 'npm --version', get: 'comes with Node', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'corepack', version: 'corepack --version', get: 'npm install --global corepack', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'tsc', version: 'tsc --version', get: 'npm install --global typescript', neededFor: ['build'] },
    { name: 'bun', version: 'bun --version', get: 'npm install --global bun', neededFor: ['build', 'test', 'lint', 'audit'] },
    { name: 'deno', version: 'deno --version', get: 'npm install --global deno', neededFor: ['build', 'test', 'lint'] },
  ],
} satisfies LanguagePack
