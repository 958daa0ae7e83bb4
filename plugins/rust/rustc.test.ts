import t from 'tap'
import { reading } from '../../test/support/reading.ts'
import pack from './index.ts'

const { read, readJson } = reading(pack)

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

t.test('rustfmt: the line that differs, and the repair', async t => {
  const old = read('rustfmt', 'Diff in \\\\?\\C:\\a\\src\\main.rs at line 3:\n fn a() {\n-  b ();\n+    b();\n }\n \nDiff in src/x.rs:9:\n-x\n')
  t.match(old, [{ file: 'C:\\a\\src\\main.rs', line: 4, fixes: [{ changes: [{ replacements: [{ line: 4, column: 1, endLine: 5, endColumn: 1, text: '    b();\n' }] }] }] }, { file: 'src/x.rs', line: 9 }])
})
