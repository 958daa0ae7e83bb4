import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import type { Item, Tree } from '../../core/contract.ts'
import pack from './index.ts'

/** A tree of these files. Globs: a plain name, `*.ext`, or the sources anywhere. */
function treeOf(files: Readonly<Record<string, string>>): Tree {
  const names = Object.keys(files).sort()
  const find = (glob: string) => names.filter(name => glob === name
    || glob.startsWith('*.') && !name.includes('/') && name.endsWith(glob.slice(1))
    || glob.startsWith('**/*.{') && /\.(?:c|cc|cpp|cxx)$/.test(name)
    || glob.startsWith('**/') && (name === glob.slice(3) || name.endsWith(glob.slice(2))))
  return { has: glob => find(glob).length > 0, find, read: path => files[path], json: () => undefined, parent: undefined }
}

const chosen = (files: Readonly<Record<string, string>>) => {
  const tree = treeOf(files)
  return ['build', 'test', 'lint', 'audit'].map(name => pack.recipes.find(one => one.name === name && one.when(tree))?.title)
}

function read(lines: readonly string[]): Item[] {
  const items: Item[] = []
  for (const parser of Object.values(pack.parsers)) {
    if (!('lines' in parser)) continue
    const reader = parser.lines({ emit: item => { items.push(item) }, report: undefined })
    for (const line of lines) reader.line(line)
    reader.end?.()
  }
  return items
}

t.test('recipes follow the build system', async t => {
  t.same(chosen({ 'CMakeLists.txt': 'enable_testing()', 'a.c': '' }), ['cmake', 'ctest', 'cppcheck', 'flawfinder'])
  t.same(chosen({ 'CMakeLists.txt': '', '.clang-tidy': '', 'a.c': '' }), ['cmake', undefined, 'clang-tidy (cmake)', 'flawfinder'])
  t.same(chosen({ Makefile: 'all:\n\tcc a.c\ncheck: all\n', 'a.c': '' }), ['make', 'make test', 'cppcheck', 'flawfinder'])
  t.same(chosen({ Makefile: 'test := no target\n', 'a.c': '' }), ['make', undefined, 'cppcheck', 'flawfinder'])
  t.same(chosen({ configure: '', 'configure.ac': '', 'a.c': '' }), ['configure and make', 'make check', 'cppcheck', 'flawfinder'])
  t.same(chosen({ 'configure.ac': '', 'a.c': '' }), ['autoreconf, configure and make', 'autoreconf and make check', 'cppcheck', 'flawfinder'])
  const automake = { 'configure.ac': '', 'Makefile.am': 'TESTS = a.test\n', 'a.c': '' }
  t.same(chosen({ ...automake, 'meson.build': "executable('a', 'a.c')" }).slice(0, 2), ['meson', 'autoreconf and make check'], 'the tests are where tests are')
  t.same(chosen({ ...automake, 'CMakeLists.txt': 'add_executable(a a.c)' }).slice(0, 2), ['cmake', 'autoreconf and make check'])
  t.same(chosen({ ...automake, 'meson.build': "subdir('t')", 't/meson.build': "test('a', a)" }).slice(0, 2), ['meson', 'meson test'])
  t.same(chosen({ 'meson.build': "project('a')", 'a.c': '' }).slice(0, 2), ['meson', 'meson test'])
  t.same(chosen({ 'a.c': '' }), ['compile loose sources', undefined, 'cppcheck', 'flawfinder'])
})

const skip = (...programs: string[]) => programs.filter(name => spawnSync(name, ['--version']).error).map(name => `${name} is not installed`).join('; ') || false

/** What a recipe of the pack does with these files. */
function runs(t: Test, name: string, files: Readonly<Record<string, string>>, prepare = 'true') {
  const recipe = pack.recipes.find(one => one.name === name && one.when(treeOf(files)))
  const work = t.testdir({ tree: { ...files }, tmp: {}, reports: {} })
  const run = typeof recipe?.run === 'function' ? recipe.run(treeOf(files)) : recipe?.run ?? 'exit 99'
  return spawnSync('/bin/sh', ['-c', `${prepare}\n${run}`], { cwd: join(work, 'tree'), encoding: 'utf8', env: { PATH: process.env['PATH'] ?? '', TMPDIR: join(work, 'tmp'), CRAFTING_REPORTS: join(work, 'reports') } })
}

t.test('what was shipped is not made again, whatever the times of the files', { skip: skip('make') }, async t => {
  const files = { configure: 'cp Makefile.in Makefile\n', 'Makefile.in': 'all: Makefile.in\n\ttrue built\nMakefile.in: Makefile.am\n\tno-such-automake\n', 'Makefile.am': '', 'a.c': '' }
  const { status, stdout, stderr } = runs(t, 'build', files, 'touch -d 2001-01-01 Makefile.in')
  t.equal(status, 0, stderr)
  t.match(stdout, /true built/)
})

t.test('a file that is not formatted is told of once', { skip: skip('clang-format', 'cppcheck') }, async t => {
  const untidy = 'int  a( ) {\n      return   1 ;\n}\n'
  const { status, stdout, stderr } = runs(t, 'lint', { 'a.c': untidy, 'b.c': untidy, 'c.c': 'int c;\n', '.clang-format': 'BasedOnStyle: LLVM\n' })
  t.equal(status, 0, stderr)
  t.same(stdout.split('\n').filter(line => line.includes('clang-format-violations')).map(line => line.replace(/^\.\//, '').slice(0, 4)).sort(), ['a.c:', 'b.c:'])
  t.match(stdout, /int {2}a\( \) \{\n/, 'with the line')
})

t.test('cppcheck takes the flags from CMake, and guesses where that cannot be configured', { skip: skip('cmake', 'cppcheck', 'cc') }, async t => {
  const files = { 'CMakeLists.txt': 'cmake_minimum_required(VERSION 3.10)\nproject(a C)\nadd_library(a a.c)\ntarget_compile_definitions(a PRIVATE BAD)\n', 'a.c': '#ifdef BAD\nint f(void) { int *p = 0; return *p; }\n#endif\n', 'unused.c': 'MACRO(x)\nint g(void) { int *p = 0; return *p; }\n' }
  const configured = runs(t, 'lint', files)
  t.match(configured.stderr, /a\.c:2:.*nullPointer/)
  t.notMatch(configured.stderr, /unused/)
  const guessed = runs(t, 'lint', { ...files, 'CMakeLists.txt': 'find_package(Nowhere REQUIRED)\n' })
  t.match(guessed.stdout, /cppcheck has to guess/)
  t.match(guessed.stderr, /a\.c:2:.*nullPointer/)
  t.notMatch(guessed.stderr, /unknownMacro/)
  t.same([configured.status, guessed.status], [0, 0])
})

t.test('flawfinder warns', { skip: skip('flawfinder') }, async t => {
  const { status, stdout } = runs(t, 'audit', { 'a,b.h': '', 'a.c': '#include <string.h>\nvoid f(char *a, char *b) { strcpy(a, b); }\n#define copy strcpy\n' })
  t.equal(status, 0)
  t.match(read(stdout.split('\n')), [{ tool: 'flawfinder', level: 'warning', rule: 'buffer/strcpy', file: 'a.c', line: 2 }])
  t.equal(read(stdout.split('\n')).length, 1, 'a word that is not called is none')
})

t.test('flawfinder reads what is not UTF-8, too', { skip: skip('flawfinder', 'iconv') }, async t => {
  const { status, stdout, stderr } = runs(t, 'audit', { 'a.c': '' }, `printf '#include <string.h>\n/* \\344 */\nvoid f(char *a, char *b) { strcpy(a, b); }\n' > a.c`)
  t.equal(status, 0, stderr)
  t.match(read(stdout.split('\n')), [{ tool: 'flawfinder', rule: 'buffer/strcpy', file: 'a.c', line: 3 }])
})

t.test('a configure script may make a makefile without tests', { skip: skip('make', 'cc') }, async t => {
  const configure = (targets: string) => ({ configure: `#!/bin/sh\nprintf 'all:\\n\\ttrue built\\n${targets}' > Makefile\n`, 'a.c': '' })
  const without = runs(t, 'test', configure(''))
  t.match([without.status, without.stdout], [0, /nothing is tested/])
  t.match(runs(t, 'test', configure('test:\\n\\techo tested\\n')).stdout, /^tested$/m)
  t.equal(runs(t, 'test', configure('check: gone\\n')).status, 2, 'a target that cannot be made has failed')
})

t.test('a makefile of another language is not a C project', async t => {
  t.same(chosen({ Makefile: 'test:\n\tgo test\n', 'go.mod': '', 'a.c': '' }), [undefined, undefined, undefined, undefined])
  t.same(chosen({ Makefile: 'all:\n\ttrue\n' }), [undefined, undefined, undefined, undefined])
})

t.test('tests that CMake builds on demand only are asked for', async t => {
  const run = (options: string) => {
    const tree = treeOf({ 'CMakeLists.txt': `${options}\nenable_testing()\n`, 'a.c': '' })
    const recipe = pack.recipes.find(one => one.name === 'test' && one.when(tree))
    return typeof recipe?.run === 'function' ? recipe.run(tree) : recipe?.run
  }
  t.match(run('option(UTF8_ENABLE_TESTING "Enable testing" Off)'), /^cmake -S .* -DUTF8_ENABLE_TESTING=ON$/m)
  t.match(run('option(BUILD_TESTS "off where nothing is said")\noption (A_TESTS\n  "of a" OFF)'), /^cmake -S .* -DBUILD_TESTS=ON -DA_TESTS=ON$/m)
  t.notMatch(run('option(BUILD_TESTS "there anyway" ON)\noption(A_WITHOUT_TESTS "none" OFF)\noption(LEAKING_TESTS_REPORT "x" OFF)\n# option(A_TESTS "gone" OFF)\noption(B_TESTS "as above" "${BUILD_TESTING}")'), '=ON -D')
  t.notMatch(run('option(A_WITHOUT_TESTS "none" OFF)'), 'TESTS=ON')
})

t.test('a test program under ctest is one test, its failures are findings', async t => {
  const items = read([
    'Test project /tmp/b', '    Start 1: unit', '1/1 Test #1: unit .....***Failed    0.01 sec',
    '[ RUN      ] Math.Adds', 'math.cpp:5: Failure', 'Expected: true', '[  FAILED  ] Math.Adds (0 ms)', '',
    '0% tests passed, 1 tests failed out of 1',
  ])
  t.same(items.flatMap(item => 'totals' in item ? [item.totals] : []), [{ total: 1, passed: 0, failed: 1, skipped: 0 }])
  t.match(items.filter(item => 'status' in item), [{ tool: 'ctest', test: 'unit', file: 'math.cpp', line: 5 }])
  t.match(items.filter(item => 'kind' in item), [{ tool: 'googletest', kind: 'test', rule: 'Math.Adds', file: 'math.cpp', line: 5 }])
})

t.test('make speaks only where nobody else does', async t => {
  t.match(read(['working', 'make: *** [Makefile:3: out] Error 3']), [{ tool: 'make', file: 'Makefile', line: 3, trace: 'working' }])
  t.match(read(['a.c:1:1: error: no', 'make: *** [Makefile:3: out] Error 1']), [{ tool: 'gcc' }])
})

t.test('a bare linker line waits for collect2 in a modern log', async t => {
  const lines = ['a.c:1:1: warning: x [-Wy]', 'b.cpp:233: undefined reference to `f()\'']
  t.equal(read(lines).length, 1)
  t.match(read([...lines, 'collect2: error: ld returned 1 exit status']).find(item => item.tool === 'ld'), { file: 'b.cpp', line: 233, rule: 'undefined-reference' })
})

t.test('other languages and tools stay with their own parsers', async t => {
  t.same(read(['a.py:1: error: x  [assignment]', 'run.sh:3:5: warning: x [SC2034]', 'main.go:4:2: imported and not used', 'A.java:3: error: x', 'a.swift:1:1: error: x', 'Program.cs(3,4): error CS1002: ; expected', 'docs/index.rst:3: WARNING: undefined label']), [])
  t.match(read(['tests.cpp(5): error: in "math/fails": check x == 2 has failed']), [{ tool: 'boost-test', status: 'failed' }])
})
