import type { Advisory, Finding, Fix, Location } from '../contract.ts'
import type { Resolve } from './paths.ts'

export const maxMessage = 16 * 1024
const maxTrace = 64 * 1024
const maxRelated = 100
const levels = new Set(['error', 'warning', 'note'])
const kinds = new Set(['build', 'test', 'lint', 'audit', 'format'])

type PathOf = (printed: string) => string | undefined

/** A parser's finding in the normal form that all doors show. Never throws, whatever a parser emitted. */
export function normalise(raw: Finding, resolve: Resolve, makeDirectory: string | undefined): Finding {
  const pathOf: PathOf = printed => resolve(printed, makeDirectory)
  const rule = text(raw.rule, 512)
  const tool = text(raw.tool, 128) ?? 'unknown'
  const finding: Finding = {
    tool,
    level: levels.has(raw.level) ? raw.level : 'warning',
    kind: kinds.has(raw.kind) ? raw.kind : 'lint',
    message: text(raw.message, maxMessage) ?? rule ?? tool,
  }
  if (rule !== undefined) finding.rule = rule
  const file = typeof raw.file === 'string' ? pathOf(raw.file) : undefined
  if (file !== undefined) Object.assign(finding, { file }, positions(raw))
  const trace = text(raw.trace, maxTrace)
  if (trace !== undefined) finding.trace = trace
  if (raw.advisory) finding.advisory = advisoryOf(raw.advisory)
  if (finding.advisory?.ids[0] !== undefined) finding.rule ??= finding.advisory.ids[0]
  const help = raw.help && { ...optional('text', text(raw.help.text, maxMessage)), ...optional('url', text(raw.help.url, 2048)) }
  if (help && Object.keys(help).length) finding.help = help
  const related = listOf(raw.related).slice(0, maxRelated).flatMap(one => locationOf(one, pathOf))
  if (related.length) finding.related = related
  const fixes = listOf(raw.fixes).slice(0, maxRelated).flatMap(one => fixOf(one, pathOf))
  if (fixes.length) finding.fixes = fixes
  return finding
}

/** Trimmed, without control characters, at most so long; undefined where nothing is left. */
export function text(value: unknown, most: number): string | undefined {
  if (typeof value !== 'string') return undefined
  // eslint-disable-next-line no-control-regex
  const clean = (/[\0-\x08\x0b-\x1f\x7f-\x9f]/.test(value) ? value.replace(/\r\n?/g, '\n').replace(/[\0-\x08\x0b-\x1f\x7f-\x9f]/g, '') : value).trim()
  if (clean === '') return undefined
  return clean.length > most ? `${clean.slice(0, most - 1).replace(/[\ud800-\udbff]$/, '')}…` : clean
}

type Positions = Pick<Location, 'line' | 'column' | 'endLine' | 'endColumn'>

function positions(raw: Positions): Positions {
  const line = whole(raw.line)
  if (line === undefined) return {}
  const column = whole(raw.column)
  const endLine = whole(raw.endLine)
  const endColumn = whole(raw.endColumn)
  const found: Positions = { line }
  if (column !== undefined) found.column = column
  if (endLine !== undefined && endLine < line) return found
  if (endLine !== undefined) found.endLine = endLine
  const sameLine = (endLine ?? line) === line
  if (endColumn !== undefined && !(sameLine && column !== undefined && endColumn < column)) found.endColumn = endColumn
  return found
}

function whole(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : undefined
}

function locationOf(raw: Location, pathOf: PathOf): Location[] {
  const file = typeof raw?.file === 'string' ? pathOf(raw.file) : undefined
  if (file === undefined) return []
  return [{ file, ...positions(raw), ...optional('message', text(raw.message, maxMessage)) }]
}

function fixOf(raw: Fix, pathOf: PathOf): Fix[] {
  const changes = listOf(raw?.changes).flatMap(({ file, replacements }) => {
    const path = typeof file === 'string' ? pathOf(file) : undefined
    const kept = listOf(replacements).filter(one => [one.line, one.column, one.endLine, one.endColumn].every(at => whole(at) !== undefined) && typeof one.text === 'string')
    return path !== undefined && kept.length ? [{ file: path, replacements: kept }] : []
  })
  return changes.length ? [{ ...optional('description', text(raw.description, 2048)), changes }] : []
}

const order = [/^CVE-/i, /^GHSA-/i, /^RUSTSEC-/i, /^GO-/i, /^PYSEC-/i]

/** Aliases without repetition, the canonical one first: CVE, GHSA, RUSTSEC, GO, PYSEC, others; alphabetical within. */
function advisoryOf(raw: Advisory): Advisory {
  const rank = (id: string) => { const at = order.findIndex(pattern => pattern.test(id)); return at < 0 ? order.length : at }
  const ids = [...new Set(listOf(raw.ids).flatMap(id => text(id, 128) ?? []))].toSorted((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1))
  const severity = typeof raw.severity === 'number' && raw.severity >= 0 && raw.severity <= 10 ? raw.severity : undefined
  return {
    ids,
    package: text(raw.package, 512) ?? 'unknown',
    ecosystem: text(raw.ecosystem, 128) ?? 'unknown',
    ...optional('installed', text(raw.installed, 256)), ...optional('fixed', text(raw.fixed, 256)),
    ...optional('severity', severity), ...optional('url', text(raw.url, 2048)),
  }
}

function listOf<T>(value: readonly T[] | undefined): readonly T[] {
  return Array.isArray(value) ? value : []
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V }
}

/** Equal keys are one finding: an advisory by its package and place, anything else by all that a reader sees. */
export function identityOf(finding: Finding): string {
  const { advisory, tool, rule, file, line, column, message } = finding
  if (advisory?.ids.length) return `advisory\0${advisory.ids[0]}\0${advisory.package}@${advisory.installed ?? ''}\0${file ?? ''}`
  return `${tool}\0${rule ?? ''}\0${file ?? ''}\0${line ?? ''}\0${column ?? ''}\0${message}`
}
