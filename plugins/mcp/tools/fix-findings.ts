import { z } from 'zod'
import { FarmError, type PatchSummary } from '../../../core/service.ts'
import { line, untrusted, words } from '../text.ts'
import { tool } from '../tool.ts'
import { beating } from '../wait.ts'

const summary = (patches: readonly PatchSummary[]) => `${patches.filter(patch => patch.settled).length} of ${patches.length} patches settled: ${[...new Set(patches.map(patch => patch.state))].join(', ')}`

export const fixFindings = tool({
  name: 'fix_findings', toolset: 'fix',
  description: 'Have findings (default: the new ones; with job_id alone all of that job) repaired: drafts a patch, verifies it, never touches the default branch. Answers patches to look at.',
  annotations: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  input: z.strictObject({
    project: z.string().max(64), finding_ids: z.array(z.int()).max(20).optional(), job_id: z.string().max(64).optional(),
    max_attempts: z.int().min(1).max(3).default(2), dry_run: z.boolean().default(false), wait_s: z.int().min(0).max(50).default(0),
  }),
  output: z.object({
    patches: z.array(z.object({ patch_id: z.string(), state: z.string(), title: z.string(), reason: z.string().optional(), branch: z.string().optional(), pull_request: z.string().optional(), url: z.string() })), done: z.boolean(), note: z.string().optional(),
  }),
  async run({ farm, caller, signal, progress }, { project, finding_ids, job_id, max_attempts, dry_run, wait_s }) {
    if (!farm.patches) throw new FarmError('unavailable', 'The patch loop does not run on this farm', { hint: 'Repair the findings yourself: list_findings shows them.' })
    const asked = farm.patches.request(caller, project, {
      ...(finding_ids ? { findingIds: finding_ids } : {}), ...(job_id === undefined ? {} : { jobId: job_id }), maxAttempts: max_attempts, dryRun: dry_run,
    })
    const door = farm.patches
    const patches = dry_run ? asked : await beating(progress, asked, summary, changed => door.settled(caller, asked.map(patch => patch.id), { seconds: wait_s, signal, changed }))
    return {
      patches: patches.map(patch => ({ patch_id: patch.id, state: patch.state, title: line(patch.title), ...(patch.reason === null ? {} : { reason: line(patch.reason, 500) }), ...(patch.branch === null ? {} : { branch: patch.branch }), ...(patch.pullUrl === null ? {} : { pull_request: patch.pullUrl }), url: `/patches/${patch.id}` })),
      done: dry_run || patches.every(patch => patch.settled),
      ...(patches.length ? {} : { note: 'Nothing of this can be repaired.' }),
    }
  },
  lines: answer => [
    ...(answer.patches.length ? [untrusted] : []),
    ...answer.patches.map(patch => words(patch.patch_id, patch.state, patch.title, patch.reason && `(${patch.reason})`, patch.branch && `on ${patch.branch}`, patch.pull_request, patch.url)),
    ...(answer.note ? [answer.note] : []), ...(answer.done ? [] : ['still at work: call again with the same arguments']),
  ].join('\n'),
})
