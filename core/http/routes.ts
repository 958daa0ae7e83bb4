import { anything } from '../schemas.ts'
import { endpoint, type Endpoint } from './endpoint.ts'
import { openapi } from './openapi.ts'
import { farmEndpoints } from './routes/farm.ts'
import { bisectEndpoints } from './routes/bisects.ts'
import { findingEndpoints } from './routes/findings.ts'
import { jobEndpoints } from './routes/jobs.ts'
import { logEndpoints } from './routes/log.ts'
import { projectEndpoints } from './routes/projects.ts'
import { reportEndpoints } from './routes/reports.ts'
import { runEndpoints } from './routes/runs.ts'
import { secretEndpoints } from './routes/secrets.ts'
import { statusEndpoints } from './routes/status.ts'
import { suppressionEndpoints } from './routes/suppressions.ts'
import { testEndpoints } from './routes/tests.ts'
import { tokenEndpoints } from './routes/tokens.ts'
import { trendEndpoints } from './routes/trend.ts'

const own: readonly Endpoint[] = [...farmEndpoints, ...tokenEndpoints, ...projectEndpoints, ...jobEndpoints, ...logEndpoints, ...findingEndpoints, ...runEndpoints, ...reportEndpoints, ...statusEndpoints, ...testEndpoints, ...trendEndpoints, ...bisectEndpoints, ...secretEndpoints, ...suppressionEndpoints]

/** The whole surface: the core's own and what services bring along. */
export function surface(services: readonly Endpoint[] = []): readonly Endpoint[] {
  let document: unknown
  const all: readonly Endpoint[] = [
    ...own, ...services,
    endpoint({
      method: 'GET', path: '/openapi.json', access: 'network', summary: 'This document',
      answer: { status: 200, description: 'OpenAPI 3.1', schema: anything },
      handle: () => document ??= openapi(all),
    }),
  ]
  return all
}
