import t from 'tap'
import { reading } from '../../test/support/reading.ts'
import pack from './index.ts'

const { read, readJson } = reading(pack)

const failing = (inner: string) => `running 2 tests
test tests::a ... ok
test tests::b ... FAILED

failures:

---- tests::b stdout ----
${inner}

failures:
    tests::b

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out

`

t.test('what a failed documentation test printed is the test\'s', async t => {
  const text = `running 1 test
test src/lib.rs - a (line 5) ... FAILED

failures:

---- src/lib.rs - a (line 5) stdout ----
error[E0425]: cannot find value \`b\` in this scope
 --> src/lib.rs:6:1
  |
3 | b;
  | ^ not found in this scope

error: aborting due to 1 previous error

Couldn't compile the test.

failures:
    src/lib.rs - a (line 5)

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out
`
  t.same(read('rustc', text), [])
  t.match(read('libtest', text), [{ test: 'src/lib.rs - a (line 5)', message: 'cannot find value `b` in this scope'.replace(/^/, 'error[E0425]: '), file: 'src/lib.rs', line: 5 }, { totals: { total: 1, failed: 1 } }])
})

t.test('panics of all times', async t => {
  const panics: readonly (readonly [string, object])[] = [
    ["thread 'tests::b' panicked at 'assertion failed: `(left == right)`\n  left: `4`,\n right: `3`', src/lib.rs:10:9\nnote: Run with `RUST_BACKTRACE=1` for a backtrace.", { message: 'assertion failed: `(left == right)`\n  left: `4`,\n right: `3`', file: 'src/lib.rs', line: 10 }],
    ["\tthread 'tests::b' panicked at 'no', src/lib.rs:10", { message: 'no', file: 'src/lib.rs', line: 10 }],
    ["thread 'tests::b' panicked at src\\lib.rs:10:9:\nno\nnote: run with", { message: 'no', file: 'src\\lib.rs', line: 10 }],
    ["thread 'tests::b' (4711) panicked at C:\\a\\src\\lib.rs:10:9:\nno", { message: 'no', file: 'C:\\a\\src\\lib.rs', line: 10 }],
    ["task 'tests::b' failed at 'no', src/lib.rs:10", { message: 'no', line: 10 }],
    ['Error: NotFound', { message: 'Error: NotFound' }],
    ["thread 'tests::b' panicked at src/lib.rs:10:9:\nother\nnote: panic did not contain expected string\n      panic message: \"other\"\n expected substring: \"this\"", { message: /^panic did not contain expected string\n/, line: 10 }],
  ]
  for (const [inner, expected] of panics) t.match(read('libtest', failing(inner)), [{ test: 'tests::b', status: 'failed', ...expected }, { totals: { total: 2, passed: 1, failed: 1 } }], inner)
  const foreign = read('libtest', failing("thread 'tests::b' panicked at /rustc/abc/library/core/src/option.rs:1:2:\nNone\nstack backtrace:\n  12: a::b\n             at ./src/lib.rs:7:3"))
  t.equal(foreign[0]?.file, undefined, 'the trace has the frame that is the project\'s')
  t.match(foreign[0]?.trace, /at \.\/src\/lib\.rs:7:3/)
})

t.test('totals of several binaries, benchmarks, a binary that crashed, a log that breaks off', async t => {
  const sum = (text: string) => read('libtest', text).flatMap(item => item.totals ? [item.totals] : [])
  t.same(sum('running 2 tests\ntest a ... bench:         103 ns/iter (+/- 5)\ntest b ... ignored\n\ntest result: ok. 0 passed; 0 failed; 1 ignored; 1 measured; 3 filtered out; finished in 0.1s'), [{ total: 2, passed: 1, failed: 0, skipped: 1 }])
  const crashed = read('libtest', `running 3 tests
test a ... ok
error: test failed, to rerun pass \`--lib\`

Caused by:
  process didn't exit successfully: \`/repo/target/debug/deps/shop-0123456789abcdef\` (signal: 11, SIGSEGV: invalid memory reference)`)
  t.match(crashed, [{ totals: { total: 1, passed: 1 } }, { kind: 'test', level: 'error', rule: 'shop', message: /signal 11, SIGSEGV/ }])
  t.match(read('libtest', failing('x').split('\nfailures:\n    ')[0] ?? ''), [{ test: 'tests::b', message: 'x' }, { totals: { total: 2, failed: 1 } }])
  t.same(read('libtest', 'test result of yesterday\nrunning late\nfailures:\n    none'), [])
})

t.test('a name that failed twice is told once, successes never', async t => {
  const items = read('libtest', `running 2 tests
test a ... ok
test b ... FAILED

successes:

---- a stdout ----
thread 'x' panicked at src/lib.rs:1:1:
caught

successes:
    a

failures:

---- b stdout ----
b

failures:
    b

test result: FAILED. 1 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out`)
  t.same(items.map(item => item.test ?? item.totals?.failed), ['b', 1])
})

t.test('nextest, before and after its output was indented', async t => {
  const items = read('nextest', `    Starting 4 tests across 2 binaries (run ID: x, nextest profile: default)
        PASS [   0.004s] shop tests::a
        FAIL [   0.005s] shop tests::b

--- STDOUT:              shop tests::b ---

running 1 test
test tests::b ... FAILED

failures:

failures:
    tests::b

test result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 2 filtered out; finished in 0.00s

--- STDERR:              shop tests::b ---
thread 'tests::b' panicked at 'no', src/lib.rs:9:5

   TRY 1 FAIL [   0.006s] shop tests::c
   TRY 2 PASS [   0.006s] shop tests::c
     SIGSEGV [   0.006s] shop::it crash
  Cancelling due to test failure: 0 tests still running
------------
     Summary [   0.020s] 4 tests run: 2 passed (1 flaky), 2 failed, 1 skipped
        FAIL [   0.005s] shop tests::b
     SIGSEGV [   0.006s] shop::it crash
error: test run failed`)
  t.match(items, [{ totals: { total: 5, passed: 2, failed: 2, skipped: 1 } }, { test: 'shop tests::b', message: 'no', file: 'src/lib.rs', line: 9 }, { test: 'shop::it crash', message: 'ended by signal SIGSEGV' }])
  t.equal(items.length, 3)
})

t.test('the harness keeps silent while nextest runs it', async t => {
  t.same(read('libtest', '    Starting 1 test across 1 binary\n\nrunning 1 test\ntest a ... FAILED\n\ntest result: FAILED. 0 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n     Summary [   0.020s] 1 test run: 0 passed, 1 failed, 0 skipped'), [])
})

t.test('harness events as JSON, with what was printed to either stream', async t => {
  const items = readJson('libtest-json', { type: 'suite', event: 'started', test_count: 2 }, { type: 'test', name: 'a', event: 'failed', stderr: "thread 'a' panicked at 'no', src/lib.rs:1:2\n" },
    { type: 'test', name: 'b', event: 'failed', message: 'test did not panic as expected at src/lib.rs:5:4' }, { type: 'test', name: 'c', event: 'started' }, { type: 'test', name: 'd', event: 'ignored' })
  t.match(items, [{ test: 'a', message: 'no', line: 1 }, { test: 'b', message: /^test did not panic/, file: 'src/lib.rs', line: 5 }, { test: 'd', status: 'skipped' }])
  t.equal(items.length, 3)
})

t.test('a panic among tests is theirs', async t => {
  const panic = "thread 'main' panicked at src/main.rs:3:5:\nno\nnote: run with"
  t.match(read('panic', panic), [{ message: 'no', file: 'src/main.rs', line: 3 }])
  t.same(read('panic', `${panic}\n\nrunning 1 test`), [])
})
