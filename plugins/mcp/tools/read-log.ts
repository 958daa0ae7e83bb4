import { z } from 'zod'
import { cursorOf, readNumberCursor } from '../cursor.ts'
import { clean, untrusted } from '../text.ts'
import { tool } from '../tool.ts'

export const readLog = tool({
  name: 'read_log', toolset: 'status',
  description: 'Lines of a job\'s log: the end (default), the beginning, around a line, or those that match grep (RE2) with context.',
  annotations: { readOnlyHint: true, openWorldHint: false },
  input: z.strictObject({
    job_id: z.string().max(64), from: z.enum(['tail', 'head']).default('tail'), line: z.int().min(1).optional(), grep: z.string().min(1).max(1000).optional(),
    context: z.int().min(0).max(50).default(2), limit: z.int().min(1).max(500).default(50), cursor: z.string().max(300).optional(),
  }),
  output: z.object({
    lines: z.array(z.object({ n: z.number(), text: z.string() })), total_lines: z.number(), matches: z.number().nullish(), truncated: z.boolean(), next_cursor: z.string().nullish(),
  }),
  async run({ farm, caller }, { job_id, cursor, ...query }) {
    const job = farm.job(caller, job_id)
    const kind = `log ${job.id} ${query.from}`
    const { lines, totalLines, matches, next } = await farm.searchLog(job, { ...query, beyond: readNumberCursor(kind, cursor) })
    return {
      lines: lines.map(({ number, text }) => ({ n: number, text: clean(text).slice(0, 2000) })), total_lines: totalLines, ...(matches === null ? {} : { matches }),
      truncated: next !== null, next_cursor: next === null ? null : cursorOf(kind, next),
    }
  },
  lines: answer => [
    `${answer.total_lines} lines${answer.matches === undefined || answer.matches === null ? '' : `, ${answer.matches} match`}`, ...(answer.lines.length ? [untrusted] : []),
    ...answer.lines.map(({ n, text }) => `${n} ${text}`),
    ...(answer.next_cursor ? [`more: cursor ${answer.next_cursor}`] : []),
  ].join('\n'),
})
