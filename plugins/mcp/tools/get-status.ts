import { z } from 'zod'
import { line, place, untrusted, words } from '../text.ts'
import { tool } from '../tool.ts'
import { cursorOf, readCursor } from '../cursor.ts'

const verdict = z.enum(['green', 'red', 'running', 'unknown'])
const counts = z.object({ new: z.number(), existing: z.number(), fixed: z.number() })
const output = z.object({
  project: z.string().optional(), ref: z.string().optional(), sha: z.string().nullish(), verdict: verdict.optional(),
  reasons: z.array(z.string()).optional(),
  jobs: z.array(z.object({ recipe: z.string(), subproject: z.string(), status: z.string(), job_id: z.string(), failed_tests: z.number().optional() })).optional(),
  findings: counts.optional(),
  top_new: z.array(z.object({ id: z.number(), level: z.string(), file: z.string().optional(), line: z.number().optional(), rule: z.string().optional(), message: z.string() })).optional(),
  projects: z.array(z.object({ project: z.string(), verdict, new: z.number() })).optional(),
  next_cursor: z.string().nullish(),
})
type Output = z.output<typeof output>

export const getStatus = tool({
  name: 'get_status', toolset: 'status',
  description: 'Is it green? Verdict with reasons, last job per recipe, counts and the top 5 new findings of a project; without project, a line per project.',
  annotations: { readOnlyHint: true, openWorldHint: false },
  input: z.strictObject({
    project: z.string().max(64).optional(), ref: z.string().max(255).optional().describe('default: default branch'),
    limit: z.int().min(1).max(100).default(20), cursor: z.string().max(300).optional(),
  }),
  output,
  run({ farm, caller }, { project, ref, limit, cursor }): Output {
    if (project === undefined) {
      const after = readCursor('status', cursor)
      const found = farm.projects(caller, { limit: limit + 1, ...(after === undefined ? {} : { after }) })
      const shown = found.slice(0, limit)
      return {
        projects: shown.map(one => farm.status(caller, one.name)).map(one => ({ project: one.project, verdict: one.verdict, new: one.findings.new })),
        next_cursor: found.length > limit ? cursorOf('status', shown.at(-1)?.name ?? '') : null,
      }
    }
    const status = farm.status(caller, project, ref)
    return {
      project: status.project, ref: status.ref, sha: status.sha, verdict: status.verdict,
      reasons: status.reasons.map(one => line(words(one.subproject, `${one.recipe}:`, one.message))),
      jobs: status.jobs.map(job => ({ recipe: job.recipe, subproject: job.subproject, status: job.status, job_id: job.id, ...(job.tests?.failed ? { failed_tests: job.tests.failed } : {}) })),
      findings: { new: status.findings.new, existing: status.findings.unchanged, fixed: status.findings.fixed },
      top_new: status.top.map(({ id, finding }) => ({
        id, level: finding.level, ...(finding.file ? { file: line(finding.file, 500) } : {}), ...(finding.line ? { line: finding.line } : {}), ...(finding.rule ? { rule: line(finding.rule, 100) } : {}), message: line(finding.message),
      })),
    }
  },
  lines: statusLines,
})

function statusLines(answer: Output): string {
  if (answer.projects) {
    const more = answer.next_cursor ? [`more: cursor ${answer.next_cursor}`] : []
    return [...answer.projects.map(one => `${one.project}: ${one.verdict}${one.new ? `, ${one.new} new` : ''}`), ...more].join('\n') || 'no projects'
  }
  const { findings, top_new = [], jobs = [], reasons = [] } = answer
  return [
    words(answer.project, answer.ref, answer.sha?.slice(0, 10), '·', answer.verdict),
    ...jobs.filter(job => job.status !== 'passed').map(job => words(job.subproject, job.recipe, job.status, job.failed_tests && `${job.failed_tests} tests failed,`, `job ${job.job_id}`)),
    ...(findings ? [`findings: ${findings.new} new, ${findings.existing} existing, ${findings.fixed} fixed`] : []),
    ...(top_new.length || reasons.length ? [untrusted] : []),
    ...reasons.map(reason => `- ${reason}`),
    ...top_new.map(one => words(`#${one.id}`, one.level, place(one), one.rule, one.message)),
  ].join('\n')
}
