import { z } from 'zod'
import { cursorOf, readNumberCursor } from '../cursor.ts'
import { clean, line, place, untrusted, words } from '../text.ts'
import { tool } from '../tool.ts'

const states = { new: ['new'], existing: ['unchanged'], fixed: ['fixed'], all: ['new', 'unchanged', 'fixed'] } as const
const wireState = { new: 'new', unchanged: 'existing', fixed: 'fixed' } as const

export const listFindings = tool({
  name: 'list_findings', toolset: 'status',
  description: 'Findings of a project (default: new ones on the default branch), with file and line.',
  annotations: { readOnlyHint: true, openWorldHint: false },
  input: z.strictObject({
    project: z.string().max(64), job_id: z.string().max(64).optional(), ref: z.string().max(255).optional(),
    state: z.enum(['new', 'existing', 'fixed', 'all']).default('new'), level: z.enum(['error', 'warning', 'note']).optional().describe('at least'),
    tool: z.string().max(64).optional(), rule: z.string().max(200).optional(), path: z.string().max(512).optional().describe('file or directory'),
    snippet: z.boolean().default(false), limit: z.int().min(1).max(100).default(20), cursor: z.string().max(300).optional(),
  }),
  output: z.object({
    counts: z.object({ new: z.number(), existing: z.number(), fixed: z.number() }), total: z.number(),
    findings: z.array(z.object({
      id: z.number(), state: z.string().optional(), level: z.string(), file: z.string().optional(), line: z.number().optional(), tool: z.string(), rule: z.string().optional(), message: z.string(),
      fixed_in: z.string().optional(), snippet: z.string().optional(),
    })),
    truncated: z.boolean(), next_cursor: z.string().nullish(), note: z.string().optional(),
  }),
  run({ farm, caller }, { project, job_id, ref, state, snippet, limit, cursor, ...filter }) {
    const kind = `findings ${JSON.stringify([project, job_id, ref, state, filter.level, filter.tool, filter.rule, filter.path])}`
    const after = readNumberCursor(kind, cursor)
    const found = farm.projectFindings(caller, project, { ...filter, states: states[state], limit: limit + 1, ...(ref === undefined ? {} : { ref }), ...(job_id === undefined ? {} : { jobId: job_id }), ...(after === undefined ? {} : { after }) })
    const shown = found.findings.slice(0, limit)
    const more = found.findings.length > limit
    const { counts } = found
    // No findings and no job look alike, and mean the opposite.
    const isUnknown = job_id === undefined && counts.new + counts.unchanged + counts.fixed === 0 && farm.status(caller, project, ref).jobs.length === 0
    return {
      counts: { new: counts.new, existing: counts.unchanged, fixed: counts.fixed }, total: found.total,
      findings: shown.map(one => ({
        id: one.id, ...(state === 'all' ? { state: wireState[one.state] } : {}), level: one.finding.level, ...(one.finding.file ? { file: line(one.finding.file, 500) } : {}), ...(one.finding.line ? { line: one.finding.line } : {}),
        tool: line(one.finding.tool, 64), ...(one.finding.rule ? { rule: line(one.finding.rule, 200) } : {}), message: line(one.finding.message),
        ...(one.finding.advisory?.fixed ? { fixed_in: line(one.finding.advisory.fixed, 50) } : {}),
        ...(snippet && one.snippet ? { snippet: one.snippet.lines.map(text => clean(text).slice(0, 200)).join('\n') } : {}),
      })),
      truncated: more, next_cursor: more ? cursorOf(kind, shown.at(-1)?.id ?? 0) : null,
      ...(isUnknown ? { note: 'Nothing has run on this branch yet: run_recipe.' } : {}),
    }
  },
  lines: answer => [
    `${answer.counts.new} new, ${answer.counts.existing} existing, ${answer.counts.fixed} fixed; ${answer.total} match`, ...(answer.note ? [answer.note] : []),
    ...(answer.findings.length ? [untrusted] : []),
    ...answer.findings.flatMap(one => [
      words(`#${one.id}`, one.state, one.level, place(one), one.rule ? `${one.tool}/${one.rule}` : one.tool, one.message, one.fixed_in && `(fixed in ${one.fixed_in})`),
      ...(one.snippet ? one.snippet.split('\n').map(text => `  | ${text}`) : []),
    ]),
    ...(answer.next_cursor ? [`more: cursor ${answer.next_cursor}`] : []),
  ].join('\n'),
})
