import type { z } from 'zod'
import type { Bisect, Step } from '../../ledger/bisects.ts'
import * as schema from '../../schemas.ts'
import { endpoint } from '../endpoint.ts'

function bisectJson({ bisect, steps }: { bisect: Bisect; steps: readonly Step[] }): z.input<typeof schema.bisect> {
  const { target, result } = bisect
  return {
    bisect_id: bisect.id, project: bisect.project, subproject: bisect.subproject, language: bisect.language, recipe: bisect.recipe,
    target: { finding: target.finding, identity: target.identity, test: target.test?.test ?? null, flaky: target.flaky, title: target.title },
    good: bisect.good, bad: bisect.bad, commits: bisect.commits, status: bisect.status, message: bisect.message,
    commit: result?.commit ?? null, line: result?.line ?? null, suspects: [...result?.suspects ?? []], jobs: steps.filter(step => step.asked).length,
    steps: steps.map(({ job, ...step }) => ({ job_id: job, ...step })), created_at: bisect.createdAt, finished_at: bisect.finishedAt,
  }
}

export const bisectEndpoints = [
  endpoint({
    method: 'POST', path: '/projects/{name}/bisect', access: 'token', summary: 'Look for the commit that brought a finding or broke a test, by jobs at commits in between', body: schema.bisectIn,
    answer: { status: 202, description: 'Begun', schema: schema.startedBisect },
    problems: [429, 503],
    async handle({ farm, caller, params, body, ctx }) {
      const given = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined))
      const bisect = await farm.startBisect(caller, params.name ?? '', given)
      ctx.set('Location', `/bisects/${bisect.id}`)
      return { bisect_id: bisect.id, status: bisect.status, bisect: bisectJson(farm.bisect(caller, bisect.id)) }
    },
  }),
  endpoint({
    method: 'GET', path: '/bisects/{id}', access: 'token', summary: 'How a search stands, and what it has found',
    answer: { status: 200, description: 'The search', schema: schema.bisect },
    handle: ({ farm, caller, params }) => bisectJson(farm.bisect(caller, params.id ?? '')),
  }),
  endpoint({
    method: 'POST', path: '/bisects/{id}/cancel', access: 'token', summary: 'Give a search up, with its jobs', body: schema.nothing,
    answer: { status: 200, description: 'Cancelled', schema: schema.startedBisect },
    problems: [409],
    async handle({ farm, caller, params }) {
      const bisect = await farm.cancelBisect(caller, params.id ?? '')
      return { bisect_id: bisect.id, status: bisect.status, bisect: bisectJson(farm.bisect(caller, bisect.id)) }
    },
  }),
]
