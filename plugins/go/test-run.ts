import type { Finding, ParseContext, TestCounts } from '../../core/contract.ts'
import { explain, explainPrinted, isFatal } from './failure.ts'

/** One execution of one test, subtest, example, fuzz target or benchmark. */
export interface Test {
  name: string
  status: 'passed' | 'failed' | 'skipped' | undefined
  seconds: number | undefined
  lines: string[]
}

/** What one package's test binary has said so far. */
export interface PackageRun {
  tests: Test[]
  latest: Map<string, Test>
  current: Test | undefined
  /** Lines that belong to no test. */
  output: string[]
  /** What was printed before the first result, where nothing says which test did. */
  before: readonly string[]
}

export function emptyRun(): PackageRun {
  return { tests: [], latest: new Map(), current: undefined, output: [], before: [] }
}

/** The newest test of that name; the first line that speaks of it makes it. */
export function testOf(run: PackageRun, name: string): Test {
  return run.latest.get(name) ?? begin(run, name)
}

export function begin(run: PackageRun, name: string): Test {
  const test: Test = { name, status: undefined, seconds: undefined, lines: [] }
  run.tests.push(test)
  run.latest.set(name, test)
  return test
}

/** A result. With `-count` a test has several; a fuzz target has one within another. */
export function finish(run: PackageRun, name: string, status: NonNullable<Test['status']>, seconds: number | undefined, depth = 0): Test {
  const known = run.latest.get(name)
  const within = depth > name.split('/').length - 1
  const test = known && (known.status === undefined || within) ? known : begin(run, name)
  test.status = status
  if (seconds !== undefined) test.seconds = seconds
  if (status === 'passed') test.lines = []
  return test
}

const mostLines = 600
const keptHead = 150

/** Of very much output the beginning and the end are kept. */
export function addLine(lines: string[], text: string): void {
  if (lines.length >= mostLines) lines.splice(keptHead, mostLines / 2)
  lines.push(text.length > 2000 ? text.slice(0, 2000) : text)
}

const benchmark = /^(?<name>Benchmark\S*?)(?:-\d+)?\s+\d+\s+[\d.]+(?:e\+\d+)? ns\/op/

/** The line of a finished benchmark. */
export function noteBenchmark(run: PackageRun, text: string): boolean {
  const name = text.charCodeAt(0) === 66 ? benchmark.exec(text)?.groups?.name : undefined
  if (name === undefined) return false
  testOf(run, name).status = 'passed'
  run.current = undefined
  return true
}

export interface Verdict { package: string | undefined; ok: boolean | undefined; reason?: string | undefined }
export interface Failed { test: string | undefined; package: string | undefined }
/** `alone`: the package failed, yet none of its tests, and nothing was printed that would tell why. Not emitted. */
export interface Settled { counts: TestCounts; failed: readonly Failed[]; alone: Finding | undefined }

export const tool = 'go-test'

/**
 * The package is over: its cases are emitted, its counts returned. A test without a result did not finish; a package that failed although no test did
 * (a crash, a build that failed) is one failed test by the name of the package. A test that failed by its subtests alone is counted but not told of.
 */
export function settle(run: PackageRun, verdict: Verdict, emit: ParseContext['emit']): Settled {
  const counts: TestCounts = { total: 0, passed: 0, failed: 0, skipped: 0 }
  const failed: Failed[] = []
  const all = [run.output, ...run.tests.filter(test => test.status !== 'passed').map(test => test.lines)]
  const running = new Set(stillRunning(all))
  for (const name of running) testOf(run, name).status ??= 'failed'
  const crash = verdict.ok === true ? undefined : all.find(lines => lines.some(isFatal))
  const parents = new Set(run.tests.filter(test => hasFailed(test, verdict)).flatMap(({ name }) => parentsOf(name)))
  for (const test of run.tests) {
    // A package that passed has no failed test: one within was meant to fail, to test what is made of that.
    const status = verdict.ok === true && test.status !== 'skipped' ? 'passed' : test.status ?? 'failed'
    counts.total++
    counts[status]++
    const { name, seconds } = test
    const base = { tool, test: verdict.package ? `${verdict.package}.${name}` : name, ...(seconds === undefined ? {} : { seconds }) }
    if (status !== 'failed') {
      emit({ ...base, status })
      continue
    }
    failed.push({ test: name, package: verdict.package })
    const ended = crash !== undefined && crash !== test.lines && (test.status === undefined || running.has(name))
    const why = explain(ended ? [...test.lines, ...crash] : test.lines) ?? (parents.has(name) ? undefined : explainPrinted(run.before))
    if (parents.has(name) && !why?.telling) continue
    emit({ ...base, status: 'failed', message: why?.message ?? (test.status === undefined ? `${name} did not finish` : `${name} failed`), ...why?.place, ...(why?.trace ? { trace: why.trace } : {}) })
  }
  if (verdict.ok !== false || counts.failed > 0) return { counts, failed, alone: undefined }
  const alone = failedAlone(run, verdict, counts, emit)
  return { counts, failed: alone ? failed : [{ test: undefined, package: verdict.package }], alone }
}

function hasFailed({ status }: Test, verdict: Verdict): boolean {
  return status === 'failed' || status === undefined && verdict.ok !== true
}

function parentsOf(name: string): string[] {
  const found: string[] = []
  for (let at = name.lastIndexOf('/'); at > 0; at = name.lastIndexOf('/', at - 1)) found.push(name.slice(0, at))
  return found
}

/** A package fails without a failed test: it was not built, it crashed, or something ended it (TestMain, a leak checker). */
function failedAlone(run: PackageRun, { package: name = 'tests', reason }: Verdict, counts: TestCounts, emit: ParseContext['emit']): Finding | undefined {
  const why = explain(run.output)
  const said = run.output.findLast(line => line.trim() !== '' && !/^(?:exit status|FAIL|PASS|ok |coverage:)/.test(line))?.trim()
  const message = reason ?? (why?.place ?? why?.telling ? why.message : said) ?? 'the package failed, but none of its tests'
  const trace = reason === undefined ? run.output.join('\n').trim() : ''
  const told = reason !== undefined || run.output.some(line => isFatal(line) || /^(?:exit status \d+|signal: )/.test(line))
  const what = { tool, message, ...(reason === undefined ? why?.place : {}), ...(trace && trace !== message ? { trace } : {}) }
  if (!told) return { ...what, kind: 'test', level: 'error', rule: name }
  counts.total++
  counts.failed++
  emit({ ...what, test: name, status: 'failed' })
  return undefined
}

/** `running tests:` below a timeout names them, one to a line. */
function stillRunning(all: readonly (readonly string[])[]): string[] {
  const found: string[] = []
  for (const lines of all) {
    const at = lines.findIndex(line => /^\s*running tests:$/.test(line))
    if (at < 0) continue
    for (const line of lines.slice(at + 1)) {
      const name = /^\s+(?<name>\S+) \([\dhmsµ.]+\)$/.exec(line)?.groups?.name
      if (name === undefined) break
      found.push(name)
    }
  }
  return found
}
