import type { Finding, LineParser, LineReader, ParseContext, TestCounts } from '../../core/contract.ts'
import { firstOwnFrame } from './goroutines.ts'
import { GotestsumSummary } from './gotestsum.ts'
import { addLine, begin, emptyRun, finish, noteBenchmark, settle, testOf, tool, type PackageRun, type Verdict } from './test-run.ts'

const framing = /^=== (?<what>RUN|PAUSE|CONT|NAME)(?: +(?<name>\S+))?/
const result = /^(?<indent> *)--- (?<status>PASS|FAIL|SKIP|BENCH): (?<name>\S+)(?: \((?<seconds>\d+(?:\.\d+)?)(?:s| seconds)\))?/
const framings = ['=== RUN   ', '=== CONT  ', '=== NAME  ', '=== PAUSE '] as const
const results = ['--- PASS: ', '--- FAIL: ', '--- SKIP: '] as const
const closing = /^(?<verdict>ok|FAIL|\?)\s+(?<package>[^\s[(]\S*)\s+(?:\d+(?:\.\d+)?s(?=\s|$)|\(cached\)|\[(?<reason>[^\]]+)\])/
const statuses = { PASS: 'passed', FAIL: 'failed', SKIP: 'skipped' } as const
const idleKept = 40

/**
 * What `go test` prints, with and without -v, of one package or many, and gotestsum around it. A package's name stands in its last line, so its
 * tests wait for it. Formats: testing/testing.go, cmd/go/internal/test, `go doc test2json`.
 */
export const goTest: LineParser = { lines: context => new TextReader(context) }

class TextReader implements LineReader {
  readonly #emit: ParseContext['emit']
  #run: PackageRun = emptyRun()
  /** What PASS or FAIL said, before the line with the package. */
  #ended: boolean | undefined
  #over = false
  /** What was printed while no test ran: why a package failed stands there. */
  #idle: string[] = []
  #panicked = false
  #summary: GotestsumSummary
  #totals: TestCounts | undefined
  /** Packages that failed without saying why: gotestsum may still name their tests. */
  readonly #silent: { package: string | undefined; finding: Finding }[] = []

  constructor({ emit }: ParseContext) {
    this.#emit = emit
    this.#summary = new GotestsumSummary(emit)
  }

  line(text: string): boolean {
    if (this.#summary.line(text)) {
      if (this.#summary.done) this.#finishSummary()
      return true
    }
    const c = text.charCodeAt(0)
    if (c === 61 && this.#framing(text)) return true
    if (this.#run.tests.length > 0 && text.includes('=== ') && this.#framingBehind(text)) return true
    if ((c === 111 || c === 70 || c === 63 || c === 45) && this.#close(text)) return true
    if (c === 80 && text === 'PASS' || c === 70 && text === 'FAIL') return this.#verdict(text)
    if (text.includes('--- ') && this.#result(text)) return true
    if (c === 66 && noteBenchmark(this.#run, text)) {
      this.#over = false
      return true
    }
    return this.#other(text, c)
  }

  end(): void {
    if (this.#panicked && this.#run.tests.length === 0) this.#crash()
    if (this.#run.tests.length > 0) this.#settle({ package: undefined, ok: this.#ended })
    this.#summary.end(this.#totals === undefined)
    for (const { package: name, finding } of this.#silent) if (!this.#summary.named(name)) this.#emit(finding)
    if (this.#totals) this.#emit({ tool, totals: this.#totals })
  }

  #framing(text: string): boolean {
    const groups = framing.exec(text)?.groups
    if (!groups) return false
    if (groups.what === 'RUN' && this.#over) this.#settle({ package: undefined, ok: this.#ended })
    const { name } = groups
    if (name === undefined) return true
    if (groups.what === 'RUN') this.#run.current = begin(this.#run, name)
    else this.#run.current = groups.what === 'PAUSE' ? undefined : testOf(this.#run, name)
    return true
  }

  /** A test that printed no line end has the next framing line behind what it printed. */
  #framingBehind(text: string): boolean {
    const at = Math.max(...framings.map(word => text.indexOf(word)))
    if (at <= 0) return false
    if (this.#run.current) addLine(this.#run.current.lines, text.slice(0, at))
    return this.#framing(text.slice(at))
  }

  #result(text: string): boolean {
    let groups = result.exec(text)?.groups
    if (!groups) {
      const at = Math.max(...results.map(word => text.indexOf(word)))
      if (at <= 0 || this.#run.tests.length === 0) return false
      groups = result.exec(text.slice(at))?.groups
      if (!groups) return false
    }
    const { name = '', indent = '', seconds, status = '' } = groups
    if (status === 'BENCH') return true
    if (this.#over && indent === '') this.#settle({ package: undefined, ok: this.#ended })
    if (this.#run.tests.length === 0) {
      this.#run.before = this.#idle
      this.#idle = []
    }
    const word = statuses[status as keyof typeof statuses]
    this.#run.current = finish(this.#run, name, word, seconds === undefined ? undefined : Number(seconds), indent.length / 4)
    return true
  }

  #verdict(text: string): boolean {
    if (this.#run.tests.length === 0) return true
    this.#ended = text === 'PASS'
    this.#over = true
    this.#run.current = undefined
    return true
  }

  #close(text: string): boolean {
    const groups = closing.exec(text)?.groups
    if (!groups) return false
    const { verdict, reason, package: name } = groups
    // Without -v nothing is said of tests that pass: it is known that go test ran, not how much.
    this.#totals ??= { total: 0, passed: 0, failed: 0, skipped: 0 }
    if (verdict === '?') return true
    if (verdict === 'FAIL' || this.#run.tests.length > 0) {
      this.#run.output.unshift(...this.#idle)
      this.#settle({ package: name, ok: verdict === 'ok', reason: verdict === 'FAIL' && reason?.endsWith(' failed') ? reason : undefined })
    }
    this.#reset()
    return true
  }

  /** What a test prints, or what is printed between tests. */
  #other(text: string, c: number): boolean {
    const { current } = this.#run
    if (this.#run.tests.length > 0 && !this.#over) {
      if (current) {
        if (current.status !== 'passed') addLine(current.lines, text)
        else if (c === 112 && text.startsWith('panic: ')) this.#run.current = undefined
      }
      if (!current || current.status === 'passed') addLine(this.#run.output, text)
      return true
    }
    if (c === 112 && text.startsWith('panic: ') || c === 102 && text.startsWith('fatal error: ')) {
      this.#panicked = true
      this.#idle = []
    }
    if (this.#over) addLine(this.#run.output, text)
    else if (this.#panicked) addLine(this.#idle, text)
    else {
      this.#idle.push(text)
      if (this.#idle.length > 2 * idleKept) this.#idle.splice(0, idleKept)
    }
    return this.#panicked && (c === 9 || c === 112)
  }

  #settle(verdict: Verdict): void {
    const { counts, failed, alone } = settle(this.#run, verdict, this.#emit)
    this.#summary.known(failed)
    if (alone) this.#silent.push({ package: verdict.package, finding: alone })
    this.#reset()
    this.#totals ??= { total: 0, passed: 0, failed: 0, skipped: 0 }
    for (const key of ['total', 'passed', 'failed', 'skipped'] as const) this.#totals[key] += counts[key]
  }

  #reset(): void {
    this.#run = emptyRun()
    this.#ended = undefined
    this.#over = this.#panicked = false
    this.#idle = []
  }

  /** gotestsum's own totals cover what was counted on the way. */
  #finishSummary(): void {
    this.#reset()
    this.#totals = undefined
  }

  /** A program that is no test crashed: its stack tells. */
  #crash(): void {
    const at = this.#idle.findIndex(line => /^goroutine \d+ .*\[.*\]:$/.test(line))
    if (at < 0) return
    const place = firstOwnFrame(this.#idle)
    this.#emit({ tool: 'go', kind: 'build', rule: 'panic', level: 'error', message: (this.#idle[0] ?? 'panic').trim(), ...place, trace: this.#idle.join('\n').trim() })
  }
}
