import type { z } from 'zod'
import * as schema from '../../schemas.ts'
import type { Trend } from '../../trend.ts'
import { endpoint } from '../endpoint.ts'
import { findingJson } from '../shapes.ts'

function trendJson({ project, ref, since, truncated, points, toFix, oldest }: Trend): z.input<typeof schema.trend> {
  return {
    project, ref, since, truncated,
    points: points.map(({ runId, jobId, tools, ...point }) => ({ run_id: runId, job_id: jobId, ...point, tools: [...tools] })),
    time_to_fix: { count: toFix.count, mean_hours: toFix.meanHours, median_hours: toFix.medianHours },
    oldest_open: oldest && { ...findingJson(oldest), job_id: oldest.job },
  }
}

export const trendEndpoints = [
  endpoint({
    method: 'GET', path: '/projects/{name}/trend', access: 'token', summary: 'Open, new and fixed findings of a branch over its runs, time to fix, the oldest that is open', query: schema.trendQuery,
    answer: { status: 200, description: 'The trend', schema: schema.trend },
    handle: ({ farm, caller, params, query }) => trendJson(farm.trend(caller, params.name ?? '', query)),
  }),
]
