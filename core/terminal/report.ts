import type { JobTests } from '../contract.ts'
import type { StoredFinding } from '../ledger/findings.ts'
import type { Job } from '../ledger/jobs.ts'
import type { Run } from '../ledger/runs.ts'
import { elapsed, label } from './progress.ts'
import { painter, plain, plural, shorten, type Style } from './text.ts'

/** Everything a check found. */
export interface Result {
  target: string
  run: Run
  jobs: readonly Job[]
  findings: readonly (StoredFinding & { job: Job })[]
  /** The last lines of the logs of failed jobs that no finding explains, by job id. */
  lastLines: ReadonlyMap<string, readonly string[]>
}

export interface Verdict { green: boolean; status: 0 | 1 | 2; text: string }

/** Green: every recipe passed and nothing is at error level. */
export function verdictOf({ run, jobs, findings }: Result): Verdict {
  const open = findings.filter(isOpen)
  const errors = open.filter(one => one.finding.level === 'error').length
  const failed = jobs.filter(job => job.status === 'timed_out' || (job.status === 'failed' && !onlyAccepted(job, findings)))
  const broken = jobs.filter(job => job.status === 'error' || job.status === 'cancelled')
  const skipped = jobs.filter(job => job.status === 'skipped')
  if (run.status === 'error' && jobs.length === 0) return { green: false, status: 2, text: run.message ?? 'could not run' }
  const parts = [
    failed.length ? `${plural(failed.length, 'recipe')} failed` : '',
    errors ? plural(errors, 'error') : '',
    broken.length ? `${plural(broken.length, 'job')} could not run` : '',
  ].filter(Boolean)
  const asides = skipped.length ? `, ${plural(skipped.length, 'recipe')} skipped` : ''
  if (broken.length) return { green: false, status: 2, text: `RED: ${parts.join(', ')}${asides}` }
  if (parts.length) return { green: false, status: 1, text: `RED: ${parts.join(', ')}${asides}` }
  if (jobs.every(job => job.status === 'skipped')) return { green: false, status: 2, text: `nothing could run${asides}` }
  return { green: true, status: 0, text: `GREEN: ${plural(jobs.length - skipped.length, 'recipe')} passed${asides}` }
}

/** What counts: present, and not accepted. */
export const isOpen = ({ state, suppression }: Pick<StoredFinding, 'state' | 'suppression'>) => state !== 'fixed' && !suppression

/** A linter or an audit that failed for nothing but what is accepted, or tests of which only accepted ones failed. */
function onlyAccepted(job: Job, findings: Result['findings']): boolean {
  const own = findings.filter(one => one.job.id === job.id && one.state !== 'fixed')
  const accepted = own.filter(one => one.suppression)
  if (job.recipe === 'lint' || job.recipe === 'audit') return own.length > 0 && accepted.length === own.length
  return job.tests !== null && job.tests.failed > 0 && accepted.filter(one => one.finding.kind === 'test').length >= job.tests.failed
}

const levelStyle: Record<string, Style> = { error: 'red', warning: 'yellow', note: 'blue' }
const perFile = 50
/** Of a message, below its first: what was expected and what came instead. */
const furtherLines = 3

/** The report for people: findings by file with the offending line, tests, what is new and fixed, verdict. */
export function printReport(stream: NodeJS.WriteStream, result: Result, options: { quiet: boolean }): void {
  const paint = painter(stream)
  const out = (line = '') => stream.write(`${line}\n`)
  if (!options.quiet) {
    for (const [file, found] of byFile(result.findings.filter(isOpen))) {
      out(paint('bold', plain(file)))
      for (const one of found.slice(0, perFile)) printFinding(out, paint, one)
      if (found.length > perFile) out(paint('dim', `  … ${found.length - perFile} more in this file`))
      out()
    }
    for (const job of result.jobs) {
      const lines = result.lastLines.get(job.id) ?? []
      if (lines.length === 0) continue
      out(paint('bold', `the end of ${label(job)}`))
      for (const line of lines) out(`  ${paint('dim', `| ${shorten(plain(line), 300)}`)}`)
      out()
    }
    for (const job of result.jobs) out(`${job.status.padEnd(9)} ${label(job)} ${elapsed(job)}${[job.tests ? testsText(job.tests) : '', plain(job.message ?? '')].filter(Boolean).map(text => `  ${text}`).join('')}`)
    out()
    out(summary(result))
  }
  const verdict = verdictOf(result)
  out(paint(verdict.green ? 'green' : 'red', plain(verdict.text)))
}

function printFinding(out: (line: string) => void, paint: ReturnType<typeof painter>, { finding, state, snippet, reopened }: StoredFinding): void {
  const at = finding.line === undefined ? '' : `${finding.line}${finding.column === undefined ? '' : `:${finding.column}`}`
  const rule = finding.rule === undefined ? finding.tool : `${finding.tool} ${finding.rule}`
  const [message = '', ...more] = finding.message.split('\n').map(text => shorten(plain(text.trim()), 300)).filter(Boolean)
  out(`  ${at.padEnd(7)} ${paint(levelStyle[finding.level] ?? 'dim', finding.level.padEnd(7))} ${message}  ${paint('dim', plain(rule))}${state === 'new' ? ` ${paint('cyan', reopened ? 'reopened' : 'new')}` : ''}`)
  for (const text of more.slice(0, furtherLines)) out(`          ${text}`)
  const line = snippet && finding.line !== undefined ? snippet.lines[finding.line - snippet.start] : undefined
  if (line?.trim()) out(`          ${paint('dim', `| ${shorten(plain(line.replaceAll('\t', '  ')), 160)}`)}`)
}

function byFile(findings: Result['findings']): [string, Result['findings']][] {
  const groups = new Map<string, (Result['findings'][number])[]>()
  for (const one of findings) {
    const file = one.finding.file ?? `(${one.job.recipe} ${one.job.subproject || '.'})`
    groups.set(file, [...groups.get(file) ?? [], one])
  }
  return [...groups]
    .map(([file, found]): [string, Result['findings']] => [file, found.toSorted((a, b) => (a.finding.line ?? 0) - (b.finding.line ?? 0) || (a.finding.column ?? 0) - (b.finding.column ?? 0))])
    .toSorted(([a], [b]) => a < b ? -1 : a > b ? 1 : 0)
}

function summary({ findings, jobs }: Result): string {
  const count = (state: string) => findings.filter(one => one.state === state && !one.suppression).length
  const open = findings.filter(isOpen).length
  const accepted = findings.filter(one => one.suppression).length
  const tests = sumTests(jobs)
  return [
    `${plural(open, 'finding')}: ${count('new')} new, ${count('unchanged')} unchanged, ${count('fixed')} fixed${accepted ? `, ${accepted} accepted` : ''}`,
    tests ? `tests: ${testsText(tests)}` : 'no tests',
  ].join('; ')
}

export function sumTests(jobs: readonly Job[]): JobTests | null {
  const counted = jobs.flatMap(job => job.tests ?? [])
  if (counted.length === 0) return null
  return counted.reduce((sum, one) => ({ total: sum.total + one.total, passed: sum.passed + one.passed, failed: sum.failed + one.failed, skipped: sum.skipped + one.skipped, flaky: sum.flaky + one.flaky }))
}

export function testsText({ total, passed, failed, skipped, flaky }: JobTests): string {
  return `${passed} of ${total} passed${flaky ? ` (${flaky} flaky)` : ''}${failed ? `, ${failed} failed` : ''}${skipped ? `, ${skipped} skipped` : ''}`
}

/** The same for programs; the names are those of the HTTP surface. */
export function jsonReport(result: Result): unknown {
  const verdict = verdictOf(result)
  return {
    target: result.target, run_id: result.run.id, sha: result.run.sha, verdict: { green: verdict.green, status: verdict.status, text: verdict.text },
    tests: sumTests(result.jobs),
    jobs: result.jobs.map(job => ({
      job_id: job.id, subproject: job.subproject, language: job.language, recipe: job.recipe, status: job.status, exit_code: job.exitCode, message: job.message,
      tests: job.tests, findings: job.findings, started_at: job.startedAt, finished_at: job.finishedAt, run: job.snapshot?.run ?? null,
    })),
    findings: result.findings.map(({ id, job, finding, fingerprint, state, snippet, identity, firstSeen, reopened, suppression }) => ({ id, recipe: job.recipe, subproject: job.subproject, language: job.language, state, reopened, fingerprint, identity, first_seen: firstSeen, suppression, ...finding, ...(snippet ? { snippet } : {}) })),
  }
}
