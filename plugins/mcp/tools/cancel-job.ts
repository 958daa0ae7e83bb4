import { z } from 'zod'
import { tool } from '../tool.ts'

export const cancelJob = tool({
  name: 'cancel_job', toolset: 'run',
  description: 'Cancel a queued or running job.',
  annotations: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: false },
  input: z.strictObject({ job_id: z.string().max(64), reason: z.string().max(300).optional() }),
  output: z.object({ job_id: z.string(), status: z.string() }),
  async run({ farm, caller }, { job_id, reason }) {
    const job = await farm.cancelJob(caller, job_id, reason)
    return { job_id: job.id, status: job.status }
  },
  lines: answer => `job ${answer.job_id} ${answer.status}`,
})
