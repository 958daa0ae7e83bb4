import type { TestTotals } from '../../../core/contract.ts'

/** Totals in the normal form: errors are failures, and nothing is below nought. */
export function totals(tool: string, { total, failed, skipped }: { total: number; failed: number; skipped: number }): TestTotals {
  const passed = Math.max(0, total - failed - skipped)
  return { tool, totals: { total, passed, failed, skipped } }
}

export function number(text: string | undefined): number { return Number(text ?? 0) || 0 }
