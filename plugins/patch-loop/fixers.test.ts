import { spawnSync } from 'node:child_process'
import t from 'tap'
import { missing, patching, ran, repaired } from '../../test/support/patches.ts'

t.setTimeout(500_000)

/** Toolchains are where the user of this machine has them; what one farm fetched and compiled, the next one uses. */
const machine = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '', CRAFTING_CACHE_DIR: t.testdir() }

/** Without a registry these are not tried. */
const noRegistry = spawnSync('npm', ['view', 'oxlint', 'version'], { timeout: 30_000 }).status !== 0 && 'no npm registry can be reached'

/** A finding that the tool's own fixer repairs. `mark` is a text of the file that the repair changes. */
interface Circle { name: string; needs: string[]; language: string; files: Record<string, string>; tool: string; rule?: string; file: string; mark: string; diff: RegExp; skip?: string | false }

const cargo = { 'Cargo.toml': '[package]\nname = "shop"\nversion = "0.1.0"\nedition = "2021"\n', 'Cargo.lock': 'version = 3\n\n[[package]]\nname = "shop"\nversion = "0.1.0"\n' }

const circles: Circle[] = [
  {
    name: 'clippy', needs: ['cargo', 'cargo-clippy'], language: 'rust', tool: 'clippy', rule: 'clippy::needless_return', file: 'src/lib.rs', mark: 'return n', diff: /^-    return n \* 2;\n\+    n \* 2$/m,
    files: { ...cargo, 'clippy.toml': '', 'src/lib.rs': 'pub fn twice(n: u32) -> u32 {\n    return n * 2;\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn doubles() {\n        assert_eq!(super::twice(2), 4);\n    }\n}\n' },
  },
  {
    name: 'rustfmt', needs: ['cargo', 'rustfmt'], language: 'rust', tool: 'rustfmt', file: 'src/lib.rs', mark: 'n*2', diff: /^-.*n\*2.*\n\+.*n \* 2/m,
    files: { ...cargo, 'rustfmt.toml': '', 'src/lib.rs': 'pub fn twice(n: u32) -> u32 {\n    n*2\n}\n' },
  },
  {
    name: 'gofmt', needs: ['go'], language: 'go', tool: 'gofmt', file: 'shop.go', mark: 'n*2+ 1', diff: /^-\treturn n\*2\+ 1\n\+\treturn n\*2 \+ 1$/m,
    files: { 'go.mod': 'module example.org/shop\n\ngo 1.20\n', 'shop.go': '// Package shop counts.\npackage shop\n\n// Odd is odd.\nfunc Odd(n int) int {\n\treturn n*2+ 1\n}\n' },
  },
  {
    name: 'rubocop', needs: ['rubocop'], language: 'ruby', tool: 'rubocop', rule: 'Style/StringLiterals', file: 'shop.rb', mark: '"shop"', diff: /^-\s+"shop"\n\+\s+'shop'$/m,
    files: { '.rubocop.yml': 'AllCops:\n  NewCops: disable\n  DisabledByDefault: true\nStyle/StringLiterals:\n  Enabled: true\n', 'shop.rb': 'def name\n  "shop"\nend\n' },
  },
  {
    name: 'phpcbf', needs: ['phpcs', 'phpcbf'], language: 'php', tool: 'phpcs', file: 'shop.php', mark: 'twice( ', diff: /^-.*twice\( .*\n\+.*twice\(int/m,
    files: { 'phpcs.xml': '<?xml version="1.0"?>\n<ruleset name="shop"><file>shop.php</file><rule ref="PSR2.Methods.FunctionCallSignature"/><rule ref="Squiz.Functions.FunctionDeclarationArgumentSpacing"/></ruleset>\n', 'shop.php': '<?php\n\nfunction twice( int $n)\n{\n    return $n * 2;\n}\n' },
  },
  {
    name: 'shfmt', needs: ['shfmt', 'shellcheck'], language: 'bash', tool: 'shfmt', file: 'shop.sh', mark: '      echo', diff: /^-      echo/m,
    files: { '.editorconfig': 'root = true\n[*.sh]\nindent_style = space\nindent_size = 2\n', 'shop.sh': '#!/bin/sh\nif true; then\n      echo yes\nfi\n' },
  },
  {
    name: 'ESLint', needs: ['node', 'npm'], skip: noRegistry, language: 'ts', tool: 'eslint', rule: 'prefer-const', file: 'shop.js', mark: 'let price', diff: /^-let price = 4;?\n\+const price = 4;?$/m,
    files: { 'package.json': JSON.stringify({ name: 'shop', version: '1.0.0', private: true, type: 'module', devDependencies: { eslint: '^9' } }), 'eslint.config.js': `export default [{ rules: { 'prefer-const': 'error' } }]\n`, 'shop.js': 'let price = 4\nexport default price\n' },
  },
  {
    name: 'oxlint', needs: ['node', 'npm'], skip: noRegistry, language: 'ts', tool: 'oxlint', rule: 'eslint(no-unused-labels)', file: 'shop.js', mark: 'till:', diff: /^-till: for .*\n\+for /m,
    files: { 'package.json': JSON.stringify({ name: 'shop', version: '1.0.0', private: true, type: 'module', devDependencies: { oxlint: '^1' } }), '.oxlintrc.json': '{ "rules": { "no-unused-labels": "error" } }\n', 'shop.js': 'till: for (const n of [1, 2]) console.log(n)\n' },
  },
  {
    name: 'clang-tidy', needs: ['clang-tidy', 'cmake', 'c++'], language: 'c', tool: 'clang-tidy', rule: 'modernize-use-nullptr', file: 'shop.cpp', mark: '= 0', diff: /^-.*= 0;\n\+.*= nullptr;/m,
    files: { '.clang-tidy': 'Checks: "-*,modernize-use-nullptr"\n', 'CMakeLists.txt': 'cmake_minimum_required(VERSION 3.10)\nproject(shop CXX)\nadd_library(shop shop.cpp)\n', 'shop.cpp': 'int *none()\n{\n    int *found = 0;\n    return found;\n}\n' },
  },
]

for (const { name, needs, language, files, tool, rule, file, mark, diff, skip = false } of circles) {
  t.test(`${name}: found, repaired, verified`, { skip: missing(...needs) || skip }, async t => {
    const farm = await patching(t, files, {}, machine)
    const jobs = await ran(farm)
    const all = (await repaired(t, farm)).filter(patch => patch.tool === tool && (rule === undefined || patch.rule === rule))
    t.equal(all.length, 1, `one target; ${jobs.map(job => `${job.recipe} ${job.status} ${job.message ?? ''}`).join(', ')}`)
    const [patch] = all
    t.match(patch, { state: 'drafted', recipe: 'lint', evidence: { drafter: 'fixer', left: 0 } }, `${patch?.state} ${patch?.reason}`)
    t.match(patch?.diff, diff)
    t.same(patch?.diff.match(/^\+\+\+ .*$/gm), [`+++ b/${file}`], 'and nothing else')
  })
  t.test(`${name}: refused where it breaks a test`, { skip: missing(...needs) || skip }, async t => {
    const farm = await patching(t, files, { subprojects: [{ path: '', language, build: null, audit: null, test: `grep -qF '${mark}' ${file}` }] }, machine)
    await ran(farm)
    const patch = (await repaired(t, farm)).find(one => one.tool === tool && (rule === undefined || one.rule === rule))
    t.match(patch, { state: 'unfixable', diff: null, branch: null, reason: /test \(\w+\) ended as failed, before it was passed/ }, `${patch?.state} ${patch?.reason}`)
  })
}
