import type { FindingCounts } from '../contract.ts'

export const noFindings: FindingCounts = { new: 0, unchanged: 0, fixed: 0, error: 0, warning: 0, note: 0 }
