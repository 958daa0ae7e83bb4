import { deflateRawSync } from 'node:zlib'
import type * as sarif from 'sarif'
import packageJson from '../../package.json' with { type: 'json' }
import type { Finding, Location } from '../contract.ts'
import type { FindingState, TrackedFinding } from '../ledger/findings.ts'
import { asSource, mostImportant, sharesOf, type FindingSource, type Share } from './sarif-source.ts'
import { messageStrings, ownRule, rulesOf, toolUri } from './sarif-rules.ts'
import type { Rule } from './sarif-rules.ts'
import { clean, relativeUri, repositoryUriOf, uriOf } from './sarif-text.ts'
import { regionOf, regions } from './source.ts'
import type { Excerpt } from './source.ts'

/** A finding with what the farm knows of its past; without a state where it has none. */
export interface SarifFinding extends Omit<TrackedFinding, 'state'> {
  state: FindingState | undefined
  suppression?: { justification: string; status: 'accepted' | 'underReview' | 'rejected' }
  /** ISO 8601: when a job saw it first, on whatever branch, and last. */
  firstSeen?: string
  lastSeen?: string
  /** Of this finding in this job, and of the problem in all jobs. */
  guid?: string
  correlationGuid?: string
}

/** One job's findings, of all its tools. */
export interface SarifRunInput {
  project: string
  subproject: string
  recipe: string
  language: string
  /** Credentials already removed. */
  repositoryUri?: string
  revisionId?: string
  branch?: string
  invocation: {
    commandLine: string
    exitCode: number | null
    /** ISO 8601. */
    startTimeUtc?: string
    endTimeUtc?: string
    executionSuccessful: boolean
    /** Relative to the repository. */
    workingDirectory?: string
  }
  findings: readonly SarifFinding[] | FindingSource
  /** A file's lines as checked out, for snippets. */
  source?: (file: string) => readonly string[] | undefined
  /** The checkout: an absolute `file:` or `https:` URI. */
  rootUri?: string
  /** Tool → its version, where known. */
  versions?: Readonly<Record<string, string>>
}

/** GitHub refuses an upload that holds more. `bytes` counts gzipped; of its 10 MB some are kept for what is being written. */
export interface SarifLimits { runs: number; resultsPerRun: number; bytes: number }
export const githubLimits: SarifLimits = { runs: 20, resultsPerRun: 25_000, bytes: 9_500_000 }

const BASE_ID = 'SRCROOT'
const FARM = packageJson.name
const HEAD = { $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json', version: '2.1.0' } as const
const BEGIN = `${JSON.stringify(HEAD).slice(0, -1)},"runs":[`

/** Whole documents, for results of ordinary size; `sarifStream` for any. */
export function sarifDocument(inputs: readonly SarifRunInput[], limits: SarifLimits = githubLimits): sarif.Log {
  const writer = sarifWriter(limits)
  const pieces = [...inputs.flatMap(input => [...writer.add(input)]), writer.end()]
  return JSON.parse(pieces.join('')) as sarif.Log
}

/** The text of `sarifDocument`, a result at a time. Of a `FindingSource` never more is in memory than it hands out. */
export async function* sarifStream(
  inputs: Iterable<SarifRunInput> | AsyncIterable<SarifRunInput>,
  limits: SarifLimits = githubLimits,
): AsyncGenerator<string> {
  const writer = sarifWriter(limits)
  for await (const input of inputs) yield* writer.add(input)
  yield writer.end()
}

function sarifWriter(limits: SarifLimits) {
  const left: LeftOut = { runs: 0, results: 0 }
  const fits = gzipBudget(limits.bytes)
  let count = 0
  // A run stays open until the next one comes: the last of them must say what was left out.
  let close: ((more: LeftOut | undefined) => string) | undefined
  return {
    * add(input: SarifRunInput): Iterable<string> {
      const source = asSource(input.findings)
      for (const part of split(input, source)) {
        if (count === limits.runs) {
          left.runs++
          left.results += part.share.positions.length
          continue
        }
        yield count++ === 0 ? BEGIN : `${close!(undefined)},`
        const kept = mostImportant(part.share, limits.resultsPerRun)
        const rules = rulesOf(findingsOf(source.pick(kept)))
        const head = JSON.stringify(headOf(part, [...rules.values()].map(({ descriptor }) => descriptor)))
        fits(head)
        yield `${head.slice(0, -1)},"results":[`
        let written = 0
        for (const tracked of source.pick(kept)) {
          const text = JSON.stringify(resultOf(part, tracked, rules.get(ownRule(tracked.finding))!))
          if (!fits(text)) break
          yield written++ === 0 ? text : `,${text}`
        }
        close = more => `],"invocations":[${JSON.stringify(invocationOf(part, part.share.positions.length - written, more))}]}`
      }
    },
    end: () => `${close ? close(left.runs > 0 ? left : undefined) : BEGIN}]}`,
  }
}

/** Says whether a text still fits. Estimated from above: blocks are compressed fast and by themselves, an upload better and as a whole. */
function gzipBudget(bytes: number): (text: string) => boolean {
  let spent = 0
  let block = ''
  return text => {
    if (spent >= bytes) return false
    block += text
    if (block.length >= 100_000) {
      spent += deflateRawSync(block, { level: 1 }).length
      block = ''
    }
    return true
  }
}

interface Part extends SarifRunInput { tool: string; share: Share }
interface LeftOut { runs: number; results: number }

/** One part per tool. A job in which no tool spoke still has a run: that it ran and found nothing is a result. */
function split(input: SarifRunInput, source: FindingSource): Part[] {
  const shares = sharesOf(source)
  if (shares.size === 0) return [{ ...input, tool: FARM, share: { positions: [], ranks: [] } }]
  return [...shares].map(([tool, share]) => ({ ...input, tool, share }))
}

function* findingsOf(tracked: Iterable<SarifFinding>): Iterable<Finding> {
  for (const { finding } of tracked) yield finding
}

function headOf(part: Part, rules: sarif.ReportingDescriptor[]): Omit<sarif.Run, 'results' | 'invocations'> {
  const { project, subproject, recipe, tool, language } = part
  const name = clean(tool).trim().replace(/\s+/g, '-') || FARM
  const version = tool === FARM ? packageJson.version : part.versions?.[tool]
  return {
    tool: {
      driver: {
        name,
        // Validators want a version; this one says that none is known, and sorts before all others.
        ...(version !== undefined && /^\d/.test(version) ? { version: clean(version) } : { semanticVersion: '0.0.0-unknown' }),
        informationUri: toolUri(name),
        rules: rules.length > 0 ? rules : [nothingFound],
      },
    },
    automationDetails: { id: `${[project, subproject || '.', recipe, tool].map(pathPart).join('/')}/` },
    versionControlProvenance: [{
      repositoryUri: repositoryUriOf(part.repositoryUri) ?? `urn:crafting-table:project:${pathPart(project)}`,
      ...(part.revisionId === undefined ? {} : { revisionId: clean(part.revisionId) }),
      ...(part.branch === undefined ? {} : { branch: clean(part.branch) }),
      mappedTo: { uriBaseId: BASE_ID },
    }],
    originalUriBaseIds: { [BASE_ID]: { uri: rootOf(part.rootUri), description: { text: 'The root of the repository.' } } },
    columnKind: 'utf16CodeUnits',
    properties: { project: clean(project), subproject: clean(subproject) || '.', recipe: clean(recipe), language: clean(language) },
  }
}

/** A run names its rules; one that found nothing has this one, which no result ever has. */
const nothingFound: sarif.ReportingDescriptor = {
  id: 'CT0000',
  name: 'NothingFound',
  shortDescription: { text: 'No tool reported anything.' },
  fullDescription: { text: 'The job is over and no tool reported anything that the farm can read.' },
  messageStrings,
  help: { text: 'Nothing is to be done.' },
  helpUri: toolUri(FARM),
  defaultConfiguration: { level: 'none' },
}

function pathPart(text: string): string {
  return encodeURIComponent(clean(text))
}

function rootOf(uri: string | undefined): string {
  const root = (uriOf(uri) ?? 'file:///checkout/').replace(/[?#].*$/s, '')
  return root.endsWith('/') ? root : `${root}/`
}

function resultOf(part: Part, tracked: SarifFinding, rule: Rule): sarif.Result {
  const { finding, fingerprint, state, suppression } = tracked
  const text = clean(finding.message).trim() || 'No message.'
  const [firstSeen, lastSeen] = [time(tracked.firstSeen), time(tracked.lastSeen)]
  const fixes = fixesOf(finding)
  return {
    ...(tracked.guid === undefined ? {} : { guid: tracked.guid }),
    ...(tracked.correlationGuid === undefined ? {} : { correlationGuid: tracked.correlationGuid }),
    ruleId: rule.ruleId,
    ruleIndex: rule.index,
    level: finding.level,
    message: { text, id: 'default', arguments: [text] },
    locations: [locationOf(part, finding, tracked.snippet)],
    ...(finding.related?.length ? { relatedLocations: finding.related.map((place, index) => related(part, place, index)) } : {}),
    ...(fixes.length > 0 ? { fixes } : {}),
    fingerprints: { 'craftingTable/v1': fingerprint },
    ...(tracked.lineHash === undefined ? {} : { partialFingerprints: { primaryLocationLineHash: tracked.lineHash } }),
    ...(state === undefined ? {} : { baselineState: state === 'fixed' ? 'absent' as const : state }),
    ...(suppression ? { suppressions: [{ kind: 'external' as const, status: suppression.status, justification: clean(suppression.justification) }] } : {}),
    ...(firstSeen === undefined ? {} : { provenance: { firstDetectionTimeUtc: firstSeen, ...(lastSeen === undefined ? {} : { lastDetectionTimeUtc: lastSeen }) } }),
    properties: extras(finding),
  }
}

function extras({ kind, rule, trace, advisory }: Finding): sarif.PropertyBag {
  return {
    kind,
    ...(rule === undefined ? {} : { rule: clean(rule) }),
    ...(trace === undefined ? {} : { trace: clean(trace) }),
    ...(advisory ? { advisory: JSON.parse(clean(JSON.stringify(advisory))) } : {}),
  }
}

/**
 * GitHub drops a result without a file, so one that has none in the repository stands at its subproject's directory,
 * and a path outside the repository is kept as a logical location.
 */
function locationOf(part: Part, place: Partial<Location>, snippet?: Excerpt): sarif.Location {
  const uri = relativeUri(place.file)
  if (uri === undefined) {
    const directory = relativeUri(part.subproject)
    return {
      physicalLocation: { artifactLocation: artifact(directory === undefined ? './' : `${directory}/`), ...regions({}, undefined) },
      ...(place.file === undefined ? {} : { logicalLocations: [{ fullyQualifiedName: outside(place), kind: 'resource' }] }),
    }
  }
  const lines = part.source?.(place.file!)
  return { physicalLocation: { artifactLocation: artifact(uri), ...regions(place, lines ? { start: 1, lines } : snippet) } }
}

function outside({ file = '', line, column }: Partial<Location>): string {
  return clean([file, line, column].filter(part => part !== undefined).join(':'))
}

function related(part: Part, place: Location, index: number): sarif.Location {
  return { id: index + 1, ...locationOf(part, place), message: { text: clean(place.message ?? '').trim() || 'See here.' } }
}

function artifact(uri: string): sarif.ArtifactLocation {
  return { uri, uriBaseId: BASE_ID }
}

/** A fix that touches a file outside the repository is no fix: half of one is worse than none. */
function fixesOf(finding: Finding): sarif.Fix[] {
  return (finding.fixes ?? []).flatMap(({ description, changes }) => {
    const artifactChanges = changes.flatMap(({ file, replacements }) => {
      const uri = relativeUri(file)
      return uri === undefined || replacements.length === 0 ? [] : [{
        artifactLocation: artifact(uri),
        replacements: replacements.map(({ text, ...place }) => ({ deletedRegion: regionOf(place), insertedContent: { text: clean(text) } })),
      }]
    })
    if (artifactChanges.length === 0 || artifactChanges.length !== changes.length) return []
    return [{ description: { text: clean(description ?? '') || 'Apply the change that the tool proposes.' }, artifactChanges }]
  })
}

function invocationOf(part: Part, cut: number, left: LeftOut | undefined): sarif.Invocation {
  const { commandLine, exitCode, executionSuccessful, workingDirectory } = part.invocation
  const start = time(part.invocation.startTimeUtc)
  const end = time(part.invocation.endTimeUtc)
  const directory = relativeUri(workingDirectory ?? part.subproject)
  const notes = [
    ...(cut > 0 ? [`${cut} of ${part.share.positions.length} results are left out: an upload may hold no more.`] : []),
    ...(left ? [`${left.runs} runs with ${left.results} results are left out: an upload may hold no more.`] : []),
  ]
  return {
    commandLine: clean(commandLine),
    ...(exitCode === null ? {} : { exitCode }),
    ...(start === undefined ? {} : { startTimeUtc: start }),
    ...(end === undefined || (start !== undefined && end < start) ? {} : { endTimeUtc: end }),
    executionSuccessful,
    workingDirectory: artifact(directory === undefined ? './' : `${directory}/`),
    ...(notes.length === 0 ? {} : { toolExecutionNotifications: notes.map(text => ({ level: 'warning' as const, message: { text } })) }),
  }
}

function time(text: string | undefined): string | undefined {
  const date = new Date(text ?? Number.NaN)
  return Number.isNaN(date.getTime()) ? undefined : date.toISOString()
}
