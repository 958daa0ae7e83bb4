import type { Level } from '../contract.ts'
import type { FindingState } from '../ledger/findings.ts'
import type { SarifFinding } from './sarif.ts'

/** As much of a finding as decides what is written, and in which order. */
export interface Brief { tool: string; state: FindingState | undefined; level: Level; accepted: boolean }

/** The findings of one job, in the order of its tools. They are gone through more than once, and never stand in memory together. */
export interface FindingSource {
  briefs(): Iterable<Brief>
  /** Whole ones, by their positions. */
  pick(positions: readonly number[]): Iterable<SarifFinding>
}

export function asSource(findings: readonly SarifFinding[] | FindingSource): FindingSource {
  if ('briefs' in findings) return findings
  return {
    briefs: () => findings.map(({ finding: { tool, level }, state, suppression }) => ({ tool, level, state, accepted: suppression !== undefined })),
    * pick(positions) { for (const at of positions) yield findings[at]! },
  }
}

/** The findings of one tool, by position, with how readily each may go. */
export interface Share { positions: number[]; ranks: number[] }

/** One share per tool, in the order in which they spoke. */
export function sharesOf(source: FindingSource): Map<string, Share> {
  const shares = new Map<string, Share>()
  let position = 0
  for (const brief of source.briefs()) {
    const share = shares.get(brief.tool) ?? { positions: [], ranks: [] }
    share.positions.push(position++)
    share.ranks.push(rankOf(brief))
    shares.set(brief.tool, share)
  }
  return shares
}

/** The order of the tool, unless something may have to go: then what is fixed, accepted, mild and old goes first. */
export function mostImportant({ positions, ranks }: Share, most: number): readonly number[] {
  if (positions.length <= Math.min(most, 1000)) return positions
  return positions.map((position, index) => ({ position, rank: ranks[index] ?? 0 })).toSorted((a, b) => a.rank - b.rank).slice(0, most).map(one => one.position)
}

function rankOf({ state, level, accepted }: Brief): number {
  return (state === 'fixed' ? 100 : 0) + (accepted ? 50 : 0) + ['error', 'warning', 'note'].indexOf(level) * 10 + (state === 'unchanged' ? 1 : 0)
}
