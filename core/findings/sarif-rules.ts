import { createHash } from 'node:crypto'
import type * as sarif from 'sarif'
import type { Finding } from '../contract.ts'
import { canonicalId } from './fingerprint.ts'
import { clean, uriOf } from './sarif-text.ts'

/**
 * Every message is the tool's own text and goes into `text`; readers that keep messages as id and arguments find it here.
 * The wording (quoted, dynamic, ending in a full stop) is the one that validators ask for.
 */
export const messageStrings = { default: { text: "The tool reports '{0}'." } }

/** What the tool itself calls the rule. A finding without one belongs to one rule per kind. */
export function ownRule(finding: Finding): string {
  const id = clean(finding.rule ?? (finding.advisory ? canonicalId(finding.advisory) : '')).trim()
  return id === '' ? `${finding.tool}-${finding.kind}` : id
}

export interface Rule {
  index: number
  /** What its results say. */
  ruleId: string
  descriptor: sarif.ReportingDescriptor
}

/** The rules of some findings, by their own names, in order of appearance; one pass, and memory for the rules alone. */
export function rulesOf(findings: Iterable<Finding>): Map<string, Rule> {
  const rules = new Map<string, Rule>()
  for (const finding of findings) {
    const own = ownRule(finding)
    if (rules.has(own)) continue
    const id = descriptorId(finding.tool, own)
    rules.set(own, { index: rules.size, ruleId: id === own ? id : `${id}/${own}`, descriptor: descriptorOf(id, own, finding) })
  }
  return rules
}

/** A rule as its first finding shows it: tools do not hand over their catalogues. */
function descriptorOf(id: string, own: string, finding: Finding): sarif.ReportingDescriptor {
  const { tool, advisory } = finding
  const subject = advisory ? `${own} in ${advisory.package}` : finding.kind === 'test' ? `Test ${own}` : `Rule ${own}`
  const short = clean(`${subject}, reported by ${tool}.`)
  return {
    id,
    name: nameOf(own, tool),
    shortDescription: { text: short.slice(0, 1000) },
    fullDescription: { text: short.slice(0, 1000) },
    messageStrings,
    help: { text: clean(finding.help?.text ?? helpText(finding)) || short },
    helpUri: helpUri(finding),
    defaultConfiguration: { level: finding.level },
    properties: properties(finding),
  }
}

/**
 * Validators want ids of a few capitals and a number. A tool that names its rules otherwise keeps its own name behind the slash of a
 * hierarchical id (§3.5.4): the rule is `ESLINT-482913`, its results say `ESLINT-482913/no-unused-vars`.
 */
function descriptorId(tool: string, own: string): string {
  if (/^[A-Z]{1,8}(?:-?\d{1,6}){0,3}$/.test(own)) return own
  const letters = tool.replace(/[^A-Za-z]/g, '').slice(0, 8).toUpperCase() || 'RULE'
  const number = createHash('sha256').update(`${tool}\0${own}`).digest().readUInt32BE() % 1_000_000
  return `${letters}-${String(number).padStart(6, '0')}`
}

/** Words with a capital each, in ASCII: `ShellcheckSc2034`. Never equal to the id, which may be any text. */
function nameOf(own: string, tool: string): string {
  let name = ''
  for (const word of `${tool} ${own}`.slice(0, 200).replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase().match(/[a-z0-9]+/g) ?? []) {
    const joins = word.length === 1 || /^\d/.test(word)
    name = joins ? (name || 'Rule') + word : name + word[0]!.toUpperCase() + word.slice(1)
  }
  return name === '' || name.toLowerCase() === own.toLowerCase() ? `Rule${name}` : name
}

function helpText({ advisory, tool, kind }: Finding): string {
  if (!advisory) return kind === 'test' ? 'The test failed.' : `See the documentation of ${tool}.`
  const installed = advisory.installed === undefined ? '' : ` ${advisory.installed}`
  const remedy = advisory.fixed === undefined ? 'No fixed version is known.' : `Fixed in ${advisory.fixed}.`
  return `${advisory.package}${installed} has the known vulnerability ${advisory.ids.join(', ')}. ${remedy}`
}

function helpUri({ help, advisory, tool }: Finding): string {
  return uriOf(help?.url) ?? uriOf(advisory?.url) ?? (advisory && osv(canonicalId(advisory))) ?? toolUri(tool)
}

function osv(id: string): string | undefined {
  return /^[A-Z]+-[\w-]+$/.test(id) ? `https://osv.dev/vulnerability/${id}` : undefined
}

/** A name, not an address: the farm does not know where a tool's pages are, and a guess would be worse. */
export function toolUri(tool: string): string {
  return `urn:crafting-table:tool:${encodeURIComponent(clean(tool))}`
}

function properties({ kind, advisory }: Finding): sarif.PropertyBag {
  if (!advisory) return { tags: [kind] }
  const severity = advisory.severity
  // GitHub reads a CVSS score as text, and takes 0 for an error.
  const score = severity !== undefined && severity > 0 && severity <= 10 ? { 'security-severity': severity.toFixed(1) } : {}
  return { tags: ['security', kind, 'vulnerability'], ...score }
}
