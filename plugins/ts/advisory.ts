import { levelOf, severityOf } from '../../core/parse/index.ts'
import type { Finding } from '../../core/contract.ts'

/** What the registries' advisories have in common, whatever client prints them. */
export interface Vulnerability {
  tool: string
  package: string
  title: string
  /** The registry's own number, used where there is no GHSA or CVE. */
  id?: string | undefined
  ids?: readonly string[]
  severity?: string | undefined
  score?: number | undefined
  /** Vulnerable versions, as a range. */
  range?: string | undefined
  installed?: string | undefined
  /** Patched versions as a range (`>=4.17.21`), or one version. */
  patched?: string | undefined
  url?: string | undefined
  text?: string | undefined
}

/** A finding of kind `audit`, placed at the manifest: no client says which line asks for the package. */
export function vulnerable(given: Vulnerability): Finding {
  const ids = identifiers(given)
  const severity = given.score || severityOf(given.severity)
  const fixed = /^>=\s*([\w.+-]+)$|^([\d][\w.+-]*)$/.exec(given.patched ?? '')
  const range = given.range ? ` ${given.range}` : ''
  return {
    tool: given.tool,
    rule: ids.find(id => id.startsWith('CVE-')) ?? ids.find(id => id.startsWith('GHSA-')) ?? ids[0],
    level: levelOf(given.severity),
    kind: 'audit',
    message: `${given.title} (${given.package}${range})`,
    file: 'package.json',
    advisory: {
      ids, package: given.package, ecosystem: 'npm',
      ...(given.installed ? { installed: given.installed } : {}),
      ...(fixed ? { fixed: fixed[1] ?? fixed[2] ?? '' } : {}),
      ...(severity === undefined ? {} : { severity }),
      ...(given.url ? { url: given.url } : {}),
    },
    ...(given.text ? { help: { text: given.text, ...(given.url ? { url: given.url } : {}) } } : {}),
  }
}

function identifiers(given: Vulnerability): readonly string[] {
  const named = /GHSA(?:-[\w]{4}){3}/.exec(given.url ?? '')?.[0]
  const ids = new Set([...(given.ids ?? []), ...(named ? [named] : [])])
  if (ids.size === 0) ids.add(`npm-${given.id ?? `${given.package}: ${given.url ?? given.title}`}`)
  return [...ids]
}
