import { z } from 'zod'
import { failure, failureLine, failuresOf } from '../failures.ts'
import { line, untrusted, words } from '../text.ts'
import { tool } from '../tool.ts'
import { waitFor } from '../wait.ts'

const most = 5

export const runRecipe = tool({
  name: 'run_recipe', toolset: 'run',
  description: 'Run build, test, lint, audit or a custom recipe (default: all) at a ref; wait_s waits for the end and tells what failed. The run goes on if the wait expires: done=false, then get_job.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: true },
  input: z.strictObject({
    project: z.string().max(64), recipe: z.string().max(32).optional(), subproject: z.string().max(512).optional(), ref: z.string().max(255).optional(),
    wait_s: z.int().min(0).max(50).default(0), request_id: z.string().min(1).max(100).optional().describe('same id: same run'),
  }),
  output: z.object({
    run_id: z.string(), status: z.string(), done: z.boolean(), message: z.string().optional(),
    jobs: z.array(z.object({
      job_id: z.string(), recipe: z.string(), subproject: z.string(), status: z.string(), message: z.string().optional(),
      tests: z.object({ total: z.number(), failed: z.number() }).optional(), new: z.number().optional(), failures: z.array(failure).optional(), truncated: z.boolean().optional(),
    })),
  }),
  async run(call, { project, recipe, subproject, ref, wait_s, request_id }) {
    const { farm, caller } = call
    const started = farm.startRun(caller, project, {
      ...(recipe === undefined ? {} : { recipes: [recipe] }), ...(subproject === undefined ? {} : { subprojects: [subproject] }),
      ...(ref === undefined ? {} : { ref }), ...(request_id === undefined ? {} : { requestId: request_id }),
    })
    const done = await waitFor(call, { run: started.id }, wait_s)
    const { run, jobs } = farm.run(caller, started.id)
    return {
      run_id: run.id, status: run.status, done, ...(run.message ? { message: line(run.message, 500) } : {}),
      jobs: jobs.map(job => {
        const { failures, total } = done ? failuresOf(farm, caller, job, most) : { failures: [], total: 0 }
        return {
          job_id: job.id, recipe: job.recipe, subproject: job.subproject, status: job.status, ...(job.message ? { message: line(job.message, 500) } : {}),
          ...(job.tests ? { tests: { total: job.tests.total, failed: job.tests.failed } } : {}), ...(job.findings?.new ? { new: job.findings.new } : {}),
          ...(failures.length ? { failures, truncated: total > failures.length } : {}),
        }
      }),
    }
  },
  lines: answer => [
    words('run', answer.run_id, answer.status),
    ...(answer.message || answer.jobs.some(job => job.failures || job.message) ? [untrusted] : []), ...(answer.message ? [answer.message] : []),
    ...answer.jobs.flatMap(job => [
      words(job.subproject, job.recipe, job.status, job.tests && `${job.tests.failed} of ${job.tests.total} tests failed`, job.new && `${job.new} new`, job.status !== 'passed' && answer.done && `job ${job.job_id}`, job.message && `(${job.message})`),
      ...(job.failures ?? []).map(failureLine),
      ...(job.truncated ? [`  more: get_job ${job.job_id} max_failures`] : []),
    ]),
  ].join('\n'),
})
