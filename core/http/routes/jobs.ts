import * as schema from '../../schemas.ts'
import { cursorOf, paged, readNumberCursor } from '../cursor.ts'
import { endpoint } from '../endpoint.ts'
import { jobJson, refOf } from '../shapes.ts'

const tailLines = 200

export const jobEndpoints = [
  endpoint({
    method: 'POST', path: '/projects/{name}/jobs', access: 'token', summary: 'Enqueue one recipe', body: schema.jobIn,
    answer: { status: 202, description: 'Queued', schema: schema.startedJob },
    problems: [429, 503],
    handle({ farm, caller, params, body, ctx }) {
      const job = farm.startJob(caller, params.name ?? '', {
        recipe: body.recipe, ...(body.subproject === undefined ? {} : { subproject: body.subproject }), ...refOf(body), ...(body.rerun_failed === undefined ? {} : { rerunFailed: body.rerun_failed }),
      })
      ctx.set('Location', `/jobs/${job.id}`)
      return { job_id: job.id, status: job.status, job: jobJson(job) }
    },
  }),
  endpoint({
    method: 'GET', path: '/jobs', access: 'token', summary: 'List your jobs, newest first; an admin sees all', query: schema.jobsQuery,
    answer: { status: 200, description: 'A page of jobs', schema: schema.jobs },
    problems: [404],
    handle({ farm, caller, query: { project, status, limit, cursor } }) {
      const before = readNumberCursor('job', cursor)
      const found = farm.jobs(caller, { limit: limit + 1, ...(project === undefined ? {} : { project }), ...(status === undefined ? {} : { status }), ...(before === undefined ? {} : { before }) })
      const { rows, next_cursor } = paged(found, limit, last => cursorOf('job', last.seq))
      return { jobs: rows.map(jobJson), next_cursor }
    },
  }),
  endpoint({
    method: 'GET', path: '/jobs/{id}', access: 'token', summary: 'A job and the end of its log',
    answer: { status: 200, description: 'The job', schema: schema.jobDetail },
    async handle({ farm, caller, params }) {
      const job = farm.job(caller, params.id ?? '')
      return { job: jobJson(job), log_tail: await farm.logTail(job, tailLines) }
    },
  }),
  endpoint({
    method: 'POST', path: '/jobs/{id}/cancel', access: 'token', summary: 'Cancel a job; answers when nothing of it is left', body: schema.nothing,
    answer: { status: 200, description: 'Cancelled', schema: schema.startedJob },
    problems: [409],
    async handle({ farm, caller, params }) {
      const job = await farm.cancelJob(caller, params.id ?? '')
      return { job_id: job.id, status: job.status, job: jobJson(job) }
    },
  }),
]
