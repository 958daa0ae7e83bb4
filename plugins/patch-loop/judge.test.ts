import t from 'tap'
import type { TestCase } from '../../core/contract.ts'
import type { Job, StoredFinding } from '../../core/service.ts'
import { judge, type Reading } from './judge.ts'

type Status = Job['status']
const finding = (identity: number, state: StoredFinding['state'] = 'unchanged') => ({ identity, state, finding: { tool: 'x', level: 'error', kind: 'lint', message: `m${identity}`, file: 'a', line: 1 } }) as unknown as StoredFinding
const test = (name: string, status: TestCase['status']): TestCase => ({ tool: 'x', test: name, status })
const counts = (tests: readonly TestCase[]) => ({ total: tests.length, passed: tests.filter(one => one.status === 'passed').length, failed: tests.filter(one => one.status === 'failed').length, skipped: tests.filter(one => one.status === 'skipped').length })
const reading = (recipe: string, status: Status, { findings = [], tests = [], language = 'c' }: { findings?: StoredFinding[]; tests?: TestCase[]; language?: string } = {}): Reading =>
  ({ job: { subproject: '', recipe, language, status, tests: tests.length ? counts(tests) : null } as Job, findings, tests })

const lint = { subproject: '', recipe: 'lint', language: 'c', identities: [1], kind: 'lint' }
const before = [reading('lint', 'failed', { findings: [finding(1, 'new'), finding(2)] }), reading('test', 'passed', { tests: [test('a', 'passed'), test('b', 'passed'), test('c', 'skipped')] })]
const fixedLint = reading('lint', 'failed', { findings: [finding(1, 'fixed'), finding(2)] })
const sameTests = reading('test', 'passed', { tests: [test('a', 'passed'), test('b', 'passed'), test('c', 'skipped')] })

t.test('taken: gone, nothing new, nothing worse', async t => {
  t.same(judge(before, [fixedLint, sameTests], lint), { faults: [], repaired: 1, left: 0 })
  t.same(judge(before, [reading('lint', 'passed', { findings: [finding(1, 'fixed'), finding(2, 'fixed')] }), sameTests], lint).faults, [])
  t.same(judge(before, [fixedLint, reading('test', 'passed', { tests: [...sameTests.tests, test('d', 'passed')] })], lint).faults, [], 'more tests are welcome')
  const two = { ...lint, identities: [1, 2] }
  t.same(judge(before, [fixedLint, sameTests], two), { faults: [], repaired: 1, left: 1 }, 'some of a group')
})

t.test('refused', async t => {
  const cases: [string, Reading[], RegExp][] = [
    ['still there', [reading('lint', 'failed', { findings: [finding(1), finding(2)] }), sameTests], /still there/],
    ['another one', [reading('lint', 'failed', { findings: [finding(1, 'fixed'), finding(3, 'new')] }), sameTests], /new: a:1/],
    ['a new one elsewhere', [fixedLint, { ...sameTests, findings: [finding(9, 'new')] }], /new:/],
    ['redder', [fixedLint, reading('test', 'failed', { tests: [...sameTests.tests] })], /ended as failed/],
    ['too slow', [fixedLint, reading('test', 'timed_out', { tests: [...sameTests.tests] })], /no end/],
    ['not run', [fixedLint], /test \(c\) did not run/],
    ['skipped recipe', [fixedLint, reading('test', 'skipped')], /no end/],
    ['other language', [fixedLint, { ...sameTests, job: { ...sameTests.job, language: 'd' } }], /did not run/],
    ['fails', [fixedLint, reading('test', 'failed', { tests: [test('a', 'failed'), test('b', 'passed'), test('c', 'skipped')] })], /a passed before and fails/],
    ['gone', [fixedLint, reading('test', 'passed', { tests: [test('a', 'passed'), test('c', 'skipped')] })], /b passed before and is gone/],
    ['skipped', [fixedLint, reading('test', 'passed', { tests: [test('a', 'skipped'), test('b', 'passed'), test('c', 'skipped')] })], /a passed before and is skipped/],
    ['none at all', [fixedLint, reading('test', 'passed')], /not counted/],
    ['a linter that broke off', [reading('lint', 'failed'), sameTests], /lint \(c\) failed and said nothing.*still there/],
    ['not known to be fixed', [reading('lint', 'failed', { findings: [finding(2)] }), sameTests], /still there/],
    ['another recipe that broke off', [fixedLint, reading('test', 'failed')], /test \(c\) failed and said nothing/],
    ['renamed away', [fixedLint, reading('test', 'passed', { tests: [test('a', 'passed'), test('x', 'passed'), test('c', 'skipped')] })], /b passed before/],
  ]
  for (const [name, after, why] of cases) t.match(judge(before, after, lint).faults.join('; '), why, name)
  t.match(judge([before[1]!], [sameTests], lint).faults.join('; '), /nothing ran lint before/)
})

t.test('one test of several with the same name', async t => {
  const twice = [reading('lint', 'failed', { findings: [finding(1)] }), reading('test', 'passed', { tests: [test('a', 'passed'), test('a', 'passed')] })]
  t.match(judge(twice, [reading('lint', 'passed', { findings: [finding(1, 'fixed')] }), reading('test', 'passed', { tests: [test('a', 'passed')] })], lint).faults.join('; '), /a passed before/)
})

t.test('a repaired test has to pass every time, and may not be skipped instead', async t => {
  const target = { subproject: '', recipe: 'test', language: 'c', identities: [1], kind: 'test' }
  const red = [reading('test', 'failed', { findings: [finding(1)], tests: [test('a', 'failed'), test('b', 'passed')] })]
  const green = reading('test', 'passed', { findings: [finding(1, 'fixed')], tests: [test('a', 'passed'), test('b', 'passed')] })
  t.same(judge(red, [green, green, green], target).faults, [])
  t.match(judge(red, [green, { ...red[0]!, findings: [finding(1)] }, green], target).faults.join(), /still there/)
  t.match(judge(red, [reading('test', 'passed', { findings: [finding(1, 'fixed')], tests: [test('a', 'skipped'), test('b', 'passed')] })], target).faults.join(), /failed before and is skipped/)
  t.match(judge(red, [reading('test', 'passed', { findings: [finding(1, 'fixed')], tests: [test('b', 'passed')] })], target).faults.join(), /failed before and is gone/)
})
