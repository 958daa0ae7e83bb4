import { z } from 'zod'
import type { Farm, Job, Caller, StoredFinding } from '../../core/service.ts'
import { line, place, words } from './text.ts'

export const failure = z.object({ test: z.string().optional(), file: z.string().optional(), line: z.number().optional(), message: z.string() })
export type Failure = z.output<typeof failure>

/** What went wrong in a job: its failed tests, else its errors, else the end of its log. */
export function failuresOf(farm: Farm, caller: Caller, job: Job, most: number): { failures: Failure[]; total: number } {
  if (job.status === 'passed' || job.status === 'skipped') return { failures: [], total: 0 }
  const errors = farm.findings(caller, job.id, { states: ['new', 'unchanged'], level: 'error', accepted: false, limit: most })
  return { failures: errors.map(failureOf), total: Math.max(errors.length, job.findings?.error ?? 0) }
}

function failureOf({ finding }: StoredFinding): Failure {
  return {
    ...(finding.kind === 'test' && finding.rule ? { test: line(finding.rule, 200) } : {}),
    ...(finding.file ? { file: line(finding.file, 500), ...(finding.line ? { line: finding.line } : {}) } : {}),
    message: line(finding.message),
  }
}

export const failureLine = (one: Failure) => `- ${words(place(one), one.test, one.test || one.file ? `· ${one.message}` : one.message)}`
