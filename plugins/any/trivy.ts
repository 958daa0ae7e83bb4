import type { Finding, JsonParser, ParseContext } from '../../core/contract.ts'
import { entries, levelOf, list, num, position, severityOf, str } from '../../core/parse/index.ts'
import { ecosystemOf, highestScore } from './packages.ts'

/** `trivy … --format json` (aquasecurity/trivy, pkg/types/report.go): vulnerabilities, misconfigurations, secrets, licences of each target. */
export const trivy: JsonParser = {
  json: {
    is: head => /"Results"\s*:\s*\[/.test(head) && /"(?:ArtifactName|ArtifactType|SchemaVersion)"\s*:/.test(head) || /^\s*\[\s*\{\s*"Target"\s*:/.test(head) || /"ArtifactName"\s*:/.test(head) && /"SchemaVersion"\s*:/.test(head),
    each: ['Results[]', '[]'],
    read(result, context) {
      for (const one of list(result, 'Vulnerabilities')) vulnerability(one, result, context)
      for (const one of list(result, 'Misconfigurations')) misconfiguration(one, result, context)
      for (const one of list(result, 'Secrets')) secret(one, result, context)
    },
  },
}

function vulnerability(one: unknown, result: unknown, { emit }: ParseContext): void {
  const id = str(one, 'VulnerabilityID')
  const name = str(one, 'PkgName')
  if (!id || !name) return
  const file = str(one, 'PkgPath') ?? targetOf(result)
  const installed = str(one, 'InstalledVersion')
  const fixed = str(one, 'FixedVersion')
  const url = str(one, 'PrimaryURL')
  const scores = entries(one, 'CVSS').map(([, by]) => num(by, 'V40Score') ?? num(by, 'V3Score') ?? num(by, 'V2Score'))
  const severity = highestScore(scores) ?? severityOf(str(one, 'Severity'))
  emit({
    tool: 'trivy', kind: 'audit', rule: id, level: levelOf(str(one, 'Severity')),
    message: str(one, 'Title') ?? str(one, 'Description') ?? `${name} ${installed ?? ''} is vulnerable to ${id}`,
    ...(file ? { file } : {}),
    advisory: {
      ids: [id, ...list(one, 'VendorIDs').flatMap(vendor => str(vendor) ?? [])],
      package: name, ecosystem: ecosystemOf(str(result, 'Type')),
      ...(installed ? { installed } : {}), ...(fixed ? { fixed } : {}), ...(severity === undefined ? {} : { severity }), ...(url ? { url } : {}),
    },
    help: { text: str(one, 'Description') ?? id, ...(url ? { url } : {}) },
  })
}

function misconfiguration(one: unknown, result: unknown, { emit }: ParseContext): void {
  const id = str(one, 'AVDID') ?? str(one, 'ID')
  if (!id || str(one, 'Status') === 'PASS') return
  const url = str(one, 'PrimaryURL')
  const text = str(one, 'Resolution') ?? str(one, 'Description')
  emit({
    tool: 'trivy', kind: 'lint', rule: id, level: levelOf(str(one, 'Severity')),
    message: str(one, 'Message') ?? str(one, 'Title') ?? id,
    ...place(result, one, 'CauseMetadata'),
    ...(text || url ? { help: { ...(text ? { text } : {}), ...(url ? { url } : {}) } } : {}),
  })
}

function secret(one: unknown, result: unknown, { emit }: ParseContext): void {
  const rule = str(one, 'RuleID')
  if (rule) emit({ tool: 'trivy', kind: 'audit', rule, level: levelOf(str(one, 'Severity')), message: str(one, 'Title') ?? `secret: ${rule}`, ...place(result, one) })
}

function place(result: unknown, one: unknown, ...path: string[]): Pick<Finding, 'file' | 'line' | 'endLine'> {
  const file = targetOf(result)
  const line = position(num(one, ...path, 'StartLine'))
  const endLine = position(num(one, ...path, 'EndLine'))
  return { ...(file ? { file } : {}), ...(line ? { line } : {}), ...(line && endLine ? { endLine } : {}) }
}

/** Of an image, `alpine:3.10 (alpine 3.10.2)` is no file; `Node.js` and `Python` stand for all packages of that kind. */
function targetOf(result: unknown): string | undefined {
  const target = str(result, 'Target')
  return target === undefined || /\(.*\)$/.test(target) || /^(?:Node\.js|Python|Ruby|Java|PHP)$/.test(target) ? undefined : target
}
