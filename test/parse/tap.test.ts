import t from 'tap'
import type { Finding, TestCase, TestTotals } from '../../core/contract.ts'
import { tapParser } from '../../core/parse/index.ts'

interface Read { counts: string[]; cases: string[]; failed: TestCase[]; faults: string[] }

/** Counts as total/passed/failed/skipped, one per document. */
function read(text: string): Read {
  const found: Read = { counts: [], cases: [], failed: [], faults: [] }
  const reader = tapParser({ tool: 'tap' }).lines({
    report: undefined,
    emit(item) {
      if ('totals' in item) found.counts.push(Object.values((item as TestTotals).totals).join('/'))
      else if ('status' in item) {
        found.cases.push(`${item.status} ${item.test}`)
        if (item.status === 'failed') found.failed.push(item)
      } else found.faults.push(`${(item as Finding).rule}: ${item.message}`)
    },
  })
  for (const line of text.split('\n')) reader.line(line)
  reader.end?.()
  return found
}

t.test('points, numbered or not, and their directives', async t => {
  const { counts, cases } = read('TAP version 14\n1..9\nok 1 - plain\nok 2\nok - unnumbered\nnot ok 4 named\nok 5 # SKIP no net\nnot ok 6 - later # TODO soon\nok 7 - done # todo already\nok 8 - half # off\nok 9 - hash \\# kept # time=1.5s')
  t.same(counts, ['9/6/1/2'])
  t.same(cases, ['passed plain', 'passed test 2', 'passed unnumbered', 'failed named', 'skipped test 5', 'skipped later', 'passed done', 'passed half # off', 'passed hash # kept'])
})

t.test('plans that are not kept', async t => {
  for (const [name, text, counts] of [
    ['too few', '1..3\nok 1\nok 2', '2/2/1/0'],
    ['too many, plan last', 'ok 1\nok 2\nok 3\n1..2', '3/3/1/0'],
    ['outside the plan', '1..2\nok 1\nok 2\nok 3\nok 4', '4/4/2/0'],
    ['too few, but one failed already', '1..3\nok 1\nnot ok 2', '2/1/1/0'],
    ['none', 'TAP version 13\nok 1\nok 2', '2/2/1/0'],
    ['a number twice', '1..2\nok 1\nok 1', '2/2/1/0'],
    ['one of none', 'TAP version 13\n1..0\nok 1', '0/0/0/0'],
    ['skipped as a whole', 'TAP version 13\n1..0 # skip not here', '0/0/0/0'],
    ['kept, not from 1', '3..4\nok 3\nok 4', '2/2/0/0'],
  ] as const) t.same(read(text).counts, [counts], name)
})

t.test('subtests, streamed and in braces: counted outside, reported inside', async t => {
  const streamed = read('TAP version 14\n# Subtest: outer\n    # Subtest: inner\n        ok 1 - fine\n        not ok 2 - bad\n          ---\n          message: no\n          ...\n        1..2\n    not ok 1 - inner\n    ok 2 - sibling\n    1..2\nnot ok 1 - outer\nok 2 - other\n1..2')
  t.same([streamed.counts, streamed.failed.map(one => [one.test, one.message])], [['2/1/1/0'], [['outer > inner > bad', 'no']]])
  const braces = read('TAP version 14\n1..2\nnot ok 1 - outer {\n    1..1\n    not ok 1 - bad\n}\nok 2 - other')
  t.same([braces.counts, braces.failed.map(one => one.test)], [['2/1/1/0'], ['outer > bad']])
  const forgiven = read('TAP version 14\n# Subtest: x\n    not ok 1 - bad\n    1..1\nnot ok 1 - x # TODO later\n1..1')
  t.same([forgiven.counts, forgiven.failed], [['1/0/0/1'], []], 'what fails within a TODO does not fail')
  t.same(read('TAP version 14\n# Subtest: x\n    ok 1 - a\n    not ok 2 - died').failed.map(one => one.test), ['x > died'], 'a runner that died within')
})

t.test('what is said of a failure', async t => {
  const cases: [string, Partial<TestCase>][] = [
    ["  ---\n  message: 'it''s wrong'\n  at:\n    fileName: test/x.js\n    lineNumber: 12\n  duration_ms: 250\n  stack: |\n    one (test/x.js:12:3)\n    two\n  ...", { message: "it's wrong", file: 'test/x.js', line: 12, seconds: 0.25, trace: 'one (test/x.js:12:3)\ntwo' }],
    ["  ---\n  location: '/repo/a.mjs:4:1'\n  error: |-\n    first\n    second\n  ...", { message: 'first\nsecond', file: '/repo/a.mjs', line: 4 }],
    ['  ---\n    operator: equal\n    at: Test.<anonymous> (/repo/t.js:3:5)\n  ...', { file: '/repo/t.js', line: 3 }],
    ['  ---\n    operator: fail\n    at: process.<anonymous> (/repo/node_modules/tape/index.js:197:8)\n  ...', { file: undefined, line: undefined }],
    ["#\t\n#\t\t$PASS find fish &&\n#\t\ttrue\n#\t\n# failed 1 among 1 test(s)", { message: 'x failed', file: undefined }],
    ["# (in test file test/a.bats, line 7)\n#   `[ 1 -eq 2 ]' failed", { message: "`[ 1 -eq 2 ]' failed", file: 'test/a.bats', line: 7 }],
    ["#   Failed test 'x'\n#   at t/a.t line 9.\n#          got: '1'", { message: "Failed test 'x'", file: 't/a.t', line: 9 }],
    ['  ---\n  broken: [yaml\n   :::\nok 2', { message: 'x failed' }],
  ]
  for (const [text, expected] of cases) t.match(read(`TAP version 13\nnot ok 1 - x\n${text}\n`).failed[0], expected, JSON.stringify(text))
})

t.test('node:test: the line within a test, and why a file failed as a whole', async t => {
  const file = (name: string, ...said: string[]) => `${said.map(line => `# ${line}\n`).join('')}# Subtest: /repo/${name}\nnot ok 1 - /repo/${name}\n  ---\n  location: '/repo/${name}:1:1'\n  failureType: 'testCodeFailure'\n  exitCode: 1\n  signal: ~\n  error: 'test failed'\n  ...\n`
  const inside = "# Subtest: adds\nnot ok 1 - adds\n  ---\n  location: '/repo/a.test.js:3:1'\n  failureType: 'testCodeFailure'\n  error: 'no'\n  stack: |-\n    check (/repo/check.js:2:9)\n    TestContext.<anonymous> (/repo/a.test.js:5:9)\n  ...\n"
  const missing = file('b.test.js', 'node:internal/modules/cjs/loader:1210', '  throw err;', "Error: Cannot find module 'shop'", 'Require stack:', '- /repo/b.test.js', '    at Module._load (node:internal/x:1:1)', '    at load (/repo/node_modules/p/i.js:2:3)', '    at Object.<anonymous> (/repo/setup.js:4:11)', 'Node.js v20.20.2')
  const unreadable = file('c.test.js', '/repo/c.test.js:7', "const a = f('x'", 'SyntaxError: missing ) after argument list', '    at wrapSafe (node:internal/x:1:1)')
  const { counts, failed, faults } = read(`TAP version 13\n${inside}${missing}${unreadable}${file('d.test.js').replace('exitCode: 1', 'exitCode: ~').replace('signal: ~', "signal: 'SIGSEGV'")}1..4\n# tests 4\n`)
  t.same([counts, faults], [['4/0/4/0'], []], 'the numbers of files are not those of tests')
  t.same(failed.map(({ file, line, message }) => `${file}:${line} ${message}`), ['/repo/a.test.js:5 no', "/repo/setup.js:4 Error: Cannot find module 'shop'", '/repo/c.test.js:7 SyntaxError: missing ) after argument list', '/repo/d.test.js:1 test failed by SIGSEGV'])
})

t.test('a bail-out is a failure, though no test failed', async t => {
  const found = read('1..3\nok 1\nBail out! no database\nok 2\nnot ok 3')
  t.same([found.counts, found.faults], [['1/1/1/0'], ['tap/bail-out: the tests gave up: no database']])
  t.same(read('1..3\nnot ok 1\nBail out!').counts, ['1/0/1/0'])
})

t.test('several documents in one log', async t => {
  t.same(read('TAP version 13\n1..1\nok 1\nsome noise\nTAP version 13\nok 1\nok 2\n1..2\n# done\nok 1 - third\n1..1').counts, ['1/1/0/0', '2/2/0/0', '1/1/0/0'])
})

t.test('ordinary output is none', async t => {
  for (const text of ['ok', 'ok  \texample.com/pkg\t0.01s', 'okay then', 'ok 12 files checked', '1..3', '1..10 # a range', 'not ok', '# a comment', '}', 'Bailing out', 'not ok, sorry']) t.same(read(`${text}\nmore`), { counts: [], cases: [], failed: [], faults: [] }, text)
})
