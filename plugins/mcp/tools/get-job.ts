import { z } from 'zod'
import { failure, failureLine, failuresOf } from '../failures.ts'
import { clean, line, untrusted, words } from '../text.ts'
import { tool } from '../tool.ts'
import { waitFor } from '../wait.ts'

const tailLines = 5

export const getJob = tool({
  name: 'get_job', toolset: 'status',
  description: 'State of a job; wait_s waits for its end. When done: what failed with file:line, findings counts, the end of the log.',
  annotations: { readOnlyHint: true, openWorldHint: false },
  input: z.strictObject({ job_id: z.string().max(64), wait_s: z.int().min(0).max(50).default(0), max_failures: z.int().min(0).max(100).default(10) }),
  output: z.object({
    job_id: z.string(), status: z.string(), done: z.boolean(), recipe: z.string().optional(), exit_code: z.number().nullish(), message: z.string().optional(),
    tests: z.object({ total: z.number(), passed: z.number(), failed: z.number(), skipped: z.number(), flaky: z.number() }).optional(),
    findings: z.object({ new: z.number(), existing: z.number(), fixed: z.number() }).optional(),
    failures: z.array(failure).optional(), total_failures: z.number().optional(), truncated: z.boolean().optional(), log_tail: z.array(z.string()).optional(),
  }),
  async run(call, { job_id, wait_s, max_failures }) {
    const { farm, caller } = call
    const done = await waitFor(call, { job: job_id }, wait_s)
    const job = farm.job(caller, job_id)
    if (!done) return { job_id: job.id, status: job.status, done }
    const { failures, total } = max_failures === 0 ? { failures: [], total: job.findings?.error ?? 0 } : failuresOf(farm, caller, job, max_failures)
    const tail = job.status === 'passed' || failures.length ? [] : await farm.lastLines(job, tailLines)
    return {
      job_id: job.id, status: job.status, done, recipe: job.recipe, exit_code: job.exitCode, ...(job.message ? { message: line(job.message, 500) } : {}),
      ...(job.tests ? { tests: job.tests } : {}),
      ...(job.findings ? { findings: { new: job.findings.new, existing: job.findings.unchanged, fixed: job.findings.fixed } } : {}),
      ...(total ? { failures, total_failures: total, truncated: total > failures.length } : {}),
      ...(tail.length ? { log_tail: tail.map(text => clean(text).slice(0, 300)) } : {}),
    }
  },
  lines: answer => [
    words('job', answer.job_id, answer.status),
    ...(answer.tests ? [`tests: ${answer.tests.passed} passed, ${answer.tests.failed} failed, ${answer.tests.skipped} skipped${answer.tests.flaky ? `, ${answer.tests.flaky} of the passed flaky` : ''}`] : []),
    ...(answer.findings ? [`findings: ${answer.findings.new} new, ${answer.findings.existing} existing, ${answer.findings.fixed} fixed`] : []),
    ...(answer.failures?.length || answer.log_tail || answer.message ? [untrusted] : []),
    ...(answer.message ? [answer.message] : []),
    ...(answer.failures ?? []).map(failureLine),
    ...(answer.truncated ? [`${answer.total_failures} in all: raise max_failures, or list_findings`] : []),
    ...(answer.log_tail ?? []).map(text => `| ${text}`),
  ].join('\n'),
})
