import type { z } from 'zod'
import type { TestHistory } from '../../ledger/test-history.ts'
import * as schema from '../../schemas.ts'
import { cursorOf, paged, readNumberCursor } from '../cursor.ts'
import { endpoint } from '../endpoint.ts'

function testJson({ subproject, recipe, language, tool, test, file, line, status, flaky, flakiness, medianSeconds, results }: TestHistory): z.input<typeof schema.tests>['tests'][number] {
  return {
    subproject, recipe, language, tool, test, file, line, status, flaky, flakiness, median_seconds: medianSeconds,
    results: results.map(({ job, ...one }) => ({ job_id: job, ...one })),
  }
}

export const testEndpoints = [
  endpoint({
    method: 'GET', path: '/projects/{name}/tests', access: 'token', summary: 'The tests of a branch: how the last jobs saw each, and which are flaky', query: schema.testsQuery,
    answer: { status: 200, description: 'A page of tests', schema: schema.tests },
    handle({ farm, caller, params, query: { ref, status, flaky, q, limit, cursor } }) {
      const after = readNumberCursor('test', cursor)
      const found = farm.projectTests(caller, params.name ?? '', { ...(ref === undefined ? {} : { ref }), status, flaky: flaky === undefined ? undefined : flaky === 'true', text: q, after, limit: limit + 1 })
      const { rows, next_cursor } = paged(found, limit, last => cursorOf('test', last.id))
      return { tests: rows.map(testJson), next_cursor }
    },
  }),
]
