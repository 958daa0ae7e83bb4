import { existsSync } from 'node:fs'
import { open, readdir, realpath } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import picomatch from 'picomatch'
import type { FindingCounts, TestCase, TestCounts } from '../contract.ts'
import { baselineOf, type Job } from '../ledger/jobs.ts'
import { eachFinding, type TrackedFinding } from '../ledger/findings.ts'
import type { Project } from '../ledger/projects.ts'
import { isForeign } from '../tree.ts'
import { parsersFor, type NamedParser } from '../plugins.ts'
import type { Runner } from '../run/job.ts'
import { logLines, type LogLine } from '../run/log.ts'
import type { Workspace } from '../run/workspace.ts'
import { extract } from './extract.ts'
import { fingerprintAll, primaryLocationLineHash } from './fingerprint.ts'
import { countFindings, track } from './track.ts'

/** What a finished log and its reports say. */
export interface Reading {
  findings: readonly TrackedFinding[]
  counts: FindingCounts
  tests: TestCounts | null
  cases: readonly TestCase[]
}

/** Log and reports → findings with identity and state. Of a recipe that did not come to its own end, nothing is said to be fixed. */
export async function readFindings(runner: Runner, job: Job, project: Project, place: Workspace, { complete }: { complete: boolean }): Promise<Reading> {
  const parsers = parsersFor(runner.packs, job.language)
  const { findings, tests, cases } = await extract({
    log: toolLines(runner.logPath(job)),
    reports: await reportsOf(place, job.subproject, [...parsers.own, ...parsers.everywhere]),
    parsers,
    place: { root: place.root, directory: job.subproject, files: path => existsSync(join(place.root, path)), aliases: [await realpath(place.root)] },
  })
  const sources = await readSources(place.root, findings.map(one => one.file))
  const lines = (file: string) => sources.get(file)
  const prints = fingerprintAll(findings, lines)
  const baseline = baselineOf(runner.db, job, project.defaultBranch)
  const { states, fixed } = track(prints.map(fingerprint => ({ fingerprint })), baseline ? eachFinding(runner.db, baseline.seq) : [])
  const hashes = new Map<string, readonly string[]>()
  const tracked = findings.map((finding, at): TrackedFinding => {
    const source = finding.file === undefined ? undefined : lines(finding.file)
    const located = source && finding.line !== undefined && finding.line <= source.length
    if (located && finding.file !== undefined && !hashes.has(finding.file)) hashes.set(finding.file, primaryLocationLineHash(source))
    const lineHash = located ? hashes.get(finding.file ?? '')?.[(finding.line ?? 1) - 1] : undefined
    return {
      finding, fingerprint: prints[at] ?? '', state: states[at] ?? 'new',
      ...(lineHash === undefined ? {} : { lineHash }),
      ...(located ? { snippet: snippetOf(source, finding.line ?? 1) } : {}),
    }
  })
  const all = [...tracked, ...(complete ? fixed : []).map(({ id: _, ...old }): TrackedFinding => ({ ...old, state: 'fixed' }))]
  return { findings: all, counts: countFindings(all), tests, cases }
}

/** What the tools printed; the farm's own lines are nobody's output. */
async function* toolLines(path: string): AsyncGenerator<(LogLine & { stream: 'stdout' | 'stderr' })[]> {
  for await (const batch of logLines(path)) yield batch.filter(line => line.stream !== 'farm') as (LogLine & { stream: 'stdout' | 'stderr' })[]
}

/** The line and three around it, each at most 400 characters. */
function snippetOf(source: readonly string[], line: number): { start: number; lines: string[] } {
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
    if (text !== undefined) sources.set(file, text.split(/\r\n|\n|\r/))
  }
  return sources
}

async function readPlain(path: string): Promise<string | undefined> {
  const file = await open(path, 'r').catch(() => undefined)
  try {
    const stat = await file?.stat()
    return stat?.isFile() && stat.size <= maxSource ? await file?.readFile('utf8') : undefined
  } finally { await file?.close() }
}

export interface ReportFile { path: string; absolute: string; parsers?: readonly NamedParser[] }

const maxReports = 5000

/** Every file in $CRAFTING_REPORTS, and those in the subproject that a parser names. */
async function reportsOf(place: Workspace, subproject: string, parsers: readonly NamedParser[]): Promise<ReportFile[]> {
  const given = (await filesBelow(place.reports)).map(absolute => ({ path: relative(place.reports, absolute), absolute }))
  const readers = parsers.filter(({ parser }) => parser.reports?.length)
  if (readers.length === 0) return given
  const directory = join(place.root, subproject)
  const matchers = readers.map(named => ({ named, matches: picomatch([...named.parser.reports ?? []], { dot: true }) }))
  const found = (await filesBelow(directory)).flatMap(absolute => {
    const path = relative(directory, absolute)
    const readers = matchers.filter(({ matches }) => matches(path)).map(({ named }) => named)
    return readers.length ? [{ path: join(subproject, path), absolute, parsers: readers }] : []
  })
  return [...given, ...found]
}

/** Plain files, symbolic links not followed, dependency folders left out. */
async function filesBelow(root: string): Promise<string[]> {
  const found: string[] = []
  const waiting = [root]
  for (let directory = waiting.pop(); directory !== undefined && found.length < maxReports; directory = waiting.pop()) {
    for (const entry of await readdir(directory, { withFileTypes: true }).catch(() => [])) {
      const path = join(directory, entry.name)
      if (entry.isDirectory() && !isForeign(`${entry.name}/x`)) waiting.push(path)
      else if (entry.isFile()) found.push(path)
    }
  }
  return found.toSorted()
}
