import type { Finding, Item, TestCase, TestCounts } from '../contract.ts'
import { identityOf, maxMessage, normalise, text } from './normalise.ts'
import type { Resolve } from './paths.ts'
import { firstFrame } from './frames.ts'

/** Where an item came from. */
export interface Origin {
  parser: string
  /** The report's path; undefined for the log. */
  report: string | undefined
}

interface Tally { cases: TestCounts; totals: TestCounts | undefined }

/** The tests of the log, or those of the reports. */
class Tests {
  readonly #tallies = new Map<string, Tally>()
  readonly cases: TestCase[] = []
  readonly failed: Finding[] = []
  /** Failures of which was said that they failed, and no more. */
  readonly unexplained = new Set<Finding>()

  readonly most: number

  constructor(most: number) { this.most = most }

  tally({ parser, report }: Origin): Tally {
    const key = `${parser}\0${report ?? ''}`
    let tally = this.#tallies.get(key)
    if (!tally) this.#tallies.set(key, tally = { cases: zero(), totals: undefined })
    return tally
  }

  get counts(): TestCounts | null {
    if (this.#tallies.size === 0) return null
    const sum = zero()
    for (const { cases, totals } of this.#tallies.values()) add(sum, totals ?? cases)
    return sum
  }
}

/** Gathers what the parsers emit: normal form, no duplicates, tests counted, at most so many findings. */
export class Collector {
  readonly #findings: Finding[] = []
  readonly #seen = new Map<string, Finding>()
  readonly #tools = new Set<string>()
  readonly #log: Tests
  readonly #reports: Tests
  readonly #resolve: Resolve
  readonly #withoutRoot: (text: string) => string
  readonly #most: number
  #left = 0
  readonly notes: string[] = []

  constructor(resolve: Resolve, withoutRoot: (text: string) => string, most: number) {
    this.#resolve = resolve
    this.#withoutRoot = withoutRoot
    this.#most = most
    this.#log = new Tests(most)
    this.#reports = new Tests(most)
  }

  take(item: Item, origin: Origin, makeDirectory: string | undefined): void {
    if (typeof item !== 'object' || item === null) return
    this.#tools.add(String(item.tool))
    if ('status' in item) this.#takeCase(item, origin, makeDirectory)
    else if ('totals' in item) {
      const tally = this.#testsOf(origin).tally(origin)
      add(tally.totals ??= zero(), item.totals)
    } else this.#keep(normalise(item, this.#resolve, makeDirectory))
  }

  note(text: string): void { this.notes.push(text) }

  /** All that was found; the tests of reports win over those of the log, which may still tell why one failed. */
  result(): { findings: Finding[]; tests: TestCounts | null; cases: TestCase[]; tools: string[] } {
    const tests = this.#reports.counts ? this.#reports : this.#log
    if (tests.unexplained.size > 0) this.#explain(tests.unexplained)
    for (const finding of tests.failed) this.#keep(finding)
    if (this.#left > 0) {
      const message = `${this.#left} more findings were left out: a job keeps ${this.#most}`
      this.note(message)
      this.#findings.push({ tool: 'crafting-table', rule: 'crafting-table/findings-cut', level: 'note', kind: 'build', message })
    }
    return { findings: this.#findings, tests: tests.counts, cases: tests.cases, tools: [...this.#tools] }
  }

  #explain(failures: ReadonlySet<Finding>): void {
    const said = new Map(this.#log.failed.filter(one => !this.#log.unexplained.has(one)).map(one => [`${one.tool}\0${one.rule}`, one.message]))
    for (const finding of failures) finding.message = said.get(`${finding.tool}\0${finding.rule}`) ?? finding.message
  }

  #testsOf({ report }: Origin): Tests { return report === undefined ? this.#log : this.#reports }

  #takeCase(given: TestCase, origin: Origin, makeDirectory: string | undefined): void {
    // Some runners name a suite by its absolute path, which is another one in every job.
    const raw = typeof given.test === 'string' ? { ...given, test: this.#withoutRoot(given.test) } : given
    const tests = this.#testsOf(origin)
    const { cases: counts } = tests.tally(origin)
    counts.total++
    counts[raw.status === 'failed' || raw.status === 'skipped' ? raw.status : 'passed']++
    if (raw.status !== 'failed' && tests.cases.length >= tests.most) return
    const finding = raw.status === 'failed' ? this.#failure(raw, makeDirectory) : undefined
    if (finding && tests.failed.length <= tests.most) {
      tests.failed.push(finding)
      if (!raw.message) tests.unexplained.add(finding)
    }
    if (tests.cases.length < tests.most) tests.cases.push(caseOf(raw, finding, this.#resolve, makeDirectory))
  }

  #failure(raw: TestCase, makeDirectory: string | undefined): Finding {
    const place = raw.file === undefined ? undefined : this.#resolve(raw.file, makeDirectory)
    const frame = place === undefined || raw.line === undefined ? firstFrame(raw.trace ?? raw.message, path => this.#resolve(path, makeDirectory), place) : undefined
    return normalise({
      tool: raw.tool, rule: raw.test, level: 'error', kind: 'test', message: raw.message ?? `${raw.test} failed`,
      ...(raw.file === undefined ? frame : { file: raw.file, ...(raw.line === undefined ? frame && { line: frame.line } : { line: raw.line }) }),
      ...(raw.trace === undefined ? {} : { trace: raw.trace }),
    }, (path, directory) => path === frame?.file ? path : this.#resolve(path, directory), makeDirectory)
  }

  #keep(finding: Finding): void {
    finding.message = this.#withoutRoot(finding.message)
    if (finding.rule !== undefined) finding.rule = this.#withoutRoot(finding.rule)
    const key = identityOf(finding)
    const known = this.#seen.get(key)
    if (known) return complete(known, finding)
    if (this.#findings.length >= this.#most) {
      this.#left++
      return
    }
    this.#seen.set(key, finding)
    this.#findings.push(finding)
  }
}

/** The same finding again: a report says more of it than the log. */
function complete(known: Finding, again: Finding): void {
  for (const key of ['endLine', 'endColumn', 'help', 'related', 'fixes', 'trace'] as const) {
    if (known[key] === undefined && again[key] !== undefined) Object.assign(known, { [key]: again[key] })
  }
}

function caseOf(raw: TestCase, finding: Finding | undefined, resolve: Resolve, makeDirectory: string | undefined): TestCase {
  const file = finding ? finding.file : raw.file === undefined ? undefined : resolve(raw.file, makeDirectory)
  const line = finding ? finding.line : raw.line
  const message = text(raw.message, maxMessage)
  return {
    tool: text(raw.tool, 128) ?? 'unknown', test: text(raw.test, 512) ?? 'unnamed', status: raw.status,
    ...(typeof raw.seconds === 'number' && Number.isFinite(raw.seconds) ? { seconds: raw.seconds } : {}),
    ...(file === undefined ? {} : { file }), ...(file === undefined || line === undefined ? {} : { line }),
    ...(message === undefined ? {} : { message }),
    ...(finding?.trace === undefined ? {} : { trace: finding.trace }),
  }
}

function zero(): TestCounts { return { total: 0, passed: 0, failed: 0, skipped: 0 } }

function add(sum: TestCounts, more: TestCounts): void {
  for (const key of ['total', 'passed', 'failed', 'skipped'] as const) {
    const value = more[key]
    if (Number.isSafeInteger(value) && value >= 0) sum[key] = Math.min(Number.MAX_SAFE_INTEGER, sum[key] + value)
  }
}
