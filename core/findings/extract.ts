import type { Finding, ParseContext, TestCase, TestCounts } from '../contract.ts'
import { messageOf } from '../errors.ts'
import type { NamedParser, Parsers } from '../plugins.ts'
import { Collector } from './collect.ts'
import type { Ask, Claim } from './documents.ts'
import { MakeDirectories, Trail } from './make.ts'
import { pathResolver, withoutRoot, type Place } from './paths.ts'
import { reportLines } from './report.ts'
import { TextStream, type Seat } from './stream.ts'

/** `continued`: the line goes on from the one before, which was too long for one. */
export interface LogLine { text: string; stream: 'stdout' | 'stderr'; continued?: boolean }

export interface ReportFile {
  /** Relative to the repository or to $CRAFTING_REPORTS. */
  path: string
  absolute: string
  /** Who reads it; default: every parser. */
  parsers?: readonly NamedParser[]
}

export interface ExtractInput {
  /** Batches of lines in the order they were printed. */
  log?: AsyncIterable<readonly LogLine[]> | Iterable<readonly LogLine[]>
  reports?: readonly ReportFile[]
  /** With a `fallback`, log must be one that can be read twice. */
  parsers: Parsers
  place: Place
  limits?: { findings?: number; reportBytes?: number }
}

export interface Extracted {
  findings: Finding[]
  tests: TestCounts | null
  cases: TestCase[]
  /** Names of the tools that said anything. */
  tools: string[]
  /** What was left out, for people. */
  notes: string[]
}

const maxFindings = 25_000
const maxReportBytes = 2 ** 30
const sliceMs = 10

/** The one path from a job's output to findings: log and reports → lines and documents → parsers → normal form. */
export async function extract(input: ExtractInput): Promise<Extracted> {
  const found = await extractBy(input.parsers, input)
  const { fallback } = input.parsers
  if (!fallback?.length || found.tests || found.findings.length) return found
  return extractBy({ own: fallback, everywhere: [] }, input)
}

async function extractBy(parsers: Parsers, input: ExtractInput): Promise<Extracted> {
  const collector = new Collector(pathResolver(input.place), withoutRoot(input.place), input.limits?.findings ?? maxFindings)
  const make = new MakeDirectories()
  const all = [...parsers.own.map(one => ({ ...one, everywhere: false })), ...parsers.everywhere.map(one => ({ ...one, everywhere: true }))]
  const pause = pauser()
  const budget = { bytes: input.limits?.reportBytes ?? maxReportBytes }
  if (input.log) await readLog(input.log, () => sourceOf(all, undefined, collector, make), pause)
  for (const report of input.reports ?? []) {
    const readers = report.parsers?.map(one => ({ ...one, everywhere: false })) ?? all
    const source = sourceOf(readers, report.path, collector, undefined)
    try {
      for await (const lines of reportLines(report.absolute, budget)) {
        for (const line of lines) {
          if (line.continued) source.more(line.text)
          else {
            source.flush()
            source.begin(line.text)
          }
        }
        await pause()
      }
    } catch (error) {
      collector.note(`report ${report.path} not read to its end: ${messageOf(error)}`)
    }
    source.end()
  }
  return { ...collector.result(), notes: collector.notes }
}

async function readLog(log: NonNullable<ExtractInput['log']>, open: () => TextStream, pause: () => Promise<void> | undefined): Promise<void> {
  const streams = { stdout: open(), stderr: open() }
  let last = streams.stdout
  for await (const lines of log) {
    let count = 0
    for (const { text, stream: name, continued } of lines) {
      const stream = name === 'stderr' ? streams.stderr : streams.stdout
      if (continued) stream.more(text)
      else {
        last.flush()
        stream.begin(text)
        last = stream
      }
      if ((++count & 255) === 0) await pause()
    }
    await pause()
  }
  last.flush()
  streams.stdout.end()
  streams.stderr.end()
}

type Reader = NamedParser & { everywhere: boolean }

/** A stream with fresh readers of all parsers. */
function sourceOf(parsers: readonly Reader[], report: string | undefined, collector: Collector, make: MakeDirectories | undefined): TextStream {
  const seats: Seat[] = []
  const trail = make && new Trail(make)
  const claimants: (Claim & { json: boolean; is(head: string): boolean; dead(): boolean })[] = []
  for (const { name, parser, everywhere } of parsers) {
    let dead = false
    const context: ParseContext = { report, emit: item => { collector.take(item, { parser: name, report }, trail?.directoryOf(item)) } }
    const failed = (error: unknown, raw: string) => {
      dead = true
      collector.take(parserFailed(name, error, raw), { parser: name, report }, undefined)
    }
    if ('lines' in parser) {
      const reader = attempt(() => parser.lines(context), error => failed(error, ''))
      if (reader) seats.push({ reader, everywhere, failed })
      continue
    }
    const format = 'json' in parser ? parser.json : parser.xml
    claimants.push({
      parser, context,
      json: 'json' in parser,
      dead: () => dead,
      is: head => attempt(() => format.is(head), error => failed(error, head)) === true,
      guard: call => { if (!dead) attempt(call, error => failed(error, '')) },
    })
  }
  const ask: Ask = (format, head) => claimants.find(one => one.json === (format === 'json') && !one.dead() && one.is(head))
  return new TextStream(seats, claimants.length ? ask : undefined, make && trail && { before: text => trail.note(text), after: text => make.see(text) })
}

function attempt<T>(call: () => T, failed: (error: unknown) => void): T | undefined {
  try {
    return call()
  } catch (error) {
    failed(error)
    return undefined
  }
}

function parserFailed(name: string, error: unknown, raw: string): Finding {
  return {
    tool: 'crafting-table', rule: 'crafting-table/parser-failed', level: 'warning', kind: 'build',
    message: `parser ${name} failed and was left out: ${messageOf(error)}`,
    ...(raw === '' ? {} : { trace: raw.slice(0, 2000) }),
  }
}

/** Gives way to other work every few milliseconds. */
function pauser(): () => Promise<void> | undefined {
  let since = performance.now()
  return () => {
    if (performance.now() - since < sliceMs) return undefined
    return new Promise(resolve => setImmediate(() => {
      since = performance.now()
      resolve()
    }))
  }
}
