import type { FindingCounts } from '../contract.ts'
import type { FindingState, TrackedFinding } from '../ledger/findings.ts'

/**
 * States by exact fingerprint: a current finding takes one old one of the same fingerprint away (unchanged) or is new;
 * old ones that nobody took are fixed. Each old one is given away once.
 */
export function track<Old extends { fingerprint: string }>(current: readonly { fingerprint: string }[], baseline: Iterable<Old>): { states: FindingState[]; fixed: Old[] } {
  const old = new Map<string, Old[]>()
  for (const one of baseline) {
    const alike = old.get(one.fingerprint)
    if (alike) alike.push(one)
    else old.set(one.fingerprint, [one])
  }
  const states = current.map(({ fingerprint }): FindingState => old.get(fingerprint)?.pop() ? 'unchanged' : 'new')
  return { states, fixed: [...old.values()].flat() }
}

export const noFindings: FindingCounts = { new: 0, unchanged: 0, fixed: 0, error: 0, warning: 0, note: 0 }

export function countFindings(findings: readonly TrackedFinding[]): FindingCounts {
  const counts = { ...noFindings }
  for (const { state, finding } of findings) {
    counts[state]++
    if (state !== 'fixed') counts[finding.level]++
  }
  return counts
}
