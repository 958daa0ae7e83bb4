import type { JsonParser, ParseContext } from '../../core/contract.ts'
import { entries, list, str } from '../../core/parse/index.ts'
import { abandoned, vulnerable } from './advisory.ts'

/** `composer audit --format=json`. Ignored advisories stand apart and are not reported. Source: Composer's documentation, "audit". */
export const composerAuditJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"advisories"\s*:/.test(head) && /"(?:advisoryId|abandoned|ignored-advisories|affectedVersions)"\s*:|"advisories"\s*:\s*(?:\[\s*\]|\{\s*\})\s*\}/.test(head),
    read(value, context) {
      for (const [name, given] of entries(value, 'advisories')) {
        // A list, or an object by number where some were left out.
        for (const one of Array.isArray(given) ? list(given) : entries(given).map(([, advisory]) => advisory)) read(one, name, context)
      }
      for (const [name, replacement] of entries(value, 'abandoned')) context.emit(abandoned(name, typeof replacement === 'string' ? replacement : undefined))
    },
  },
}

function read(one: unknown, name: string, { emit }: ParseContext): void {
  const title = str(one, 'title') ?? str(one, 'advisoryId')
  if (title === undefined) return
  const remote = list(one, 'sources').flatMap(source => str(source, 'remoteId') ?? []).filter(id => /^(?:GHSA|CVE)-/.test(id))
  emit(vulnerable({
    tool: 'composer-audit', package: str(one, 'packageName') ?? name, title, rule: str(one, 'advisoryId'), cve: str(one, 'cve'), ids: remote,
    severity: str(one, 'severity'), affected: str(one, 'affectedVersions'), url: str(one, 'link'),
  }))
}
