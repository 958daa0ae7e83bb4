import type { LineParser, LineReader, ParseContext, TestCounts } from '../../core/contract.ts'
import { num, str } from '../../core/parse/index.ts'
import { goReader } from './go.ts'
import { addLine, begin, emptyRun, finish, noteBenchmark, settle, testOf, tool, type PackageRun } from './test-run.ts'

/** `go doc test2json`: TestEvent; `go help buildjson`: BuildEvent. */
interface Event { action: string; package: string | undefined; test: string | undefined; output: string | undefined; elapsed: number | undefined; failedBuild: boolean }

const start = /\{\s?"(?:Time|Action|ImportPath)"\s?:\s?"/
const statuses = { pass: 'passed', fail: 'failed', skip: 'skipped' } as const
const frame = /^(?:=== (?:RUN|PAUSE|CONT|NAME|ATTR)\b| *--- (?:PASS|FAIL|SKIP|BENCH): )/

/**
 * `go test -json` and `go build -json`: one event per line, of all packages mixed, other text between them. A stream that breaks off ends its packages;
 * lines that are no event are the text parsers'. It reads lines, not documents, since only the end of all tells which tests did not finish.
 */
export const goTestJson: LineParser = { lines: context => new EventReader(context) }

interface Open { run: PackageRun; /** Lines that have begun, by test. */ partial: Map<string, string> }

class EventReader implements LineReader {
  readonly #emit: ParseContext['emit']
  readonly #packages = new Map<string, Open>()
  readonly #builds = new Map<string, LineReader>()
  #totals: TestCounts | undefined

  constructor({ emit }: ParseContext) { this.#emit = emit }

  line(text: string): boolean {
    const event = eventIn(text)
    if (!event) return false
    if (event.action === 'build-output' || event.action === 'build-fail') this.#build(event)
    else if (event.package !== undefined) this.#take(event, event.package)
    return true
  }

  end(): void {
    for (const reader of this.#builds.values()) reader.end?.()
    for (const name of this.#packages.keys()) this.#close(name, undefined)
    if (this.#totals) this.#emit({ tool, totals: this.#totals })
  }

  #build({ package: name = '', output, action }: Event): void {
    let reader = this.#builds.get(name)
    if (!reader) this.#builds.set(name, reader = goReader(this.#emit))
    for (const line of (output ?? '').replace(/\n$/, '').split('\n')) reader.line(line)
    if (action !== 'build-fail') return
    reader.end?.()
    this.#builds.delete(name)
  }

  #take(event: Event, name: string): void {
    let open = this.#packages.get(name)
    if (!open) this.#packages.set(name, open = { run: emptyRun(), partial: new Map() })
    const { action, test } = event
    if (action === 'output') return this.#output(open, test, event.output ?? '')
    if (test === undefined) {
      if (action === 'pass' || action === 'fail' || action === 'skip') this.#close(name, action !== 'fail', event.failedBuild)
      return
    }
    if (action === 'run') begin(open.run, test)
    else if (action === 'cont' || action === 'pause') testOf(open.run, test)
    else if (action === 'bench') finish(open.run, test, 'passed', event.elapsed)
    else if (action === 'pass' || action === 'fail' || action === 'skip') finish(open.run, test, statuses[action], event.elapsed)
  }

  /** An event holds a line, or a part of one. */
  #output({ run, partial }: Open, test: string | undefined, output: string): void {
    const key = test ?? ''
    const whole = (partial.get(key) ?? '') + output
    const end = whole.lastIndexOf('\n')
    const rest = whole.slice(end + 1)
    if (rest === '') partial.delete(key)
    else partial.set(key, rest.slice(0, 64 * 1024))
    if (end < 0) return
    for (const line of whole.slice(0, end).split('\n')) {
      if (frame.test(line) || noteBenchmark(run, line)) continue
      addLine(test === undefined ? run.output : testOf(run, test).lines, line)
    }
  }

  #close(name: string, ok: boolean | undefined, failedBuild = false): void {
    const open = this.#packages.get(name)
    if (!open) return
    this.#packages.delete(name)
    for (const [test, rest] of open.partial) addLine(test === '' ? open.run.output : testOf(open.run, test).lines, rest)
    const said = open.run.output.map(line => /^FAIL\s+\S+ \[(?<reason>[^\]]+ failed)\]/.exec(line)?.groups?.reason).find(one => one !== undefined)
    const { counts, alone } = settle(open.run, { package: name, ok, reason: said ?? (failedBuild ? 'build failed' : undefined) }, this.#emit)
    if (alone) this.#emit(alone)
    if (counts.total === 0 && ok === undefined) return
    this.#totals ??= { total: 0, passed: 0, failed: 0, skipped: 0 }
    for (const key of ['total', 'passed', 'failed', 'skipped'] as const) this.#totals[key] += counts[key]
  }
}

function eventIn(text: string): Event | undefined {
  const at = text.charCodeAt(0) === 123 ? 0 : text.endsWith('}') ? text.search(start) : -1
  if (at < 0 || !start.test(text.slice(at, at + 20))) return undefined
  let value: unknown
  try {
    value = JSON.parse(at === 0 ? text : text.slice(at))
  } catch {
    return undefined
  }
  const action = str(value, 'Action')
  if (action === undefined) return undefined
  return {
    action, package: str(value, 'Package') ?? str(value, 'ImportPath'), test: str(value, 'Test'), output: str(value, 'Output'),
    elapsed: num(value, 'Elapsed'), failedBuild: str(value, 'FailedBuild') !== undefined,
  }
}
