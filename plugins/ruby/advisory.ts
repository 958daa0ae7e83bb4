import type { Finding } from '../../core/contract.ts'
import { levelOf, severityOf } from '../../core/parse/index.ts'

/** What bundler-audit tells of a gem, in whichever form. */
export interface Vulnerability {
  gem: string
  installed?: string | undefined
  /** As the tool names them; the first is the rule. */
  ids: readonly string[]
  criticality?: string | undefined
  score?: number | undefined
  title?: string | undefined
  url?: string | undefined
  text?: string | undefined
  /** Requirements that a patched version fulfils: `~> 1.6.11`, `>= 2.0.6`. */
  patched?: readonly string[]
}

/** A finding placed at the lock file, which is what is audited. */
export function vulnerable(given: Vulnerability): Finding {
  const { gem, installed, title, url, text, ids } = given
  const severity = given.score ?? severityOf(given.criticality)
  const fixed = fixedFor(installed, given.patched ?? [])
  return {
    tool: 'bundler-audit', kind: 'audit', file: 'Gemfile.lock', rule: ids[0] ?? 'advisory',
    level: /^(?:unknown|none)?$/i.test(given.criticality ?? '') ? 'warning' : levelOf(given.criticality),
    message: `${title ?? ids[0] ?? 'known vulnerability'} (${gem}${installed ? ` ${installed}` : ''})`,
    advisory: {
      ids, package: gem, ecosystem: 'RubyGems',
      ...(installed ? { installed } : {}), ...(fixed ? { fixed } : {}), ...(severity === undefined ? {} : { severity }), ...(url ? { url } : {}),
    },
    ...(text ? { help: { text, ...(url ? { url } : {}) } } : {}),
  }
}

/** The patched version of the installed one's own line, else the newest. */
function fixedFor(installed: string | undefined, patched: readonly string[]): string | undefined {
  const versions = patched.flatMap(one => /(?:~>|>=|=)\s*(?<version>\d[\w.-]*)/.exec(one)?.groups?.version ?? [])
  const lines = [/^\d+\.\d+(?=\.|$)/, /^\d+(?=\.|$)/].map(line => line.exec(installed ?? '')?.[0])
  for (const line of lines) {
    const found = line === undefined ? undefined : versions.find(version => version === line || version.startsWith(`${line}.`))
    if (found) return found
  }
  return versions.at(-1)
}
