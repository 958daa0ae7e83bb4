import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import picomatch from 'picomatch'
import t, { type Test } from 'tap'
import type { Item, LineParser, PackRecipe, RecipeName, Tree } from '../../core/contract.ts'
import { goTestJson } from './go-test-json.ts'
import { goTest } from './go-test.ts'
import { goVet } from './go-vet.ts'
import { go } from './go.ts'
import { gofmt } from './gofmt.ts'
import { golangciLint } from './golangci-lint.ts'
import { govulncheckStream } from './govulncheck-stream.ts'
import pack from './index.ts'
import { linter } from './linter.ts'
import { fixers } from './recipes.ts'
import { staticcheck } from './staticcheck.ts'

const smoke = fileURLToPath(new URL('./smoke', import.meta.url))
const without = (program: string) => spawnSync(program, ['help']).error ? `${program} is not on this machine` : false

/** A tree of files held in memory; `parent` has the directory that contains it. */
function treeOf(files: Readonly<Record<string, string>>, parent?: Tree): Tree {
  const paths = Object.keys(files).toSorted()
  const find = (glob: string) => {
    const matches = picomatch(glob, { dot: true })
    return paths.filter(path => matches(path))
  }
  return { find, has: glob => find(glob).length > 0, read: path => files[path], json: () => undefined, parent }
}

function chosen(name: RecipeName, tree: Tree): { title: string; run: string } {
  const recipe: PackRecipe | undefined = pack.recipes.find(one => one.name === name && one.when(tree))
  const run = typeof recipe?.run === 'function' ? recipe.run(tree) : recipe?.run
  return { title: recipe?.title ?? 'none', run: run ?? '' }
}

function read(parser: LineParser, text: string): Item[] {
  const items: Item[] = []
  const reader = parser.lines({ emit: item => items.push(item), report: undefined })
  for (const line of text.split('\n')) reader.line(line)
  reader.end?.()
  return items
}

const failures = (items: readonly Item[]) => items.flatMap(item => 'status' in item && item.status === 'failed' ? [item] : [])
const totals = (items: readonly Item[]) => items.flatMap(item => 'totals' in item ? [item.totals] : [])

t.test('what runs is what the files say', async t => {
  const module = { 'go.mod': 'module a\n' }
  t.equal(chosen('build', treeOf(module)).title, 'go build')
  t.equal(chosen('test', treeOf(module)).title, 'none')
  t.equal(chosen('test', treeOf({ ...module, 'a_test.go': '' })).title, 'go test')
  t.equal(chosen('test', treeOf({ ...module, Makefile: 'test: build\n\t./run\n' })).title, 'make test')
  t.equal(chosen('test', treeOf({ ...module, Makefile: 'test := 1\n' })).title, 'none')
  t.equal(chosen('test', treeOf({ 'a_test.go': '' })).title, 'go test, below a GOPATH')
  t.match(chosen('test', treeOf({ 'a_test.go': '', 'a.go': 'package a // import "example.org/a"\n' })).run, /GO111MODULE=off.*\n.*example\.org\/a/)
  const outside = 'package errors_test\n\nimport (\n\t"fmt"\n\n\t"example.org/pkg/errors"\n)\n'
  t.match(chosen('test', treeOf({ 'errors.go': 'package errors\n', 'a_test.go': outside })).run, /example\.org\/pkg\/errors/)
  t.notMatch(chosen('test', treeOf({ 'errors.go': 'package errors\n', 'a_test.go': outside.replace('_test', '') })).run, /example\.org/)
  t.equal(chosen('lint', treeOf(module)).title, 'go vet, gofmt')
  t.equal(chosen('lint', treeOf({ ...module, '.golangci.toml': '' })).title, 'golangci-lint')
  t.equal(chosen('lint', treeOf({ ...module, '.golangci.yml': '', 'staticcheck.conf': '' })).title, 'golangci-lint, staticcheck')
  t.equal(chosen('lint', treeOf({ ...module, 'revive.toml': '' })).title, 'revive')
  t.equal(chosen('audit', treeOf({ 'a.go': '' })).title, 'none')
  t.match(chosen('audit', treeOf({ ...module, Makefile: 'sec:\n\tgosec ./...\n' })).run, /gosec -quiet/)
})

t.test('a module is linted by the configuration above it', async t => {
  const inner = treeOf({ 'go.mod': 'module b\n' }, treeOf({ 'go.mod': 'module a\n', '.golangci.toml': '' }))
  t.equal(chosen('lint', inner).title, 'golangci-lint')
  t.match(chosen('lint', inner).run, /config="\$PWD\/"\.\.\/\.golangci\.toml\n[^]*cp "\$config" \.\.\/\.golangci\.migrated\.toml[^]*rm -f \.\.\/\.golangci\.migrated\.\*/)
})

t.test('an unconfigured linter advises, one that the project calls fails', async t => {
  t.match(chosen('lint', treeOf({ 'go.mod': '' })).run, /go vet \.\/\.\.\. \|\| true/)
  const calling = chosen('lint', treeOf({ 'go.mod': '', '.github/workflows/ci.yml': '- run: go vet ./...\n- run: test -z "$(gofmt -l .)"\n' })).run
  t.notMatch(calling, /\|\| true/)
  t.match(calling, /; false; \}/)
})

t.test('a workspace is one project with its modules', async t => {
  const files = { 'go.work': 'go 1.22\n\nuse (\n\t./api // first\n\t"./web"\n\t./gone\n)\nuse ./tools/gen\n', 'api/go.mod': 'module api\n', 'web/go.mod': 'module web\n', 'tools/gen/go.mod': 'module gen\n', 'tools/gen/a_test.go': '', 'aside/go.mod': 'module aside\n' }
  const root = treeOf(files)
  t.match(chosen('build', root).run, /go build -o \/dev\/null \.\/api\/\.\.\. \.\/web\/\.\.\. \.\/tools\/gen\/\.\.\.$/)
  t.equal(chosen('build', treeOf({ 'go.mod': 'module api\n' }, root)).title, 'none', 'a member')
  t.equal(chosen('build', treeOf({ 'go.mod': 'module gen\n' }, treeOf({ 'gen/go.mod': 'module gen\n' }, root))).title, 'none', 'a deeper member')
  t.equal(chosen('build', treeOf({ 'go.mod': 'module aside\n' }, root)).title, 'go build', 'none of its members')
  const fixture = treeOf({ 'go.mod': 'module x\n' }, treeOf({ 'go.mod': 'module y\n', 'internal/testdata/x/go.mod': 'module x\n' }))
  t.equal(chosen('build', fixture).title, 'none', 'a fixture')
})

t.test('pins and flags of the project', async t => {
  t.match(chosen('build', treeOf({ 'go.mod': '', '.go-version': '1.22.3\n' })).run, /GOTOOLCHAIN=go1\.22\.3\+auto/)
  t.match(chosen('build', treeOf({ 'go.mod': '', '.tool-versions': 'nodejs 20\ngolang 1.23\n' })).run, /GOTOOLCHAIN=go1\.23\.0\+auto/)
  t.notMatch(chosen('build', treeOf({ 'go.mod': 'toolchain go1.23.1\n', '.go-version': '1.22.3\n' })).run, /1\.22\.3/, 'go.mod goes before')
  t.match(chosen('test', treeOf({ 'go.mod': '', 'a_test.go': '', Makefile: 'test:\n\tgo test -race -v ./...\n' })).run, /set -- -race/)
  t.notMatch(chosen('test', treeOf({ 'go.mod': '', 'a_test.go': '' })).run, /set -- -race/)
  t.match(chosen('test', treeOf({ 'go.mod': '', 'a_test.go': '', Makefile: 'test:\n\tgo test -v -timeout 30m ./...\n' })).run, /set -- -timeout=30m /)
  const old = chosen('lint', treeOf({ 'go.mod': '', '.golangci.yml': 'linters:\n  enable: [gosec]\n' })).run
  t.match(old, /golangci-lint migrate/)
  t.match(old, /--max-same-issues=0/)
  const current = chosen('lint', treeOf({ 'go.mod': '', '.golangci.yml': 'version: "2"\nissues:\n  max-same-issues: 5\n' })).run
  t.notMatch(current, /migrate|--max-same-issues/)
})

t.test('every command is a script that a shell can read', async t => {
  const projects: readonly Readonly<Record<string, string>>[] = [
    { 'go.mod': '', 'a_test.go': '', '.go-version': '1.22', Makefile: 'test:\n\tgo test -race ./...\n\tgosec ./...\n' },
    { 'go.work': "use ./it's\n", "it's/go.mod": '', "it's/a_test.go": '', '.golangci.yml': '', 'staticcheck.conf': '', '.revive.toml': '' },
    { 'a.go': 'package a // import "a/../../b"', 'a_test.go': '' },
  ]
  for (const tree of projects.map(files => treeOf(files))) {
    for (const name of ['build', 'test', 'lint', 'audit'] as const) {
      const shell = spawnSync('/bin/sh', ['-n', '-c', chosen(name, tree).run], { encoding: 'utf8' })
      t.equal(shell.stderr, '', name)
    }
  }
})

t.test('fixers name what they repair', async t => {
  const request = { tree: treeOf({}), rules: [], files: [], packages: [] }
  const by = (tool: string, kind?: string) => fixers.find(one => one.tool === tool && one.kind === kind)
  t.equal(by('gofmt', 'format')?.run({ ...request, files: ["it's.go"] }), "gofmt -w './it'\\''s.go'")
  t.match(by('golangci-lint')?.run({ ...request, rules: ['govet', 'gofmt'], files: ['a/b.go', 'a/c.go'] }), /--enable-only=govet \.\/a ;; esac$/)
  t.equal(by('golangci-lint')?.run({ ...request, rules: ['gofmt'] }), undefined)
  t.equal(by('golangci-lint', 'format')?.run({ ...request, rules: ['gofmt'], files: ['a.go'] }), 'golangci-lint fmt -E gofmt ./a.go')
  t.match(by('govulncheck', 'audit')?.run({ ...request, packages: [{ name: 'golang.org/x/text', fixed: '0.3.7' }, { name: 'stdlib', fixed: 'v1.22.1' }] }), /^go get golang\.org\/x\/text@v0\.3\.7 && go mod tidy/)
  t.equal(by('govulncheck', 'audit')?.run({ ...request, packages: [{ name: 'x; rm -rf /', fixed: '1' }] }), undefined)
})

t.test('whose a line is', async t => {
  const owners = (line: string) => [go, goVet, staticcheck, golangciLint, linter].flatMap(parser => read(parser, line)).map(item => item.tool)
  const cases: readonly [string, string][] = [
    ['./main.go:4:6: undefined: fmt', 'go'],
    ['main.go:4: undefined: fmt', 'go'],
    ['a\\b.go:4:6: x declared and not used', 'go'],
    ['C:\\work\\a.go:4:6: missing return', 'go'],
    ['main.go:7:2: fmt.Printf format %s has arg x of wrong type int', 'go-vet'],
    ['main.go:7:2: Printf format %s has arg #1 of wrong type int (SA5009)', 'staticcheck'],
    ['main.go:7:2: undefined: x (compile)', 'go'],
    ['main.go:7:2: undefined: x (typecheck)', 'golangci-lint'],
    ['main.go:7:2: cannot use x (variable of type int) as string value', 'go'],
    ['main.go:7:2: invalid operation: x + y (mismatched types int and string)', 'go'],
    ['main.go:7:2: exported function F should have comment or be unexported', 'golint'],
    ['main.go:7:2: ifElseChain: rewrite if-else to switch statement', 'gocritic'],
  ]
  for (const [line, tool] of cases) t.same(owners(line), [tool], line)
  for (const line of ['server.go:23: listening on :80', '2024/01/02 10:11:12 main.go:23: undefined: it says', 'see main.go:4:6: there', '    main_test.go:4: undefined: x', 'main.rs:4:6: undefined: x']) t.same(owners(line), [], line)
  t.same(read(go, '=== RUN   TestA\nmain.go:4:6: undefined: said a test\n--- PASS: TestA (0.00s)\nPASS\nok  \tp\t0.1s'), [], 'what a test logs')
  t.same(read(go, '# p\nmain.go:4: whatever cgo says').length, 1, 'below a header')
  t.same(read(goVet, 'a.go:3: what no rule knows\na.go:4: unreachable code\nb.go:5: nor this\n\nc.go:6: a log line').map(item => 'line' in item ? item.line : 0).toSorted(), [3, 4, 5], 'before there were columns')
  t.same(read(goVet, '# p\n# [p]\n./main.go:4:2: an analyzer that nobody knows').map(item => item.tool), ['go-vet'])
  t.match(read(goVet, 'sum_amd64.s:189:1: [amd64] blocks: unknown variable s; offset 0 is d+0(FP)'), [{ tool: 'go-vet', rule: 'asmdecl', level: 'warning' }], 'a job that only advised is not red for it')
})

t.test('go: what is indented belongs to what is above it', async t => {
  t.match(read(go, '# p\n./a.go:3:9: not enough arguments in call to f\n\thave ()\n\twant (int)\n./a.go:9:6: f redeclared in this block\n\t./b.go:3:6: other declaration of f\n./a.go:10:1: too many errors'), [
    { message: 'not enough arguments in call to f\nhave ()\nwant (int)', line: 3, column: 9 },
    { message: 'f redeclared in this block', related: [{ file: './b.go', line: 3, message: 'other declaration of f' }] },
  ])
  t.same(read(go, 'package main\n\nimport "fmt"\n'), [], 'Go code')
  t.same(read(go, 'go: downloading a v1\ngo: added b v1.2.3\ngo: warning: "./..." matched no packages\n'), [])
})

t.test('go test: parallel tests, output without a line end, repeated tests', async t => {
  const items = read(goTest, [
    '=== RUN   TestA', '=== PAUSE TestA', '=== RUN   TestB', '=== PAUSE TestB', '=== CONT  TestA', '    a_test.go:1: got 1, want 2', '=== CONT  TestB', 'no end--- PASS: TestB (0.00s)',
    '=== NAME  TestA', '    a_test.go:2: more', '--- FAIL: TestA (0.10s)', '=== RUN   TestA', '--- PASS: TestA (0.00s)', 'FAIL', 'exit status 1', 'FAIL\texample.com/p\t0.2s', 'FAIL',
  ].join('\n'))
  t.same(totals(items), [{ total: 3, passed: 2, failed: 1, skipped: 0 }])
  t.match(failures(items), [{ test: 'example.com/p.TestA', message: 'got 1, want 2', file: 'a_test.go', line: 1, seconds: 0.1 }])
})

t.test('go test: a log that ends in the middle', async t => {
  const items = read(goTest, '=== RUN   TestA\n--- PASS: TestA (0.00s)\n=== RUN   TestB\n    b_test.go:3: step')
  t.same(totals(items), [{ total: 2, passed: 1, failed: 1, skipped: 0 }])
  t.match(failures(items), [{ test: 'TestB' }])
})

t.test('go test: what is no test', async t => {
  for (const text of ['PASS', 'FAIL', 'ok 1 - a test', 'FAIL src/a.test.ts', '--- a/file.go', '\texample.com/p\t\tcoverage: 0.0% of statements', 'panic: said a document']) t.same(read(goTest, text), [], text)
})

t.test('go test: frameworks that print before the result', async t => {
  const one = (...lines: string[]) => failures(read(goTest, [...lines, '--- FAIL: TestAll (0.00s)', 'FAIL', 'FAIL\tp\t0.1s'].join('\n')))[0]
  t.match(one('Running Suite: Cart', 'Summarizing 1 Failure:', '  [FAIL] Cart [It] adds', '  /src/p/a_test.go:12', '', 'FAIL! -- 2 Passed | 1 Failed'), { file: '/src/p/a_test.go', line: 12, message: 'Cart [It] adds' })
  t.match(one('Failures:', '', '  * /src/p/a_test.go ', '  Line 7:', "  Expected: '2'", "  Actual:   '1'", '', '3 total assertions'), { file: '/src/p/a_test.go', line: 7, message: "Expected: '2'\nActual:   '1'" })
  t.match(one('-----', 'FAIL: a_test.go:3: S.TestSum', 'a_test.go:5:', '    c.Check(sum, Equals, 2)', '... obtained int = 1', '... expected int = 2', 'OOPS: 0 passed, 1 FAILED'), { file: 'a_test.go', line: 5, message: 'c.Check(sum, Equals, 2)\n... obtained int = 1\n... expected int = 2' })
  t.match(one('server.go:3: started', 'whatever'), { message: 'TestAll failed' }, 'a log line says nothing')
})

t.test('go test: packages that pass', async t => {
  const none = { total: 0, passed: 0, failed: 0, skipped: 0 }
  t.same(totals(read(goTest, 'ok  \texample.com/p\t(cached)\n?   \texample.com/q\t[no test files]\nok  \texample.com/r\t0.012s\tcoverage: 85.0% of statements')), [none], 'what passed is not named')
  t.same(totals(read(goTest, '--- FAIL: TestInner (0.00s)\n--- PASS: TestRunner (0.00s)\nPASS\nok  \tp\t0.1s')), [{ ...none, total: 2, passed: 2 }], 'a failure that a test made for itself')
})

t.test('go test: testify, gomega and ginkgo', async t => {
  const one = (...lines: string[]) => failures(read(goTest, ['--- FAIL: TestA (0.00s)', ...lines, 'FAIL', 'FAIL\tp\t0.1s'].join('\n')))[0]
  t.match(one('    a_test.go:9: ', '        \tError Trace:\t/src/p/a_test.go:9', '        \tError:      \tNot equal: ', '        \t            \texpected: 1', '        \t            \tactual  : 2', '        \tTest:       \tTestA', '        \tMessages:   \tthe sum'), { file: '/src/p/a_test.go', line: 9, message: 'Not equal:\nexpected: 1\nactual  : 2\nthe sum' })
  t.match(one('    a_test.go:9: ', '        Expected', '            <int>: 1', '        to equal', '            <int>: 2'), { file: 'a_test.go', line: 9, message: 'Expected <int>: 1 to equal <int>: 2' })
  t.match(one('Summarizing 1 Failure:', '  [FAIL] Cart [It] adds', '  /src/p/a_test.go:12', '', 'Ran 3 of 3 Specs in 0.001 seconds', 'FAIL! -- 2 Passed | 1 Failed | 0 Pending | 0 Skipped'), { file: '/src/p/a_test.go', line: 12, message: 'Cart [It] adds' })
})

t.test('go test -json: mixed with other text, cut off, in pieces', async t => {
  const event = (more: object) => JSON.stringify({ Time: '2024-01-01T00:00:00Z', Package: 'p', ...more })
  const items = read(goTestJson, [
    'go: downloading a v1', event({ Action: 'start' }), event({ Action: 'run', Test: 'TestA' }), `#12 0.5 ${event({ Action: 'output', Test: 'TestA', Output: '    a_test.go:4: ' })}`,
    event({ Action: 'output', Test: 'TestA', Output: 'want 1\n' }), '{"Time":"2024-01-01T00:00:00Z","Action":"out', event({ Action: 'fail', Test: 'TestA', Elapsed: 0.2 }), event({ Action: 'run', Test: 'TestB' }),
  ].join('\n'))
  t.same(totals(items), [{ total: 2, passed: 0, failed: 2, skipped: 0 }])
  t.match(failures(items), [{ test: 'p.TestA', file: 'a_test.go', line: 4, message: 'want 1', seconds: 0.2 }, { test: 'p.TestB', message: 'TestB did not finish' }])
  t.same(read(goTestJson, '{"Action":"x"}\n{"Time":1}\n{"Package":"p"}\n{"Time":"","Action":"output","Package":"p","Output":"ok\\n"}'), [])
})

t.test('gofmt -l: paths by themselves, no headings', async t => {
  t.equal(read(gofmt, 'a.go\nb/c.go').length, 2)
  t.equal(read(gofmt, 'a.go\n  (7, 2)  SA4006  message').length, 0)
  t.equal(read(gofmt, 'a.go:3:1: expected declaration').length, 0)
})

t.test('govulncheck: the nearest finding decides', async t => {
  const finding = (trace: object[]) => JSON.stringify({ finding: { osv: 'GO-1', fixed_version: 'v2.0.0', trace } })
  const frame = { module: 'm', version: 'v1.0.0' }
  const items = read(govulncheckStream, [finding([frame]), finding([{ ...frame, package: 'm/p' }]), finding([{ ...frame, package: 'm/p', function: 'F' }, { module: 'own', function: 'main', position: { filename: 'main.go', line: 3, column: 2 } }]), '{', '  "osv": {', '    "id": "GO-1", "aliases": ["CVE-1"]', '  }', '}', '{', '  "finding": {'].join('\n'))
  t.match(items, [{ level: 'error', file: 'go.mod', advisory: { ids: ['GO-1', 'CVE-1'], package: 'm', installed: 'v1.0.0', fixed: 'v2.0.0' }, related: [{ file: 'main.go', line: 3 }] }])
  t.equal(items.length, 1)
})

/** The recipe's own command on a copy of the smoke project. */
function runSmoke(t: Test, folder: string, name: RecipeName, files: Readonly<Record<string, string>>, extra: Readonly<Record<string, string>> = {}): { status: number | null; output: string; reports: string } {
  const work = t.testdir({ reports: {}, tmp: {} })
  cpSync(smoke, join(work, 'smoke'), { recursive: true })
  const env = { ...process.env, CRAFTING_REPORTS: join(work, 'reports'), TMPDIR: join(work, 'tmp'), NO_COLOR: '1', ...extra }
  const done = spawnSync('/bin/sh', ['-c', chosen(name, treeOf(files)).run], { cwd: join(work, 'smoke', folder), encoding: 'utf8', env })
  return { status: done.status, output: done.stdout + done.stderr, reports: join(work, 'reports') }
}

t.test('what a test that did not finish printed stands before the end of its package', { skip: without('go') }, async t => {
  const event = (Action: string, Test?: string, Output?: string) => JSON.stringify({ Action, Package: 'shop', Test, Output })
  const input = [
    event('output', 'TestSum', '=== RUN   TestSum\n'), event('pass', 'TestSum'), event('output', 'TestLater', '=== RUN   TestLater\n'), event('output', 'TestHangs', '=== RUN   TestHangs\n'),
    event('output', 'TestHangs', 'panic: test timed out after 5s\n'), event('output', undefined, 'FAIL\tshop\t5.0s\n'), event('fail'), '',
  ].join('\n')
  const { stdout, stderr } = spawnSync('go', ['run', fileURLToPath(new URL('./render.go', import.meta.url)), join(t.testdir({}), 'report')], { input, encoding: 'utf8' })
  t.equal(stdout, '--- FAIL: TestHangs\npanic: test timed out after 5s\nFAIL\tshop\t5.0s\n', stderr)
  t.match(read(goTest, stdout), [{ test: 'shop.TestHangs', status: 'failed', message: 'panic: test timed out after 5s' }, { totals: { failed: 1 } }], 'which makes one finding of it')
})

t.test('the smoke project: build', { skip: without('go') }, async t => {
  const { status, output } = runSmoke(t, 'broken', 'build', { 'go.mod': '' })
  t.equal(status, 1)
  t.match(read(go, output), [{ line: 3, message: '"os" imported and not used' }, { line: 6 }, { line: 7, message: 'undefined: two' }])
  t.equal(runSmoke(t, '.', 'build', { 'go.mod': '' }).status, 0)
})

t.test('the smoke project: test', { skip: without('go') }, async t => {
  const { status, output, reports } = runSmoke(t, '.', 'test', { 'go.mod': '', 'a_test.go': '' })
  t.equal(status, 1)
  const items = read(goTestJson, readFileSync(join(reports, 'go-test.json'), 'utf8'))
  t.match(totals(items)[0]?.skipped, 1)
  // Packages run side by side, and with -json their events come as they happen.
  t.same(failures(items).map(one => one.test).filter(name => name.includes('.Test')).toSorted(), ['example.com/shop/cart.TestDiscount/tenth', 'example.com/shop/price.TestNothing'])
  t.match(output, /cart_test\.go:21: Total = 3, want 2/, 'people see what failed')
  t.notMatch(output, /"Action"|TestTotal/, 'and not what did not')
})

t.test('the smoke project: lint by Go itself', { skip: without('go') }, async t => {
  const { status, output } = runSmoke(t, '.', 'lint', { 'go.mod': '' })
  t.equal(status, 0, 'as advice')
  t.match(read(goVet, output).map(item => 'rule' in item ? item.rule : '').toSorted(), ['assign', 'printf'])
  t.match(read(gofmt, output), [{ file: './price/price.go' }])
})

t.test('the smoke project: golangci-lint', { skip: without('golangci-lint') }, async t => {
  const text = readFileSync(join(smoke, '.golangci.yml'), 'utf8')
  for (const config of [text, 'linters:\n  enable: [revive]\n']) {
    const cache = join(t.testdir({}), '..', 'golangci-cache')
    const { status, output } = runSmoke(t, '.', 'lint', { 'go.mod': '', '.golangci.yml': config }, { GOLANGCI_LINT_CACHE: cache })
    t.equal(status, 1, output.slice(0, 300))
    t.ok(read(golangciLint, output).some(item => 'rule' in item && item.rule === 'errcheck' && item.line === 18))
  }
})

t.test('the smoke project: govulncheck, with a database of our own', { skip: without('govulncheck') || (spawnSync('go', ['mod', 'download'], { cwd: join(smoke, 'tongue') }).status === 0 ? false : 'golang.org/x/text cannot be had') }, async t => {
  const database = t.testdir({
    index: {
      'db.json': '{"modified":"2023-04-03T15:57:51Z"}', 'vulns.json': '[{"id":"GO-2021-0113","modified":"2023-04-03T15:57:51Z"}]',
      'modules.json': '[{"path":"golang.org/x/text","vulns":[{"id":"GO-2021-0113","modified":"2023-04-03T15:57:51Z","fixed":"0.3.7"}]}]',
    },
    ID: { 'GO-2021-0113.json': JSON.stringify({
      schema_version: '1.3.1', id: 'GO-2021-0113', modified: '2023-04-03T15:57:51Z', aliases: ['CVE-2021-38561'], summary: 'a crafted tag',
      affected: [{ package: { name: 'golang.org/x/text', ecosystem: 'Go' }, ranges: [{ type: 'SEMVER', events: [{ introduced: '0' }, { fixed: '0.3.7' }] }], ecosystem_specific: { imports: [{ path: 'golang.org/x/text/language', symbols: ['Parse'] }] } }],
    }) },
  })
  mkdirSync(join(database, 'work', 'reports'), { recursive: true })
  mkdirSync(join(database, 'work', 'tmp'))
  cpSync(smoke, join(database, 'work', 'smoke'), { recursive: true })
  const run = (GOVULNDB: string) => spawnSync('/bin/sh', ['-c', chosen('audit', treeOf({ 'go.mod': '' })).run], {
    cwd: join(database, 'work', 'smoke', 'tongue'), encoding: 'utf8', env: { ...process.env, CRAFTING_REPORTS: join(database, 'work', 'reports'), TMPDIR: join(database, 'work', 'tmp'), GOVULNDB },
  })
  const done = run(`file://${database}`)
  t.equal(done.status, 1, done.stderr)
  t.match(done.stdout, /Vulnerability 1: GO-2021-0113/)
  t.match(read(govulncheckStream, readFileSync(join(database, 'work', 'reports', 'govulncheck.json'), 'utf8')), [{ rule: 'GO-2021-0113', level: 'error', advisory: { fixed: 'v0.3.7' }, related: [{ line: 11 }] }])
  writeFileSync(join(database, 'index', 'modules.json'), 'no database')
  const failed = run(`file://${database}`)
  t.equal(failed.status, 1)
  t.match(failed.stderr, /nothing was audited/)
})
