import type { Context } from 'koa'
import * as schema from '../../schemas.ts'
import { cursorOf, paged, readNumberCursor } from '../cursor.ts'
import { endpoint } from '../endpoint.ts'
import { findingJson, jobJson } from '../shapes.ts'
import { Problem } from '../problem.ts'
import { streamOf } from '../stream.ts'

const sarif = { status: 200, description: 'SARIF 2.1.0', schema: schema.anything, types: ['application/sarif+json'] }

async function answerSarif(ctx: Context, document: AsyncIterable<string>) {
  const stream = await streamOf(document)
  ctx.type = 'application/sarif+json'
  return stream
}

export const findingEndpoints = [
  endpoint({
    method: 'GET', path: '/jobs/{id}/findings', access: 'token', summary: 'What the tools of a job reported', query: schema.findingsQuery,
    answer: { status: 200, description: 'A page of findings, in the order of the log', schema: schema.findings },
    handle({ farm, caller, params, query: { level, state, accepted, limit, cursor } }) {
      const after = readNumberCursor('finding', cursor)
      const found = farm.findings(caller, params.id ?? '', {
        states: state ? [state] : ['new', 'unchanged'], limit: limit + 1, ...(level ? { level } : {}), ...(accepted === undefined ? {} : { accepted }), ...(after === undefined ? {} : { after }),
      })
      const { rows, next_cursor } = paged(found, limit, last => cursorOf('finding', last.id))
      return { findings: rows.map(findingJson), next_cursor }
    },
  }),
  endpoint({
    method: 'GET', path: '/jobs/{id}/sarif', access: 'token', summary: 'A job\'s findings as SARIF', answer: sarif,
    handle({ farm, caller, params, ctx }) {
      const job = farm.job(caller, params.id ?? '')
      return answerSarif(ctx, farm.jobSarif(caller, job.id))
    },
  }),
  endpoint({
    method: 'GET', path: '/runs/{id}/sarif', access: 'token', summary: 'The findings of all jobs of a run as SARIF', answer: sarif,
    handle: ({ farm, caller, params, ctx }) => answerSarif(ctx, farm.runSarif(caller, farm.run(caller, params.id ?? '').run.id)),
  }),
  endpoint({
    method: 'POST', path: '/projects/{name}/sarif', access: 'token', summary: 'Take another tool\'s SARIF as a job: followed and gated like the farm\'s own findings', query: schema.sarifInQuery, payload: 'stream',
    answer: { status: 201, description: 'Imported', schema: schema.startedJob },
    problems: [503],
    async handle({ farm, caller, params, query: { ref, sha, tool, subproject }, ctx }) {
      const encoding = ctx.get('content-encoding')
      if (!['', 'identity', 'gzip', 'x-gzip'].includes(encoding.toLowerCase())) throw new Problem(415, 'invalid', `The encoding ${encoding.slice(0, 50)} is not supported`, { hint: 'Send gzip, or plain text.' })
      const job = await farm.importSarif(caller, params.name ?? '', ctx.req, {
        ...(ref === undefined ? {} : { ref }), ...(sha === undefined ? {} : { sha }), ...(tool === undefined ? {} : { tool }), ...(subproject === undefined ? {} : { subproject }),
      })
      ctx.set('Location', `/jobs/${job.id}`)
      return { job_id: job.id, status: job.status, job: jobJson(job) }
    },
  }),
  endpoint({
    method: 'GET', path: '/projects/{name}/sarif', access: 'token', summary: 'The latest findings of every subproject and recipe of a branch as SARIF', query: schema.sarifQuery, answer: sarif,
    handle({ farm, caller, params, query, ctx }) {
      const project = farm.project(caller, params.name ?? '')
      return answerSarif(ctx, farm.projectSarif(caller, project.name, query.branch))
    },
  }),
]
