import t from 'tap'
import { reading } from '../../test/support/reading.ts'
import { scoreOf } from './cvss.ts'
import pack from './index.ts'

const { read, readJson } = reading(pack)

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

t.test('base scores of CVSS', async t => {
  t.equal(scoreOf('CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H'), 9.8)
  t.equal(scoreOf('CVSS:3.0/AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N'), 6.1)
  t.equal(scoreOf('CVSS:3.1/AV:L/AC:H/PR:L/UI:N/S:U/C:N/I:N/A:N'), 0)
  t.equal(scoreOf('CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:N/VI:N/VA:H/SC:N/SI:N/SA:N'), undefined)
  t.equal(scoreOf('CVSS:3.1/AV:N'), undefined)
})
