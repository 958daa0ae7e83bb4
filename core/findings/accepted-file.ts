import type { Finding } from '../contract.ts'
import { messageOf } from '../errors.ts'

/** At the root of a repository: findings that its people have accepted. */
export const acceptedFileName = '.crafting-table-baseline.json'

/** One entry. With a fingerprint it means one finding, wherever that goes; without, all of a tool, of its rule, of a path. */
export interface AcceptedEntry {
  tool: string
  rule?: string | undefined
  /** A file, or a directory with `/` at its end. */
  path?: string | undefined
  fingerprint?: string | undefined
  reason: string
  /** A date, which counts to its end (UTC), or an ISO 8601 time. */
  until?: string | undefined
}

/** What of an entry is kept with a finding. */
export interface Accepted { entry: string; reason: string; until: string | null }

/** Who accepts a finding; `before` is the fingerprint by which an earlier job's was accepted that this one has been. */
export type Accepter = (finding: Finding, fingerprint: string, before: string | null | undefined) => Accepted | undefined

/** A file that is not as it must be accepts nothing, and says so as a finding. */
export async function accepterOf(text: string | undefined): Promise<{ accepts: Accepter; fault?: Finding }> {
  if (text === undefined) return { accepts: () => undefined }
  try {
    // Schemas are slow to load, and few repositories have the file.
    const { readAccepted } = await import('./accepted-shape.ts')
    return { accepts: accepter(readAccepted(text)) }
  } catch (error) {
    const message = `${acceptedFileName} is not as it must be, so nothing is accepted: ${messageOf(error)}`
    return { accepts: () => undefined, fault: { tool: 'crafting-table', rule: 'crafting-table/baseline-invalid', level: 'error', kind: 'lint', message, file: acceptedFileName } }
  }
}

export function accepter(entries: readonly (AcceptedEntry & { end: string | null })[]): Accepter {
  const byPrint = new Map(entries.flatMap(one => one.fingerprint === undefined ? [] : [[one.fingerprint, one]]))
  const broad = entries.filter(one => one.fingerprint === undefined)
  return (finding, fingerprint, before) => {
    const entry = byPrint.get(fingerprint) ?? (before ? byPrint.get(before) : undefined) ?? broad.find(one => one.tool === finding.tool && covers(one, finding))
    return entry && { entry: entry.fingerprint ?? '', reason: entry.reason, until: entry.end }
  }
}

function covers({ rule, path }: AcceptedEntry, finding: Finding): boolean {
  if (rule !== undefined && rule !== finding.rule) return false
  if (path === undefined) return true
  return path.endsWith('/') ? finding.file?.startsWith(path) === true : finding.file === path
}
