import type { Finding, JobTests, TestCounts } from '../contract.ts'
import { nameOf, type TestResult, type TestStatus } from '../ledger/tests.ts'

/** What a log and its reports say, as far as it is about tests. */
interface Told { findings: readonly Finding[]; tests: TestCounts | null; cases: readonly TestResult[] }

/** The result of each test; of several with one name the worst. */
export function resultsOf(cases: readonly TestResult[]): Map<string, TestStatus> {
  const results = new Map<string, TestStatus>()
  for (const one of cases) {
    const name = nameOf(one)
    const known = results.get(name)
    if (known !== 'failed' && !(known === 'passed' && one.status === 'skipped')) results.set(name, one.status)
  }
  return results
}

/** Names of the tests that failed. */
export function failedIn(cases: readonly TestResult[]): Set<string> {
  return new Set([...resultsOf(cases)].flatMap(([name, status]) => status === 'failed' ? name : []))
}

/**
 * Which of the tests that failed have passed when they were run again. A runner that names only failed tests must have ended well and have counted
 * as many passed ones as were asked for; or have named every failed one, and have run no more and no fewer than were asked for, or than `first`.
 */
export function passedAgain(asked: ReadonlySet<string>, again: Told, exitCode: number | null, first: TestCounts | null = null): Set<string> {
  const results = resultsOf(again.cases)
  const ended = exitCode === 0 && (again.tests?.passed ?? 0) >= asked.size
  const counted = ended || again.tests !== null && isWhole(again.tests, asked.size, first) && again.tests.failed === failedIn(again.cases).size
  return new Set([...asked].filter(name => results.get(name) === 'passed' || counted && !results.has(name)))
}

function isWhole(tests: TestCounts, asked: number, first: TestCounts | null): boolean {
  const ran = tests.passed + tests.failed
  return ran === asked || first !== null && ran === first.passed + first.failed && tests.total === first.total
}

/** Tests that failed and passed at one commit: in this job or its reruns, and in other jobs. */
export function flakyIn(cases: readonly TestResult[], again: ReadonlySet<string>, elsewhere: ReadonlyMap<string, ReadonlySet<TestStatus>>): Set<string> {
  const opposite: Partial<Record<TestStatus, TestStatus>> = { failed: 'passed', passed: 'failed' }
  return new Set([...resultsOf(cases)].flatMap(([name, status]) => {
    const other = opposite[status]
    return other && (elsewhere.get(name)?.has(other) || status === 'failed' && again.has(name)) ? name : []
  }))
}

/** The same, told with what is known of flaky tests: they have not failed, they are something to look after. */
export function withFlaky<T extends Told>(told: T, flaky: ReadonlySet<string>): Omit<T, 'tests'> & { tests: JobTests | null } {
  const isFlaky = (one: TestResult) => flaky.has(nameOf(one))
  const saved = told.cases.filter(one => one.status === 'failed' && isFlaky(one)).length
  const { tests } = told
  return {
    ...told,
    tests: tests && { ...tests, passed: tests.passed + saved, failed: Math.max(0, tests.failed - saved), flaky: told.cases.filter(isFlaky).length },
    cases: told.cases.map(one => isFlaky(one) ? { ...one, ...(one.status === 'failed' ? { status: 'passed' } : {}), flaky: true } : one),
    findings: told.findings.map(one => one.kind === 'test' && one.rule !== undefined && flaky.has(nameOf({ tool: one.tool, test: one.rule }))
      ? { ...one, level: 'warning', message: `flaky, passed at the same commit: ${one.message}` } : one),
  }
}
