import t from 'tap'
import type { Finding } from '../../core/contract.ts'
import { accepterOf, acceptedFileName } from '../../core/findings/accepted-file.ts'
import { endOf } from '../../core/until.ts'

const finding = (more: Partial<Finding> = {}): Finding => ({ tool: 'lint', rule: 'R1', level: 'warning', kind: 'lint', message: 'odd', file: 'src/a.c', line: 3, ...more })
const print = (digit: string) => digit.repeat(64)
const file = (...accepted: unknown[]) => accepterOf(JSON.stringify({ version: 1, accepted }))

t.test('an entry with a fingerprint means one finding, wherever it goes', async t => {
  const { accepts, fault } = await file({ tool: 'lint', rule: 'R1', path: 'src/a.c', fingerprint: print('a'), reason: 'old', until: '2099-01-31' })
  t.equal(fault, undefined)
  t.same(accepts(finding(), print('a'), undefined), { entry: print('a'), reason: 'old', until: '2099-02-01T00:00:00.000Z' })
  t.equal(accepts(finding(), print('b'), undefined), undefined, 'another of the same rule in the same file')
  t.match(accepts(finding({ file: 'moved.c' }), print('b'), print('a')), { entry: print('a') }, 'one that was accepted before it moved')
  t.equal(accepts(finding(), print('b'), print('c')), undefined, 'the file has lost the entry since')
})

t.test('one without means a tool, a rule, a file, a directory', async t => {
  const { accepts } = await file({ tool: 'lint', rule: 'R1', path: 'legacy/', reason: 'old' }, { tool: 'lint', rule: 'R2', reason: 'noise' }, { tool: 'lint', path: 'a.c', reason: 'generated' })
  const reason = (more: Partial<Finding>) => accepts(finding(more), print('0'), null)?.reason
  t.equal(reason({ file: 'legacy/x/a.c' }), 'old')
  t.equal(reason({ file: 'legacy.c' }), undefined)
  t.equal(reason({ rule: 'R2', file: 'new.c' }), 'noise')
  t.equal(reason({ rule: 'R3', file: 'a.c' }), 'generated')
  t.equal(reason({ rule: 'R3', file: 'a.cc' }), undefined)
  t.equal(reason({ tool: 'other', rule: 'R2' }), undefined)
})

t.test('a file that is not as it must be accepts nothing, and every fault is named', async t => {
  for (const [text, said] of [
    ['{', /it is not JSON/], ['[]', /the file: expected object/], ['{"version":2,"accepted":[]}', /version: /],
    [JSON.stringify({ version: 1, accepted: [{ tool: 'x' }, { tool: 'x', reason: 'y', fingerprint: 'z', until: 'soon', line: 3 }] }), /accepted\[0\]\.reason: is required; accepted\[1\]\.fingerprint: .*accepted\[1\]\.until: must be a date.*accepted\[1\]\.line: unknown field/],
    [JSON.stringify({ version: 1, accepted: Array.from({ length: 1001 }, () => ({ tool: 'x', reason: 'y' })) }), /more than 1000 entries without a fingerprint/],
  ] as const) {
    const { accepts, fault } = await accepterOf(text)
    t.match(fault, { tool: 'crafting-table', rule: 'crafting-table/baseline-invalid', level: 'error', file: acceptedFileName, message: said }, text.slice(0, 40))
    t.equal(accepts(finding(), print('a'), print('a')), undefined)
  }
})

t.test('until: a date counts to its end', t => {
  t.equal(endOf('2027-01-31'), '2027-02-01T00:00:00.000Z')
  t.equal(endOf('2027-01-31T12:00:00+02:00'), '2027-01-31T10:00:00.000Z')
  for (const text of ['2027-02-30', '2027-1-1', 'tomorrow', '', '2027-01-31T12:00:00', '2027-01-31T25:00:00Z']) t.equal(endOf(text), undefined, text)
  t.end()
})
