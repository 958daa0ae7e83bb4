import type { FindingCounts } from '../contract.ts'
import type { TrackedFinding } from '../ledger/findings.ts'

export const noFindings: FindingCounts = { new: 0, unchanged: 0, fixed: 0, error: 0, warning: 0, note: 0 }

/** Fixed ones are counted, but have no level any more. */
export function countFindings(present: readonly TrackedFinding[], fixed: number): FindingCounts {
  const counts = { ...noFindings, fixed }
  for (const { state, finding } of present) {
    counts[state]++
    counts[finding.level]++
  }
  return counts
}
