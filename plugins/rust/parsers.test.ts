import t from 'tap'
import type { Finding, Item, LineParser, TestCase, TestTotals } from '../../core/contract.ts'
import { scoreOf } from './cvss.ts'
import pack from './index.ts'

type Any = Partial<Finding> & Partial<TestCase> & Partial<TestTotals>

function read(name: keyof typeof pack.parsers, text: string): Any[] {
  const items: Item[] = []
  const reader = (pack.parsers[name] as LineParser).lines({ emit: item => items.push(item), report: undefined })
  for (const line of text.split('\n')) reader.line(line)
  reader.end?.()
  return items as Any[]
}

function readJson(name: keyof typeof pack.parsers, ...documents: unknown[]): Any[] {
  const items: Item[] = []
  const { json } = pack.parsers[name] as Extract<(typeof pack.parsers)[keyof typeof pack.parsers], { json: unknown }>
  for (const document of documents) {
    t.ok(json.is(JSON.stringify(document)), `${name} knows its document`)
    json.read(document, { emit: item => items.push(item), report: undefined }, '')
  }
  return items as Any[]
}

t.test('a headline alone is not the compiler\'s', async t => {
  t.same(read('rustc', 'error: something went wrong\n\nwarning: disk is nearly full\n- one\n- two\n\nerror: no\nbecause of this'), [])
  t.match(read('rustc', 'error: requires `sized` lang_item\n\nerror: aborting due to 1 previous error'), [{ tool: 'rustc', level: 'error', message: 'requires `sized` lang_item' }])
})

t.test('a message of many lines, notes with places, an end on the same line', async t => {
  const [found, ...more] = read('rustc', `error[E0277]: the trait bound
   \`A: B\` is not satisfied
  --> src\\lib.rs:10:5
   |
10 |     call(a);
   |     ^^^^ the trait \`B\` is not implemented
   |
note: required by a bound in \`call\`
  --> src\\lib.rs:3:12
   |
3  | fn call<T: B>(_: T) {}
   |            ^ required by this bound in \`call\`

For more information about this error, try \`rustc --explain E0277\`.
error: could not compile \`a\` (lib) due to 1 previous error`)
  t.same(more, [])
  t.match(found, { rule: 'E0277', file: 'src\\lib.rs', line: 10, column: 5, endLine: 10, endColumn: 9, message: 'the trait bound\n   `A: B` is not satisfied' })
  t.match(found?.related, [{ file: 'src\\lib.rs', line: 3, column: 12, message: 'required by a bound in `call`' }])
})

t.test('the lint is named by the note, by the code, by the page, or by an earlier one', async t => {
  const rules = read('rustc', `error: unused variable: \`a\`
 --> src/lib.rs:2:9
  |
2 |     let a = 1;
  |         ^ help: consider prefixing with an underscore: \`_a\`
  |
note: the lint level is defined here
 --> src/lib.rs:1:9
  |
1 | #![deny(warnings)]
  |         ^^^^^^^^
  = note: #[deny(unused_variables)] implied by #[deny(warnings)]

error: something that nobody has said before about \`x\`
 --> src/lib.rs:3:1
  |
3 | fn x() {}
  | ^
  |
note: the lint level is defined here
 --> src/lib.rs:1:9
  |
1 | #![deny(novel_lint)]
  |         ^^^^^^^^^^

warning: something that nobody has said before about \`y\`
 --> src/lib.rs:4:1

warning: passed by reference
 --> src/lib.rs:42:24
  |
note: lint level defined here
 --> src/lib.rs:1:9
  |
1 | #![warn(clippy::pass_by)]
  |         ^^^^^^^^^^^^^^^

warning: length comparison to zero
 --> src/main.rs:27:8
  |
  = help: for further information visit https://rust-lang-nursery.github.io/rust-clippy/v0.0.212/index.html#len_zero

warning: function \`late\` is never used
 --> src/lib.rs:5:4
  |`).map(one => one.rule)
  t.same(rules, ['unused_variables', 'novel_lint', 'novel_lint', 'clippy::pass_by', 'clippy::len_zero', 'dead_code'])
})

t.test('a macro of another crate is blamed where it is called', async t => {
  const text = `error: expected a literal
 --> <std macros>:2:1
  |
  ::: src/main.rs:7:5
  |
7 |     say!(x);
  |     ------- in this macro invocation
`
  t.match(read('rustc', text), [{ file: 'src/main.rs', line: 7, column: 5 }])
  const span = (file_name: string, line_start: number, expansion: unknown = null) => ({ file_name, line_start, line_end: line_start, column_start: 3, column_end: 9, is_primary: true, label: null, expansion })
  const message = { message: 'expected a literal', level: 'error', code: null, children: [], rendered: 'x', spans: [span('/rustc/abc/library/core/src/macros/mod.rs', 9, { span: span('src/main.rs', 7) })] }
  t.match(readJson('rustc-json', { reason: 'compiler-message', message }), [{ file: 'src/main.rs', line: 7 }])
})

t.test('crashes of the compiler, miri and rustfmt', async t => {
  t.match(read('rustc', `thread 'rustc' panicked at compiler/rustc_middle/src/ty/mod.rs:1:2:
index out of bounds
stack backtrace:

error: the compiler unexpectedly panicked. this is a bug.

note: we would appreciate a bug report: https://github.com/rust-lang/rust/issues/new
query stack during panic:
#0 [typeck] type-checking \`main\`
end of query stack
error: could not compile \`a\` (bin "a")`), [{ rule: 'internal-compiler-error', level: 'error' }])
  t.match(read('rustc', 'error: internal compiler error: no type for local variable 3\n  --> src/main.rs:2:9\n'), [{ rule: 'internal-compiler-error', message: 'no type for local variable 3', line: 2 }])
  t.match(read('rustc', `error: Undefined Behavior: out-of-bounds pointer use
 --> src/main.rs:4:14
  |
4 |     unsafe { *p }
  |              ^^ out-of-bounds pointer use
  |
  = help: this indicates a bug in the program
  = note: BACKTRACE:
  = note: inside \`main\` at src/main.rs:4:14: 4:16

note: some details are omitted, run with \`MIRIFLAGS=-Zmiri-backtrace=full\` for a verbose backtrace

error: aborting due to 1 previous error; 1 warning emitted`), [{ tool: 'miri', kind: 'test', rule: 'undefined-behavior', line: 4 }])
  const elsewhere = (rest: string) => read('rustc', `error: Undefined Behavior: wrong signature\n  --> /root/.rustup/toolchains/nightly/lib/rustlib/src/rust/library/core/src/ptr/mod.rs:9:2\n  |\n${rest}\n`)
  t.match(elsewhere('   = note: BACKTRACE:\n   = note: inside `std::ptr::read` at /root/.rustup/toolchains/nightly/lib/rustlib/src/rust/library/core/src/ptr/mod.rs:9:2: 9:8\n   = note: inside `main` at src/main.rs:4:14: 4:16\n   = note: inside `outer` at src/main.rs:9:1'), [{ file: 'src/main.rs', line: 4, column: 14 }], 'the first frame that is the project\'s')
  t.match(elsewhere('note: inside `main`\n --> src/main.rs:4:14'), [{ file: 'src/main.rs', line: 4 }])
  t.match(read('rustc', 'error[internal]: left behind trailing whitespace\n --> /repo/src/main.rs:3:3:1\n  |\n3 |     \n  | ^^^^\n  |\n\nwarning: rustfmt has failed to format. See previous 1 errors.'), [{ tool: 'rustfmt', kind: 'format', file: '/repo/src/main.rs', line: 3 }])
})

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

t.test('one line per diagnostic: short, and before 1.9', async t => {
  t.match(read('rustc-short', 'C:\\a\\src\\main.rs:3:5: error[E0425]: cannot find value `x` in this scope\nsrc/a.rs:1:1: warning: unused import: `std::io`\nlib/a.py:1:1: error: no\nsrc/main.rs:1:1: error: aborting due to previous error'),
    [{ file: 'C:\\a\\src\\main.rs', rule: 'E0425', level: 'error' }, { rule: 'unused_imports', level: 'warning' }])
  const old = read('rustc-short', `src/main.rs:2:13: 2:14 error: unresolved name \`x\` [E0425]
src/main.rs:2     let y = x;
                          ^
src/main.rs:2:13: 2:14 help: run \`rustc --explain E0425\` to see a detailed explanation
src/main.rs:2:9: 2:10 warning: unused variable: \`y\`, #[warn(unused_variables)] on by default
src/main.rs:2     let y = x;
error: aborting due to previous error`)
  t.match(old, [{ rule: 'E0425', message: 'unresolved name `x`', line: 2, column: 13, endColumn: 14, related: [{ line: 2 }] }, { rule: 'unused_variables', message: 'unused variable: `y`', level: 'warning' }])
  t.equal(old.length, 2)
})

t.test('build services put a time before the line', async t => {
  const text = 'error[E0425]: cannot find value `x` in this scope\n --> src/main.rs:2:13\n  |\n2 |     let y = x;\n  |             ^ not found in this scope\n'
  for (const prefix of ['2024-05-06T07:08:09.1234567Z ', '[00:56:33] ', '#12 3.456 ', '2024-05-06T07:08:09.123456Z 01O ']) {
    t.match(read('rustc', text.split('\n').map(line => prefix + line).join('\n')), [{ rule: 'E0425', file: 'src/main.rs', line: 2, column: 13, endColumn: 14 }], prefix)
  }
})

t.test('cargo\'s own words, and those of build scripts', async t => {
  t.match(read('cargo', `error: failed to parse manifest at \`/repo/Cargo.toml\`

Caused by:
  TOML parse error at line 7, column 3
    |
  7 | a = = 1
    |   ^
  invalid string

next`), [{ tool: 'cargo', level: 'error', message: 'failed to parse manifest at `/repo/Cargo.toml`: invalid string', file: '/repo/Cargo.toml', line: 7, column: 3 }])
  t.match(read('cargo', 'error: the lock file /repo/Cargo.lock needs to be updated but --locked was passed to prevent this\nIf you want to try to generate the lock file'), [{ file: '/repo/Cargo.lock' }])
  t.same(read('cargo', 'error: failed to open the door\nerror: could not compile `a`\nwarning: be careful\nerror: invalid table\n --> Cargo.toml:1:1'), [])
  t.match(read('cargo', `warning: zlib@0.1.0: In file included from src/a.c:1:
warning: zlib@0.1.0: src/a.c:34:9: warning: unused variable 'x' [-Wunused-variable]
warning: zlib@0.1.0:    34 |     int x;
warning: zlib@0.1.0:       |         ^
warning: zlib@0.1.0: 1 warning generated.
warning: zlib@0.1.0: the system's library is used`), [{ tool: 'build-script', rule: '-Wunused-variable', file: 'src/a.c', line: 34, column: 9 }, { rule: 'zlib', message: 'the system\'s library is used' }])
})

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

t.test('rustfmt: the line that differs, and the repair', async t => {
  const old = read('rustfmt', 'Diff in \\\\?\\C:\\a\\src\\main.rs at line 3:\n fn a() {\n-  b ();\n+    b();\n }\n \nDiff in src/x.rs:9:\n-x\n')
  t.match(old, [{ file: 'C:\\a\\src\\main.rs', line: 4, fixes: [{ changes: [{ replacements: [{ line: 4, column: 1, endLine: 5, endColumn: 1, text: '    b();\n' }] }] }] }, { file: 'src/x.rs', line: 9 }])
})

t.test('cargo audit before 0.12, and a yanked version', async t => {
  const items = read('cargo-audit', `ID:       RUSTSEC-2019-0009
Crate:    smallvec
Version:  0.6.9
Date:     2019-06-06
URL:      https://github.com/servo/rust-smallvec/issues/148
Title:    Double-free and use-after-free
Solution: upgrade to >= 0.6.10

Crate:         old
Version:       1.0.0
Warning:       yanked
Dependency tree:
old 1.0.0
└── shop 0.1.0

error: 1 vulnerability found!`)
  t.match(items, [{ level: 'error', rule: 'RUSTSEC-2019-0009', advisory: { package: 'smallvec', installed: '0.6.9', fixed: '0.6.10' } }, { level: 'warning', rule: 'yanked', message: /old 1\.0\.0/ }])
  t.equal(items.length, 2)
  const [found] = readJson('cargo-audit-json', { database: { 'advisory-count': 1 }, vulnerabilities: { list: [{ advisory: { id: 'RUSTSEC-2020-0091', title: 't', aliases: ['CVE-2020-35711'] }, versions: { patched: ['>=1.1.0', '>=0.4.8, <1.0.0-0'] }, package: { name: 'arc-swap', version: '0.4.7' } }] }, warnings: { yanked: [{ kind: 'yanked', package: { name: 'a', version: '1.0.0' }, advisory: null }] } })
  t.match(found?.advisory, { fixed: '0.4.8', installed: '0.4.7', ids: ['RUSTSEC-2020-0091', 'CVE-2020-35711'] }, 'the nearest version without the fault')
})

t.test('cargo deny with codes of letters and digits', async t => {
  t.match(read('cargo-deny', `error[A001]: Double-free
   ┌─ /repo/Cargo.lock:33:1
   │
33 │ smallvec 0.6.9 registry+https://github.com/rust-lang/crates.io-index
   │ -------------------------------------------------------------------- security vulnerability detected
   │
   = ID: RUSTSEC-2019-0009
   = Advisory: https://rustsec.org/advisories/RUSTSEC-2019-0009
   = Solution: Upgrade to >=0.6.10
   = smallvec v0.6.9
     └── shop v0.1.0

error[L003]: license is not allowed

advisories FAILED`), [{ rule: 'RUSTSEC-2019-0009', level: 'error', file: 'Cargo.lock', advisory: { package: 'smallvec', installed: '0.6.9', fixed: '0.6.10' } }])
})

t.test('a panic among tests is theirs', async t => {
  const panic = "thread 'main' panicked at src/main.rs:3:5:\nno\nnote: run with"
  t.match(read('panic', panic), [{ message: 'no', file: 'src/main.rs', line: 3 }])
  t.same(read('panic', `${panic}\n\nrunning 1 test`), [])
})

t.test('what is no finding: trees, tables, benchmarks, coverage, other programs\' words', async t => {
  const text = `warning: be careful
error: the door is locked

    Updating crates.io index
shop v0.1.0 (/repo)
├── serde v1.0.200
│   └── serde_derive v1.0.200 (proc-macro)
└── log v0.4.21

Name             Project  Compat   Latest   Kind         Platform
----             -------  ------   ------   ----         --------
clap             2.20.0   2.20.5   2.26.0   Normal       ---

sum                     time:   [26.029 ns 26.251 ns 26.505 ns]
                        change: [-3.2% -1.0% +0.9%] (p = 0.42 > 0.05)
                        No change in performance detected.
Found 3 outliers among 99 measurements (3.03%)

May 06 07:08:09.123  INFO cargo_tarpaulin::report: Coverage Results:
|| Uncovered Lines:
|| src/lib.rs: 12-15, 20
|| Tested/Total Lines:
|| src/lib.rs: 10/15 +0.00%
66.67% coverage, 10/15 lines covered
Filename                      Regions    Missed Regions     Cover
src/lib.rs                         12                 3    75.00%

failures: none
test result: unknown
error: Recipe \`test\` failed on line 3 with exit code 101
error: process didn't exit successfully: \`target/debug/shop\` (exit status: 1)`
  for (const [name, parser] of Object.entries(pack.parsers)) {
    if ('lines' in parser) t.same(read(name as keyof typeof pack.parsers, text), [], name)
  }
})

t.test('base scores of CVSS', async t => {
  t.equal(scoreOf('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'), 9.8)
  t.equal(scoreOf('CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N'), 6.1)
  t.equal(scoreOf('CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:N/I:N/A:N'), 0)
  t.equal(scoreOf('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N'), undefined)
  t.equal(scoreOf('CVSS:3.1/AV:N'), undefined)
})
