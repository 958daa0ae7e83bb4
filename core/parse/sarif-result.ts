import type { Advisory, Finding, Fix, Kind, Level, Location, Replacement } from '../contract.ts'
import { get, list, num, str } from './json.ts'
import { position } from './level.ts'
import { advisoryOf } from './sarif-advisory.ts'
import { uriOf } from './sarif-uri.ts'

/** The parts of a run, as written. */
export type SarifRun = Readonly<Record<string, unknown>>

/** Suppressed with nobody objecting (§3.27.23, §3.35), gone since the baseline, or no problem at all. */
export function isDropped(result: unknown): boolean {
  const kind = str(result, 'kind')?.toLowerCase()
  if (kind === 'pass' || kind === 'notapplicable' || str(result, 'baselineState') === 'absent') return true
  const suppressions = list(result, 'suppressions')
  return suppressions.length > 0 && suppressions.every(one => /^accepted$/i.test(str(one, 'status') ?? str(one, 'state') ?? 'accepted'))
    || list(result, 'suppressionStates').length > 0
}

export function findingOf(result: unknown, run: SarifRun, kind: Kind | undefined): Finding | undefined {
  if (typeof result !== 'object' || result === null) return undefined
  const rule = ruleOf(result, run)
  const id = str(result, 'ruleId') ?? str(result, 'rule', 'id') ?? str(result, 'ruleKey') ?? str(rule, 'id')
  const message = messageOf(result, rule, run)
  const locations = list(result, 'locations').flatMap(one => locationOf(one, run))
  const [first, ...others] = locations
  const related = [...others, ...list(result, 'relatedLocations').flatMap(one => locationOf(one, run)), ...flowOf(result, run)]
  const advisory = advisoryOf(id, message, rule)
  const url = str(rule, 'helpUri') ?? str(rule, 'helpUri', 'uri')
  const text = str(rule, 'help', 'text') ?? str(rule, 'fullDescription', 'text') ?? str(rule, 'fullDescription')
  const fixes = list(result, 'fixes').flatMap(one => fixOf(one, run))
  return {
    tool: toolOf(run),
    kind: kind ?? kindOf(rule, advisory),
    level: levelOf(result, rule),
    message: message ?? str(rule, 'shortDescription', 'text') ?? str(rule, 'shortDescription') ?? id ?? '',
    ...(id ? { rule: id } : {}),
    ...(first ? withoutMessage(first) : {}),
    ...(advisory ? { advisory } : {}),
    ...(url || text ? { help: { ...(text ? { text } : {}), ...(url ? { url } : {}) } } : {}),
    ...(related.length ? { related } : {}),
    ...(fixes.length ? { fixes } : {}),
  }
}

/** One word per tool, whoever reports: `ESLint` in SARIF is `eslint` in a log. */
function toolOf(run: SarifRun): string {
  const name = str(run, 'tool', 'driver', 'name') ?? str(run, 'tool', 'name') ?? 'sarif'
  return name.trim().toLowerCase().replace(/\s+/g, '-')
}

/** By component and index, by id, or by the first part of a hierarchical id (`CA1000/1`). */
function ruleOf(result: unknown, run: SarifRun): unknown {
  const component = num(result, 'rule', 'toolComponent', 'index')
  const rules = component !== undefined && component >= 0 ? list(run, 'tool', 'extensions', component, 'rules') : list(run, 'tool', 'driver', 'rules')
  const index = num(result, 'ruleIndex') ?? num(result, 'rule', 'index')
  if (index !== undefined && index >= 0 && rules[index] !== undefined) return rules[index]
  const id = str(result, 'ruleId') ?? str(result, 'rule', 'id') ?? str(result, 'ruleKey')
  if (id === undefined) return undefined
  const older = get(run, 'rules') ?? get(run, 'resources', 'rules')
  const everywhere = () => [rules, ...list(run, 'tool', 'extensions').map(one => list(one, 'rules')), list(older)]
  for (const name of [id, id.split('/', 1)[0] ?? id]) {
    const byKey = get(older, name)
    if (byKey !== undefined) return byKey
    for (const some of everywhere()) {
      const found = indexOf(some).get(name)
      if (found !== undefined) return found
    }
  }
  return undefined
}

const indexes = new WeakMap<readonly unknown[], Map<string, unknown>>()

/** Rules by id; made once per list, since a report may have thousands of either. */
function indexOf(rules: readonly unknown[]): Map<string, unknown> {
  let index = indexes.get(rules)
  if (!index) {
    index = new Map(rules.flatMap(rule => { const id = str(rule, 'id'); return id === undefined ? [] : [[id, rule] as const] }).toReversed())
    indexes.set(rules, index)
  }
  return index
}

function levelOf(result: unknown, rule: unknown): Level {
  const own = str(result, 'level')?.toLowerCase()
  const kind = str(result, 'kind')?.toLowerCase()
  if (own === undefined && kind !== undefined && kind !== 'fail') return 'note'
  const level = own ?? (str(rule, 'defaultConfiguration', 'level') ?? str(rule, 'configuration', 'defaultLevel') ?? str(rule, 'defaultLevel'))?.toLowerCase() ?? 'warning'
  return level === 'error' || level === 'warning' ? level : 'note'
}

function kindOf(rule: unknown, advisory: Advisory | undefined): Kind {
  const isSecurity = get(rule, 'properties', 'security-severity') !== undefined || list(rule, 'properties', 'tags').includes('security')
  return advisory || isSecurity ? 'audit' : 'lint'
}

/** Text, or a message of the rule or the tool by its id, its `{0}` filled in (§3.11). */
function messageOf(result: unknown, rule: unknown, run: SarifRun): string | undefined {
  const own = get(result, 'message')
  if (typeof own === 'string' && own !== '') return own
  const id = str(own, 'id') ?? str(own, 'messageId') ?? str(result, 'ruleMessageId') ?? str(result, 'formattedRuleMessage', 'formatId')
  const given = id === undefined ? undefined
    : str(rule, 'messageStrings', id, 'text') ?? str(rule, 'messageStrings', id) ?? str(rule, 'messageFormats', id)
      ?? str(run, 'tool', 'driver', 'globalMessageStrings', id, 'text')
  const text = str(own, 'text') ?? given ?? str(own, 'markdown')
  const values = [...list(own, 'arguments'), ...list(result, 'formattedRuleMessage', 'arguments')]
  return text?.replace(/\{(\d{1,3})\}|\{\{|\}\}/g, (found, digits: string | undefined) => {
    if (digits === undefined) return values.length ? found.slice(1) : found
    return str(values[Number(digits)]) ?? (values.length ? '' : found)
  })
}

function locationOf(raw: unknown, run: SarifRun): Location[] {
  const physical = get(raw, 'physicalLocation') ?? get(raw, 'resultFile') ?? get(raw, 'analysisTarget')
  const file = uriOf(get(physical, 'artifactLocation') ?? get(physical, 'fileLocation') ?? physical, run)
  if (file === undefined) return []
  const region = get(physical, 'region')
  const message = str(raw, 'message', 'text') ?? str(raw, 'message')
  const at = {
    line: position(num(region, 'startLine')), column: position(num(region, 'startColumn')),
    endLine: position(num(region, 'endLine')), endColumn: position(num(region, 'endColumn')),
  }
  const found: Location = { file }
  for (const key of ['line', 'column', 'endLine', 'endColumn'] as const) {
    const value = at[key]
    if (value !== undefined) found[key] = value
  }
  if (message !== undefined) found.message = message
  return [found]
}

function withoutMessage({ message: _, ...place }: Location): Omit<Location, 'message'> {
  return place
}

const maxFlow = 20

/** The way through the code that led to the result. */
function flowOf(result: unknown, run: SarifRun): Location[] {
  const steps = list(result, 'codeFlows', 0, 'threadFlows', 0, 'locations')
  return steps.slice(0, maxFlow).flatMap(step => locationOf(get(step, 'location'), run))
}

function fixOf(raw: unknown, run: SarifRun): Fix[] {
  const changes = [...list(raw, 'artifactChanges'), ...list(raw, 'fileChanges')].flatMap(change => {
    const file = uriOf(get(change, 'artifactLocation') ?? get(change, 'fileLocation'), run)
    const replacements = list(change, 'replacements').map(replacementOf)
    return file !== undefined && replacements.length && replacements.every(one => one !== undefined) ? [{ file, replacements }] : []
  })
  const description = str(raw, 'description', 'text')
  return changes.length ? [{ ...(description ? { description } : {}), changes }] : []
}

/** Undefined where the region is told in characters of the file only, or ends who knows where in its line. */
function replacementOf(raw: unknown): Replacement | undefined {
  const region = get(raw, 'deletedRegion')
  const line = position(num(region, 'startLine'))
  const endColumn = position(num(region, 'endColumn'))
  if (line === undefined || endColumn === undefined) return undefined
  const text = get(raw, 'insertedContent', 'text')
  return { line, column: position(num(region, 'startColumn')) ?? 1, endLine: position(num(region, 'endLine')) ?? line, endColumn, text: typeof text === 'string' ? text : '' }
}
