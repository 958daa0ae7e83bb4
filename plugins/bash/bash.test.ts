import { execFileSync, spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import type { Item, LineParser, Parser, Tree } from '../../core/contract.ts'
import pack from './index.ts'
import { recipes, wantsShfmt } from './recipes.ts'

const parsers: Readonly<Record<string, Parser>> = pack.parsers

function read(name: string, text: string): Item[] {
  const items: Item[] = []
  const reader = (parsers[name] as LineParser).lines({ emit: item => items.push(item), report: undefined })
  for (const line of text.split('\n')) reader.line(line)
  reader.end?.()
  return items
}

const fixture = (name: string) => readFileSync(new URL(`./fixtures/${name}`, import.meta.url), 'utf8')

function treeOf(files: Record<string, string>): Tree {
  const paths = Object.keys(files).sort()
  const matches = (glob: string) => paths.filter(path => glob === path || (glob.startsWith('**/*') && path.endsWith(glob.slice(4))) || (glob.startsWith('**/') && path.endsWith(`/${glob.slice(3)}`)))
  return { has: glob => matches(glob).length > 0, find: matches, read: path => files[path], json: () => undefined, parent: undefined }
}

function textOf(name: string, files: Record<string, string>): string | undefined {
  const tree = treeOf(files)
  const recipe = recipes.find(one => one.name === name && one.when(tree))
  return typeof recipe?.run === 'function' ? recipe.run(tree) : recipe?.run
}

t.test('a remark of shellcheck knows its column below tabs', async t => {
  t.match(read('shellcheck', fixture('shellcheck.tabs.in')), [
    { rule: 'SC2120', line: 2, column: 1 }, { rule: 'SC2086', line: 3, column: 7 }, { rule: 'SC2086', line: 3, column: 15 }, { rule: 'SC2119', line: 5 },
  ])
})

t.test('several remarks below one line, with spans', async t => {
  t.match(read('shellcheck', fixture('shellcheck.tty.in')), [
    { rule: 'SC1091', level: 'note', file: 'bin/greet.sh', line: 5, column: 3 },
    { rule: 'SC2034', level: 'warning', line: 8, column: 1, endColumn: 7 },
    { rule: 'SC2046', line: 10, column: 17, endColumn: 33 },
    { rule: 'SC3010', file: 'bin/count', line: 3, column: 4, endColumn: 17 },
  ])
})

t.test('shellcheck proposes its fixes', async t => {
  const parser = parsers['shellcheck-json']!
  if (!('json' in parser)) throw new Error('not a JSON parser')
  const text = fixture('shellcheck-json.fixes.in')
  t.ok(parser.json.is(text))
  t.notOk(parser.json.is('[{"file":"a","line":1}]'), 'not any list of places')
  const items: Item[] = []
  for (const value of (JSON.parse(text) as { comments: unknown[] }).comments) parser.json.read(value, { emit: item => items.push(item), report: undefined }, '')
  t.equal(items.length, 6)
  t.match(items[3], { rule: 'SC2086', fixes: [{ changes: [{ file: 'scripts/list.sh', replacements: [{ line: 3, text: '"' }, { line: 3, text: '"' }] }] }] })
  for (const odd of [null, 1, [], {}, { file: 'a', code: 'x', message: 'y' }]) parser.json.read(odd, { emit: () => t.fail('a finding from nothing'), report: undefined }, '')
})

t.test('diffs become a finding per hunk, and the fix makes of the old text the new', async t => {
  const [finding] = read('shfmt-diff', fixture('shfmt-diff.indent.in'))
  t.match(finding, { tool: 'shfmt', kind: 'format', file: 'lib/words.sh', line: 3, fixes: [{ changes: [{ replacements: [{ line: 3, endLine: 4, text: '  local text=$1\n' }] }] }] })
  const inserted = '--- a.sh.orig\n+++ a.sh\n@@ -1,3 +1,4 @@\n a\n+b\n c\n d\n@@ -9 +10,0 @@\n-x\n'
  t.match(read('shfmt-diff', inserted), [
    { line: 2, fixes: [{ changes: [{ replacements: [{ line: 2, endLine: 2, text: 'b\n' }] }] }] },
    { line: 9, fixes: [{ changes: [{ replacements: [{ line: 9, endLine: 10, text: '' }] }] }] },
  ])
  t.equal(read('shellcheck-diff', fixture('shellcheck-diff.quotes.in')).length, 1)
  const git = 'diff --git a/x.sh b/x.sh\nindex 1..2 100644\n--- a/x.sh\n+++ b/x.sh\n@@ -1 +1 @@\n-a\n+b\n'
  t.strictSame(read('shellcheck-diff', git), [], 'what git shows is no fault')
})

t.test('a bare path counts only behind shfmt -l', async t => {
  t.match(read('shfmt', '+ shfmt -l -i 2 .\na/b.sh\nc\n\nd.sh\n'), [{ file: 'a/b.sh' }, { file: 'c' }])
  t.strictSame(read('shfmt', 'a/b.sh\nls -l\nb.sh\n'), [])
})

t.test('both lines of a syntax error are one finding', async t => {
  t.match(read('bash', fixture('bash.syntax.in')).at(-1), { message: 'syntax error near unexpected token `)\'', file: 'scripts/paren.sh', line: 3, trace: 'echo two )' })
})

t.test('the shell itself is no file, and what others print alike is not the shell', async t => {
  const [failed] = read('bash', '/bin/sh: line 1: nosuch: command not found')
  t.strictSame(failed, { tool: 'bash', kind: 'build', level: 'error', message: 'nosuch: command not found' })
  t.match(read('bash', 'make: sh: nosuch: not found\nsh: 1: nosuch: not found'), [{ message: 'nosuch: not found' }])
  for (const noise of ['awk: line 2: bailing out', 'yaml: line 3: mapping values are not allowed', 'a.c:3: warning: unused', 'Note: 3: all good', 'in x.conf: 12: something', '12:30:01: hello', 'https://x/y: 3: z']) {
    t.strictSame(read('bash', noise), [], noise)
  }
})

t.test('bats says where a test failed, in every form', async t => {
  const expected = { tool: 'bats', status: 'failed', test: 'greets by name', file: 'test/greet.bats', line: 9, message: '`[ "$output" = "hello, Ada" ]\' failed' }
  const failedOf = (items: readonly Item[]) => items.filter(item => 'status' in item && item.status === 'failed')
  t.match(failedOf(read('bats-pretty', fixture('bats-pretty.terminal.in'))), [expected])
  t.match(failedOf(read('bats', fixture('bats.tap.in'))), [expected])
  t.match(read('bats-pretty', ' ✗ breaks [17]\n   (from function `helper\' in file lib.bash, line 2,\n    in test file a.bats, line 4)\n     `helper\' failed\n   said this\n\n1 test, 1 failure'), [
    { test: 'breaks', seconds: 0.017, file: 'a.bats', line: 4, message: '`helper\' failed', trace: /said this$/ },
    { totals: { total: 1, failed: 1, skipped: 0, passed: 0 } },
  ])
  t.match(read('bats-pretty', 'a.bats\n ✓ adds'), [{ test: 'adds', status: 'passed' }])
  t.strictSame(read('bats-pretty', ' ✓ src/sum.test.ts (3 tests) 5ms\n ✓ src/sub.test.ts (1 test) 2ms'), [], 'vitest ticks files too')
  t.strictSame(read('bats-pretty', '3 tests, 1 failure'), [], 'the summary of others')
})

t.test('TAP that ends with its plan is not of bats', async t => {
  const items = read('bats', 'ok 1 - first\nnot ok 2 - second\n#\t\n#\t\tfalse\n# failed 1 among 2 test(s)\n1..2')
  t.match(items.filter(item => 'status' in item), [{ tool: 'tap', test: 'first', status: 'passed' }, { tool: 'tap', test: 'second', status: 'failed' }])
})

t.test('shunit2 counts tests, not assertions, and only where it ran', async t => {
  t.match(read('shunit2', fixture('shunit2.failed.in')).at(-1), { totals: { total: 3, passed: 1, failed: 1, skipped: 1 } })
  t.strictSame(read('shunit2', 'test\ntests\nASSERT:x\nOK\n'), [])
})

t.test('scripts are told by their first line, then by their name', async t => {
  const folder = t.testdir({
    'a.sh': 'x=1\n', 'b.sh': '#!/bin/sh\n', c: '#! /usr/bin/env bash\n', d: '#!/bin/sh -e\n', 'e.sh': '#!/usr/bin/env python3\n', 'f.zsh': '', 'g.txt': '#!/bin/sh\n',
    compile: '#!/bin/bash\n', h: '#!/bin/zsh\n', 'i j.bash': '', 'k.bats': '@test "x" {\n}\n', l: 'no first line\n', m: '', sub: { 'n.sh': '#!/bin/dash\n' }, old: {}, dickey: {}, 'ü.sh': '#!/bin/bash\n',
  })
  for (const [name, text] of [['configure', '#!/bin/sh\n# Generated by GNU Autoconf 2.71\n'], ['old/configure', '#! /bin/sh\n# Guess values\n# Generated automatically using autoconf version 2.13\n'], ['dickey/configure', '#! /bin/sh\n# Generated by Autoconf 2.52.20200111.\n'], ['missing', '#!/bin/sh\nscriptversion=2018\n'], ['sub/ltmain.sh', ''], ['gradlew', '#!/bin/sh\n']] as const) writeFileSync(join(folder, name), text)
  execFileSync('git', ['init', '-q', folder])
  const function_ = new URL('./scripts.sh', import.meta.url).pathname
  for (const shell of ['sh', 'bash', 'dash'].filter(name => spawnSync(name, ['-c', ':']).status === 0)) {
    const list = (shells: string) => execFileSync(shell, ['-c', `. "$0"; scripts ${shells}`, function_], { cwd: folder, encoding: 'utf8' }).trim().split('\n')
    t.strictSame(list('bash'), ['a.sh', 'c', 'compile', 'i j.bash', 'ü.sh'], shell)
    t.strictSame(list('sh bats'), ['b.sh', 'd', 'k.bats', 'sub/n.sh'], shell)
  }
})

t.test('build fails on what does not parse, and names it', async t => {
  const folder = t.testdir({ 'good.sh': 'true\n', 'bad name.sh': '#!/bin/bash\nif true; then\n' })
  execFileSync('git', ['init', '-q', folder])
  const { status, stderr } = spawnSync('/bin/sh', ['-c', textOf('build', {})!], { cwd: folder, encoding: 'utf8' })
  t.equal(status, 1)
  t.match(read('bash', stderr), [{ file: 'bad name.sh', line: 3, message: /unexpected end of file/ }])
})

t.test('recipes follow what the repository has', async t => {
  t.equal(textOf('test', { 'a.sh': '' }), undefined)
  t.equal(textOf('test', { 'test/a b.bats': '', 'test/c.bats': '', 'test/bats/test/own.bats': '', 'test/test_helper/bats-assert/test/x.bats': '' }), 'bats --tap --timing test')
  t.match(textOf('test', { 'run-tests.sh': '' }), /bash \.\/run-tests\.sh/)
  t.equal(textOf('test', { Makefile: 'TESTS = a\ntest: $(TESTS)\n', 'a.sh': '' }), 'make -k test')
  for (const other of ['pyproject.toml', 'configure.ac']) t.equal(textOf('test', { Makefile: 'test:\n\tpytest\n', 'tests/run.sh': '', [other]: '' }), undefined)
  t.match(textOf('lint', { '.shellcheckrc': '' }), /shellcheck --color=never -- \|\| \{ failed=1/)
  t.match(textOf('lint', {}), /"level":"error"/)
  t.notMatch(textOf('lint', { '.editorconfig': '[*]\nindent_size = 2\n' }), /shfmt -d/)
  t.match(textOf('lint', { '.editorconfig': '[*.{sh,bats}]\nindent_size = 2\n' }), /shfmt -d/)
  t.ok(wantsShfmt(treeOf({ '.editorconfig': '[*]\nswitch_case_indent = true\n' })))
})

t.test('hostile lines take no time and throw nothing', async t => {
  const lines = [
    ': line 1'.repeat(8000), 'possible bashism in x line 1 ('.repeat(2000), `   ${'1/1 ✗ '.repeat(9000)}`, '1'.repeat(65_000), `${'a '.repeat(30_000)}(skipped: `,
    ' - x (skipped: '.repeat(4000), 'in test file a, line 1'.repeat(3000), ' in 1ms'.repeat(9000), `shfmt ${'-x '.repeat(20_000)}`, `shellspec a${':1 # 1) x'.repeat(7000)}`,
    `1 examples, 1 failures${', 1 skip (a)'.repeat(5000)} x`, ' ✗ x', `   (${'in test file a, line 1 '.repeat(2500)}`, `In ${'x line 1'.repeat(8000)}`, '@@ -1,9 +1,9 @@', '--- a.orig', '@@ -999999999,1 +1 @@', '-',
  ].join('\n')
  for (const name of Object.keys(parsers)) {
    if (!('lines' in parsers[name]!)) continue
    const start = performance.now()
    read(name, lines)
    t.ok(performance.now() - start < 3000, `${name} is linear`)
  }
})
