import t from 'tap'
import { defaultGate, reasonsOf, type Gate, type GatedJob } from '../../core/findings/gate.ts'

const job = (more: Partial<GatedJob> = {}): GatedJob => ({
  id: 'j', subproject: '', recipe: 'test', status: 'passed', message: null, counts: { new: 0, unchanged: 0, fixed: 0, error: 0, warning: 0, note: 0 }, accepted: 0, acceptedTests: 0,
  fresh: { error: 0, warning: 0, note: 0 }, freshAdvisories: [], advisories: [], tests: null, testsBefore: null, flaky: [], ...more,
})
const tests = (total: number, failed = 0) => ({ total, failed, passed: total - failed, skipped: 0, flaky: 0 })
const said = (one: GatedJob, gate: Partial<Gate> = {}) => reasonsOf([one], { ...defaultGate, ...gate }).map(reason => `${reason.rule}: ${reason.message}`)

t.test('by default: jobs that failed, new errors, new advisories of high severity', async t => {
  t.same(said(job()), [])
  t.same(said(job({ status: 'skipped' })), [])
  t.same(said(job({ recipe: 'build', status: 'failed', message: 'ended with status 2' })), ['job: failed: ended with status 2'])
  t.same(said(job({ status: 'timed_out', message: 'not finished within 5 s' })), ['job: timed out: not finished within 5 s'])
  t.same(said(job({ fresh: { error: 2, warning: 9, note: 0 } })), ['new_findings: new: 2 errors'])
  t.same(said(job({ freshAdvisories: [9.8, 7, 6.9] })), ['new_advisories: 2 advisories of severity high or above, new here'])
  t.same(said(job({ advisories: [9.8], tests: tests(5), testsBefore: tests(9), flaky: ['a'] })), [], 'what is asked for only by some')
})

t.test('a linter that fails for what is known, or accepted, is not red; one that fails without a word is', async t => {
  const known = { recipe: 'lint', status: 'failed' as const }
  t.same(said(job({ ...known, counts: { ...job().counts, unchanged: 3, error: 3 } })), [])
  t.same(said(job({ ...known, accepted: 2 })), [])
  t.same(said(job({ ...known, message: 'ended with status 2: Oops' })), ['job: failed: ended with status 2: Oops'])
})

t.test('failed tests are red as long as they fail; those that are flaky are not', async t => {
  t.same(said(job({ status: 'failed', tests: tests(10, 2) })), ['job: 2 of 10 tests failed'])
  const flaky = job({ message: 'only flaky tests failed (1)', tests: { ...tests(10), flaky: 1 }, flaky: ['a'] })
  t.same(said(flaky), [])
  t.same(said(flaky, { flakyTests: true }), ['flaky_tests: 1 test failed and passed at the same commit: a'])
  t.same(said(job({ status: 'failed', tests: tests(10, 2), accepted: 2, acceptedTests: 2 })), [], 'those that are accepted are not')
  t.same(said(job({ status: 'failed', tests: tests(10, 2), accepted: 1, acceptedTests: 1 })), ['job: 2 of 10 tests failed'])
})

t.test('what a project may ask for', async t => {
  t.same(said(job({ fresh: { error: 0, warning: 1, note: 4 } }), { newFindings: 'note' }), ['new_findings: new: 1 warning, 4 notes'])
  t.same(said(job({ fresh: { error: 5, warning: 0, note: 0 } }), { newFindings: 'off' }), [])
  t.same(said(job({ advisories: [4] }), { advisories: 'moderate' }), ['advisories: 1 advisory of severity moderate or above'])
  t.same(said(job({ tests: tests(5), testsBefore: tests(9) }), { fewerTests: true }), ['fewer_tests: 5 tests, 9 before'])
})
