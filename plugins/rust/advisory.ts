import type { Finding, Level } from '../../core/contract.ts'
import { severityOf } from '../../core/parse/index.ts'

/** What cargo-audit and cargo-deny say of a dependency. */
export interface Notice {
  tool: string
  /** RUSTSEC-…; none for a version that was yanked. */
  id: string | undefined
  aliases?: readonly string[]
  title: string
  package: string
  installed?: string | undefined
  /** Version requirements, any of which is without the fault: `>=0.4.8, <1.0.0-0`. */
  patched?: readonly string[]
  score?: number | undefined
  word?: string | undefined
  /** Why it is told although it is no vulnerability: unmaintained, unsound, notice, yanked. */
  informational?: string | undefined
  url?: string | undefined
  text?: string | undefined
  level?: Level
  file?: string | undefined
  line?: number | undefined
  trace?: string | undefined
}

/** A finding at Cargo.lock, since that is what was looked at. A yanked version is no advisory, but counts as one of its package. */
export function noticeOf(given: Notice): Finding {
  const id = given.id ?? given.informational ?? 'vulnerability'
  const fixed = fixedIn(given.patched ?? [], given.installed)
  const severity = given.score ?? severityOf(given.word)
  const url = given.url ?? (id.startsWith('RUSTSEC-') ? `https://rustsec.org/advisories/${id}` : undefined)
  const remedy = given.patched?.length ? `Upgrade to ${given.patched.join(' or ')}.` : undefined
  const text = [given.text, remedy].filter(Boolean).join('\n\n')
  return {
    tool: given.tool, kind: 'audit', rule: id,
    level: given.level ?? (given.informational === undefined ? 'error' : 'warning'),
    message: `${given.title} (${given.package}${given.installed ? ` ${given.installed}` : ''}${given.informational ? `, ${given.informational}` : ''})`,
    file: given.file ?? 'Cargo.lock', ...given.line && { line: given.line },
    ...given.id !== undefined && {
      advisory: {
        ids: [given.id, ...given.aliases ?? []], package: given.package, ecosystem: 'crates.io',
        ...given.installed && { installed: given.installed }, ...fixed && { fixed },
        ...severity !== undefined && { severity }, ...url && { url },
      },
    },
    ...(text || url) && { help: { ...text && { text }, ...url && { url } } },
    ...given.trace && { trace: given.trace },
  }
}

/** The nearest version without the fault: the least that a requirement begins with and that is not older than what is there. */
function fixedIn(patched: readonly string[], installed: string | undefined): string | undefined {
  const starts = patched.flatMap(range => /(?:>=?|\^|~|^)\s*(?<version>\d[\w.+-]*)/.exec(range)?.groups?.version ?? []).toSorted(compare)
  return starts.find(version => installed === undefined || compare(version, installed) > 0) ?? starts[0]
}

function compare(a: string, b: string): number {
  const [left, right] = [a, b].map(version => version.split(/[.+-]/, 3).map(part => Number.parseInt(part, 10) || 0))
  for (let at = 0; at < 3; at++) {
    const difference = (left?.[at] ?? 0) - (right?.[at] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
