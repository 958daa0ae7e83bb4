import t from 'tap'
import type { Finding } from '../../core/contract.ts'
import { canonicalId, fingerprint, primaryLocationLineHash, printsOf } from '../../core/findings/fingerprint.ts'

const fingerprintAll = (...given: Parameters<typeof printsOf>) => printsOf(...given).map(one => one.fingerprint)

const hashes = (text: string) => primaryLocationLineHash(text.split(/\r\n|\r|\n/))
const base: Finding = { tool: 'shellcheck', rule: 'SC2034', level: 'warning', kind: 'lint', message: 'x appears unused.', file: 'a.sh', line: 3 }
const none = () => undefined

t.test('the line hash is that of GitHub code scanning', async t => {
  t.strictSame(hashes(''), ['c129715d7a2bc9a3:1'])
  t.strictSame(hashes(' a\nb\n  \t\tc\n d'), ['271789c17abda88f:1', '54703d4cd895b18:1', '180aee12dab6264:1', 'a23a3dc5e078b07b:1'])
  t.strictSame(hashes(' hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End'), [
    '8b7cf3e952e7aeb2:1', 'b1ae1287ec4718d9:1', 'bff680108adb0fcc:1', 'c6805c5e1288b612:1', 'b86d3392aea1be30:1', 'e6ceba753e1a442:1',
  ])
  const ended = [
    'e9496ae3ebfced30:1', 'fb7c023a8b9ccb3f:1', 'ce8ba1a563dcdaca:1', 'e20e36e16fcb0cc8:1', 'b3edc88f2938467e:1', 'c8e28b0b4002a3a0:1', 'c129715d7a2bc9a3:1',
  ]
  t.strictSame(hashes(' hello; \t\nworld!!!\n\n\n  \t\tGreetings\n End\n'), ended)
  t.strictSame(hashes(' hello; \t\nworld!!!\r\r\r  \t\tGreetings\r End\r'), ended)
  t.strictSame(hashes(' hello; \t\r\nworld!!!\r\n\r\n\r\n  \t\tGreetings\r\n End\r\n'), ended)
  t.strictSame(hashes(' hello; \t\nworld!!!\r\n\n\r  \t\tGreetings\r End\r\n'), ended)
  t.strictSame(hashes('Lorem ipsum dolor sit amet.\n'.repeat(10)), [
    'a7f2ff13bc495cf2:1', 'a7f2ff13bc495cf2:2', 'a7f2ff13bc495cf2:3', 'a7f2ff13bc495cf2:4', 'a7f2ff13bc495cf2:5', 'a7f2ff13bc495cf2:6',
    'a7f2ff1481e87703:1', 'a9cf91f7bbf1862b:1', '55ec222b86bcae53:1', 'cc97dc7b1d7d8f7b:1', 'c129715d7a2bc9a3:1',
  ])
})

t.test('the line hash agrees with plain 64-bit arithmetic on odd text', async t => {
  const lines = ['\uffff\u0000\ud83d\ude00', '', 'ä'.repeat(250), '\t \t', '}'.repeat(99), '\u2028x', 'end']
  const units = [...lines.join('\n') + '\uffff'].join('').replace(/[ \t]/g, '')
  let from = 0
  const expected = lines.map(line => {
    let hash = 0n
    for (let i = 0; i < 100; i++) hash = BigInt.asUintN(64, hash * 37n + BigInt(units.charCodeAt(from + i) || 0))
    from += line.replace(/[ \t]/g, '').length + 1
    return `${hash.toString(16)}:1`
  })
  t.strictSame(primaryLocationLineHash(lines), expected)
})

t.test('a megabyte of short lines is hashed well under a second', async t => {
  const text = 'a\n\n}\n'.repeat(210_000)
  const before = process.cpuUsage()
  t.equal(hashes(text).length, 630_001)
  t.ok(process.cpuUsage(before).user < 5e6, 'not quadratic')
})

t.test('a fingerprint outlives moves and new indentation', async t => {
  const before = ['#!/bin/sh', '', 'x=1', 'echo done']
  const after = ['#!/bin/sh', '# more', '# more', 'true', '', '  x=1', 'echo   done']
  const [old] = fingerprintAll([base], () => before)
  const [moved] = fingerprintAll([{ ...base, line: 6, column: 3, message: 'said otherwise' }], () => after)
  t.match(old, /^[0-9a-f]{64}$/)
  t.equal(moved, old)
  for (const other of [{ tool: 'x' }, { rule: 'SC1' }, { file: 'b.sh' }]) {
    t.not(fingerprintAll([{ ...base, ...other }], () => before)[0], old)
  }
  t.equal(fingerprint(base, { ordinal: 0, contextLines: ['', ' x=1'] }), old)
  const [brace] = fingerprintAll([base], () => ['a', '', '}', 'b'])
  t.equal(fingerprintAll([base], () => ['a', '  ', '  }', '', 'b'])[0], brace)
  t.not(fingerprintAll([base], () => ['c', '', '}', 'b'])[0], brace, 'a line without words needs its neighbours')
})

t.test('equal findings are told apart by their order in the file, however they come', async t => {
  const top = { ...base, line: 2 }
  const bottom = { ...base, line: 9 }
  const [a, b] = fingerprintAll([top, bottom], none)
  t.not(a, b)
  t.strictSame(fingerprintAll([bottom, top], none), [b, a])
})

t.test('without source the message stands in, numbers blanked', async t => {
  const say = (message: string) => fingerprintAll([{ ...base, message }], none)[0]
  t.equal(say('line 3 is 120 long'), say('line 77 is 121 long'))
  t.not(say('line 3 is long'), say('line 3 is short'))
})

t.test('parts do not run together', async t => {
  const print = (tool: string, rule: string) => fingerprint({ ...base, tool, rule }, { ordinal: 0 })
  t.not(print('ab', 'c'), print('a', 'bc'))
})

t.test('an advisory is its id, package and manifest; a test is its id', async t => {
  const advisory = { ids: ['GHSA-aaaa', 'CVE-2024-1', 'CVE-2023-9'], package: 'left-pad', ecosystem: 'npm', installed: '1.0.0' }
  t.equal(canonicalId(advisory), 'CVE-2023-9')
  t.equal(canonicalId({ ...advisory, ids: ['PYSEC-1', 'GHSA-x'] }), 'GHSA-x')
  t.equal(canonicalId({ ...advisory, ids: [] }), 'left-pad')
  const audit: Finding = { ...base, kind: 'audit', file: 'package-lock.json', advisory }
  const print = fingerprint(audit, { ordinal: 0 })
  t.equal(fingerprint({ ...audit, tool: 'other', message: 'y', advisory: { ...advisory, ids: ['CVE-2023-9'], installed: '2' } }, { ordinal: 0 }), print)
  t.not(fingerprint({ ...audit, file: 'b/package-lock.json' }, { ordinal: 0 }), print)

  const failed: Finding = { ...base, kind: 'test', rule: 'sums › adds' }
  t.equal(fingerprint({ ...failed, file: 'z.sh', message: '4 ≠ 5' }, { ordinal: 0 }), fingerprint(failed, { ordinal: 0 }))
})
