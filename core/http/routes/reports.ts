import { summaryMarkdown } from '../../report/summary.ts'
import { endpoint } from '../endpoint.ts'

const junit = { status: 200, description: 'JUnit XML', types: ['application/xml'] }

/** What other programs take from the farm. */
export const reportEndpoints = [
  endpoint({
    method: 'GET', path: '/jobs/{id}/junit', access: 'token', summary: 'A job\'s tests as JUnit XML', answer: junit,
    handle: ({ farm, caller, params }) => farm.jobJunit(caller, params.id ?? ''),
  }),
  endpoint({
    method: 'GET', path: '/runs/{id}/junit', access: 'token', summary: 'The tests of all jobs of a run as JUnit XML', answer: junit,
    handle: ({ farm, caller, params }) => farm.runJunit(caller, params.id ?? ''),
  }),
  endpoint({
    method: 'GET', path: '/runs/{id}/summary.md', access: 'token', summary: 'A run in Markdown, for a comment on a pull request',
    answer: { status: 200, description: 'Markdown', types: ['text/markdown'] },
    handle: ({ farm, caller, params }) => summaryMarkdown(farm.overview(caller, params.id ?? '')),
  }),
]
