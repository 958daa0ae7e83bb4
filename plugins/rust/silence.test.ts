import t from 'tap'
import { reading } from '../../test/support/reading.ts'
import pack from './index.ts'

const { read } = reading(pack)

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
    if ('lines' in parser) t.same(read(name, text), [], name)
  }
})
