import t from 'tap'
import { missing, patching, ran, repaired } from '../../test/support/patches.ts'

t.setTimeout(500_000)

/** Toolchains are where the user of this machine has them. */
const machine = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' }

/** A finding that the tool's own fixer repairs. `mark` is a text of the file that the repair changes. */
interface Circle { name: string; needs: string[]; language: string; files: Record<string, string>; tool: string; rule?: string; file: string; mark: string; diff: RegExp; recipe?: string }

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
    files: { 'go.mod': 'module example.org/shop\n\ngo 1.20\n', 'shop.go': '// Package shop counts.\npackage shop\n\n// Odd is odd.\nfunc Odd(n int) int {\n\treturn n*2+ 1\n}\n', 'shop_test.go': 'package shop\n\nimport "testing"\n\nfunc TestOdd(t *testing.T) {\n\tif Odd(2) != 5 {\n\t\tt.Fatal(Odd(2))\n\t}\n}\n' },
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
    name: 'clang-tidy', needs: ['clang-tidy', 'cmake', 'c++'], language: 'c', tool: 'clang-tidy', rule: 'modernize-use-nullptr', file: 'shop.cpp', mark: '= 0', diff: /^-.*= 0;\n\+.*= nullptr;/m,
    files: { '.clang-tidy': 'Checks: "-*,modernize-use-nullptr"\n', 'CMakeLists.txt': 'cmake_minimum_required(VERSION 3.10)\nproject(shop CXX)\nadd_library(shop shop.cpp)\n', 'shop.cpp': 'int *none()\n{\n    int *found = 0;\n    return found;\n}\n' },
  },
]

for (const { name, needs, language, files, tool, rule, file, mark, diff, recipe = 'lint' } of circles) {
  t.test(`${name}: found, repaired, verified`, { skip: missing(...needs) }, async t => {
    const farm = await patching(t, files, {}, machine)
    const jobs = await ran(farm)
    const all = (await repaired(t, farm)).filter(patch => patch.tool === tool && (rule === undefined || patch.rule === rule))
    t.equal(all.length, 1, `one target; ${jobs.map(job => `${job.recipe} ${job.status} ${job.message ?? ''}`).join(', ')}`)
    const [patch] = all
    t.match(patch, { state: 'drafted', recipe, evidence: { drafter: 'fixer', left: 0 } }, `${patch?.state} ${patch?.reason}`)
    t.match(patch?.diff, diff)
    t.same(patch?.diff.match(/^\+\+\+ .*$/gm), [`+++ b/${file}`], 'and nothing else')
  })
  t.test(`${name}: refused where it breaks a test`, { skip: missing(...needs) }, async t => {
    const farm = await patching(t, files, { subprojects: [{ path: '', language, build: null, audit: null, test: `grep -qF '${mark}' ${file}` }] }, machine)
    await ran(farm)
    const patch = (await repaired(t, farm)).find(one => one.tool === tool && (rule === undefined || one.rule === rule))
    t.match(patch, { state: 'unfixable', diff: null, branch: null, reason: /test \(\w+\) ended as failed, before it was passed/ }, `${patch?.state} ${patch?.reason}`)
  })
}
