import { constants, existsSync } from 'node:fs'
import { open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import type { Finding, JobTests } from '../contract.ts'
import type { ComparedFinding, Comparison } from '../ledger/findings.ts'
import type { Job } from '../ledger/jobs.ts'
import type { Project } from '../ledger/projects.ts'
import { resultsElsewhere, type TestResult } from '../ledger/tests.ts'
import { parsersFor } from '../plugins.ts'
import type { Runner } from '../run/job.ts'
import { maskedValue, type Masker } from '../run/mask.ts'
import { logLines, type LogLine } from '../run/log.ts'
import { filesOf, type Workspace } from '../run/workspace.ts'
import { acceptedFileName, accepterOf } from './accepted-file.ts'
import { compare } from './compare.ts'
import { extract, type Extracted } from './extract.ts'
import { primaryLocationLineHash, printsOf } from './fingerprint.ts'
import { flakyIn, withFlaky } from './flaky.ts'
import { reportsOf } from './reports.ts'
import { linesOf } from './source.ts'

/** What a finished log and its reports say. */
export interface Reading extends Comparison {
  tests: JobTests | null
  cases: readonly TestResult[]
}

/** What is read, and where. */
export interface ReadingPlace { runner: Runner; job: Job; project: Project; place: Workspace; masker: Masker | undefined }

/** What a job had to say before its failed tests were run again, and the names of those that then passed. */
export interface Retried { first: Extracted; passed: ReadonlySet<string> }

/** Log (behind a line) and reports → what the parsers make of them, without secrets. */
export async function readOutput({ runner, job, place, masker }: ReadingPlace, fromLine = 0): Promise<Extracted> {
  const parsers = parsersFor(runner.packs, job.language)
  const root = await realpath(place.root)
  const { tests, ...seen } = await extract({
    log: toolLines(runner.logPath(job), fromLine),
    reports: await reportsOf(place, job.subproject, [...parsers.own, ...parsers.everywhere]),
    parsers,
    place: {
      root: place.root, directory: job.subproject, aliases: [root],
      files: path => existsSync(join(place.root, path)), listed: () => new Set(filesOf(place)),
    },
  })
  const read = masker ? maskedValue(seen, masker) : seen
  return { ...read, tests }
}

/** What was read → findings with identity and state; tests that other jobs, or a rerun, saw otherwise are flaky. */
export async function readFindings(at: ReadingPlace, seen: Extracted, complete: boolean, retried?: Retried): Promise<Reading> {
  return followed(at, withFlaky(seen, complete ? flakyIn(seen.cases, retried?.passed ?? new Set(), resultsElsewhere(at.runner.db, at.job)) : new Set()), complete)
}

/** What was found of a commit, with identity and state. Of a recipe that did not come to its own end, nothing is said to be fixed. */
export async function followed({ runner, job, project, place, masker }: ReadingPlace, told: Pick<Reading, 'tests' | 'cases'> & { findings: readonly Finding[] }, complete: boolean): Promise<Reading> {
  const root = await realpath(place.root)
  const { accepts, fault } = await accepterOf((await readSources(place.root, [acceptedFileName])).get(acceptedFileName)?.join('\n'))
  const findings = [...told.findings.map(one => placeless(one, root)), ...fault ? [fault] : []]
  const cases = told.cases.map(one => placeless(one, root))
  const sources = await readSources(place.root, findings.map(one => one.file))
  const lines = (file: string) => sources.get(file)
  const hidden = <T>(value: T): T => masker ? maskedValue(value, masker) : value
  const prints = printsOf(findings, lines)
  const { baseline, was, gone } = await compare(runner, job, project, findings, lines)
  const compared = findings.map((finding, at): ComparedFinding => {
    const { fingerprint = '', key = '' } = prints[at] ?? {}
    const earlier = was[at]
    const accepted = accepts(finding, fingerprint, earlier?.entry)
    return {
      finding, fingerprint, state: earlier ? 'unchanged' : 'new', ...hidden(located(finding, lines)),
      // Tests and findings without a file are named alike in every subproject.
      key: `${key}${job.subproject && `@${job.subproject}`}`,
      ...(earlier ? { was: earlier } : {}), ...(accepted ? { accepted } : {}),
    }
  })
  const fixed = complete ? gone : []
  return { findings: compared, fixed, baseline, tests: told.tests, cases }
}

const hashes = new WeakMap<readonly string[], readonly string[]>()

/** What the source adds to a finding. */
function located({ file, line }: Finding, lines: (file: string) => readonly string[] | undefined): Pick<ComparedFinding, 'lineHash' | 'snippet'> {
  const source = file === undefined ? undefined : lines(file)
  if (!source || line === undefined || line > source.length) return {}
  const known = hashes.get(source) ?? primaryLocationLineHash(source)
  hashes.set(source, known)
  const lineHash = known[line - 1]
  return { ...(lineHash === undefined ? {} : { lineHash }), snippet: excerptAt(source, line) }
}

/** The slot's own path says nothing to anybody, and differs from run to run. */
function placeless<T extends { message?: string; trace?: string }>(one: T, root: string): T {
  const without = (text: string) => text.replaceAll(`file://${root}/`, '').replaceAll(`${root}/`, '')
  return { ...one, ...(one.message === undefined ? {} : { message: without(one.message) }), ...(one.trace === undefined ? {} : { trace: without(one.trace) }) }
}

/** What the tools printed; the farm's own lines are nobody's output. */
async function* toolLines(path: string, fromLine: number): AsyncGenerator<(LogLine & { stream: 'stdout' | 'stderr' })[]> {
  for await (const batch of logLines(path, { fromLine })) yield batch.filter(line => line.stream !== 'farm') as (LogLine & { stream: 'stdout' | 'stderr' })[]
}

/** The line and three around it, each at most 400 characters. */
function excerptAt(source: readonly string[], line: number): { start: number; lines: string[] } {
  const start = Math.max(1, line - 3)
  return { start, lines: source.slice(start - 1, line + 3).map(text => text.slice(0, 400)) }
}

const maxSource = 4 * 2 ** 20

/** The lines of every file that a finding names, as far as it is a plain file of the checkout. */
async function readSources(root: string, files: readonly (string | undefined)[]): Promise<Map<string, readonly string[]>> {
  const sources = new Map<string, readonly string[]>()
  const inside = await realpath(root) + sep
  for (const file of new Set(files)) {
    if (file === undefined || file.startsWith('/')) continue
    const real = await realpath(join(root, file)).catch(() => undefined)
    if (!real?.startsWith(inside)) continue
    const text = await readPlain(real)
    if (text !== undefined) sources.set(file, linesOf(text))
  }
  return sources
}

/** Where a job has put a pipe in a file's place, nobody will ever write into it: it is not waited for. */
async function readPlain(path: string): Promise<string | undefined> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch(() => undefined)
  try {
    const stat = await file?.stat()
    return stat?.isFile() && stat.size <= maxSource ? await file?.readFile('utf8') : undefined
  } finally { await file?.close() }
}
