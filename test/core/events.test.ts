import t from 'tap'
import type { Fact, Facts, JobStatus } from '../../core/contract.ts'
import { eventsOf, eventsOfJob, wantedOf, isNews } from '../../core/events.ts'
import { noFindings } from '../../core/findings/counts.ts'

const job = (recipe: string, status: JobStatus, more: { warning?: number; advisories?: number } = {}): Facts['job.finished'] => ({
  project: 'p', run: null, job: 'j', recipe, subproject: '', language: 'go', status, exitCode: 0, sha: null, tests: null,
  findings: { ...noFindings, warning: more.warning ?? 0 }, ...(more.advisories === undefined ? {} : { advisories: more.advisories }),
})
const fact = (data: Facts['job.finished']): Fact => ({ id: 1, name: 'job.finished', at: '2026-01-01T00:00:00.000Z', data })

t.test('every row of the table', async t => {
  const told = (...args: Parameters<typeof job>) => eventsOf(fact(job(...args))).filter(event => event !== 'nightly_summary')
  t.same(told('audit', 'passed'), ['audit_pass'])
  for (const status of ['failed', 'timed_out', 'error'] as const) {
    t.same(told('audit', status), ['audit_fail'], status)
    t.same(told('test', status), ['test_fail'], status)
    t.same(told('build', status), [], status)
  }
  t.same(told('test', 'passed'), [])
  t.same(told('lint', 'failed'), [], 'a linter without warnings')
  t.same(told('lint', 'passed', { warning: 1 }), ['lint_warn'], 'whatever its status')
  t.same(told('test', 'passed', { warning: 1 }), [], 'warnings of a test are not a linter\'s')
  t.same(told('audit', 'failed', { advisories: 1 }), ['audit_fail', 'cve_found'])
  t.same(told('build', 'passed', { advisories: 1 }), ['cve_found'], 'any job')
  for (const status of ['cancelled', 'skipped'] as const) t.same(told('audit', status), [], status)
  t.same(eventsOf({ id: 2, name: 'patch.drafted', at: '', data: { project: 'p', patch: 'x', finding: null, branch: 'b', title: 't' } }), ['patch_drafted'])
  t.same(eventsOf({ id: 3, name: 'project.removed', at: '', data: { project: 'p' } }), [])
})

t.test('nightly_summary is every job that has ended', async t => {
  for (const status of ['passed', 'failed', 'timed_out', 'cancelled', 'error', 'skipped'] as const) t.ok(eventsOfJob(job('build', status)).includes('nightly_summary'), status)
  for (const status of ['queued', 'running'] as const) t.same(eventsOfJob(job('build', status)), [], status)
})

t.test('who names nothing hears of failing audits, advisories and patches', async t => {
  const all = eventsOf(fact(job('audit', 'failed', { advisories: 2 })))
  t.same(wantedOf(all, []), ['audit_fail', 'cve_found'])
  t.same(wantedOf(all, ['cve_found', 'audit_pass']), ['cve_found'])
  t.same(wantedOf(eventsOf(fact(job('audit', 'passed'))), []), [])
  t.same(wantedOf(['patch_drafted'], []), ['patch_drafted'])
})

t.test('what tries a patch, and what runs at a bare commit, is no news of a branch', async t => {
  for (const ref of ['main', 'v1.2', 'feature/x', 'deadbeef']) t.ok(isNews({ ref }), ref)
  for (const ref of ['ct/patch/abc', 'a'.repeat(40), '0'.repeat(64)]) t.notOk(isNews({ ref }), ref)
})
