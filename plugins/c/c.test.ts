import t from 'tap'
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
  t.same(chosen({ 'a.c': '' }), ['compile loose sources', undefined, 'cppcheck', 'flawfinder'])
})

t.test('a makefile of another language is not a C project', async t => {
  t.same(chosen({ Makefile: 'test:\n\tgo test\n', 'go.mod': '', 'a.c': '' }), [undefined, undefined, undefined, undefined])
  t.same(chosen({ Makefile: 'all:\n\ttrue\n' }), [undefined, undefined, undefined, undefined])
})

t.test('a test program under ctest is one test, its failures are findings', async t => {
  const items = read([
    'Test project /work/b', '    Start 1: unit', '1/1 Test #1: unit .....***Failed    0.01 sec',
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

t.test('other languages stay with their own packs', async t => {
  t.same(read(['a.py:1: error: x  [assignment]', 'run.sh:3:5: warning: x [SC2034]', 'main.go:4:2: imported and not used', 'A.java:3: error: x', 'a.swift:1:1: error: x']), [])
})
