import * as schema from '../../schemas.ts'
import { endpoint } from '../endpoint.ts'
import { jobJson, refOf, runJson } from '../shapes.ts'

export const runEndpoints = [
  endpoint({
    method: 'POST', path: '/projects/{name}/runs', access: 'token', summary: 'Enqueue recipes × subprojects at one commit', body: schema.runIn,
    answer: { status: 202, description: 'Queued; its jobs are there once the commit has been looked at', schema: schema.startedRun },
    problems: [409, 429, 503],
    handle({ farm, caller, params, body, ctx }) {
      const { recipes = [], languages = [], subprojects = [], rerun_failed: rerunFailed, request_id: requestId } = body
      const run = farm.startRun(caller, params.name ?? '', { recipes, languages, subprojects, ...refOf(body), ...(rerunFailed === undefined ? {} : { rerunFailed }), ...(requestId === undefined ? {} : { requestId }) })
      ctx.set('Location', `/runs/${run.id}`)
      return { run_id: run.id, status: run.status, run: runJson(run) }
    },
  }),
  endpoint({
    method: 'GET', path: '/runs/{id}', access: 'token', summary: 'A run and its jobs',
    answer: { status: 200, description: 'The run', schema: schema.runDetail },
    handle({ farm, caller, params }) {
      const { run, jobs } = farm.run(caller, params.id ?? '')
      return { run: runJson(run), jobs: jobs.map(jobJson) }
    },
  }),
  endpoint({
    method: 'POST', path: '/runs/{id}/cancel', access: 'token', summary: 'Cancel a run and all of its jobs; answers when nothing of them is left', body: schema.nothing,
    answer: { status: 200, description: 'Cancelled', schema: schema.startedRun },
    problems: [409],
    async handle({ farm, caller, params }) {
      const run = await farm.cancelRun(caller, params.id ?? '')
      return { run_id: run.id, status: run.status, run: runJson(run) }
    },
  }),
]
