import { Readable } from 'node:stream'
import { endpoint, FarmError, z, type Endpoint, type PatchDoor, type ServiceCore } from '../../core/service.ts'
import { listed, summaryOf, visible } from './door.ts'
import type { Loop } from './loop.ts'
import { attemptsOf, changeTarget, settled, working, type Attempt, type Target } from './rows.ts'
import { shown } from './text.ts'

const time = z.string().nullable().describe('ISO 8601, UTC')
const summary = {
  id: z.string(), project: z.string(), state: z.enum([...working, ...settled, 'open']), settled: z.boolean().describe('Nothing more will happen by itself'), title: z.string(), reason: z.string().nullable().describe('Why it ended as it did, or what it waits for'),
  branch: z.string().nullable(), pull_request_url: z.string().nullable(), findings: z.array(z.int()).describe('Ids, of the job `base_job`'), created_at: z.string(),
}
const job = z.object({
  job: z.string(), subproject: z.string(), recipe: z.string(), language: z.string(), status: z.string(), exit_code: z.int().nullable(), findings: z.int(),
  tests: z.object({ total: z.int(), passed: z.int(), failed: z.int(), skipped: z.int() }).nullable(),
})
const patch = z.object(summary).meta({ id: 'Patch' })
const patches = z.object({ patches: z.array(patch) }).meta({ id: 'Patches' })
const pullRequest = z.object({
  state: z.enum(['wanted', 'open', 'merged', 'closed', 'left', 'failed']).describe('`left`: others have put commits to it; `failed`: given up'), number: z.int().nullable(), url: z.string().nullable(),
  tries: z.int().describe('Failures since the last success'), fault: z.string().nullable().describe('What the forge said last, where it was a failure'),
})
const detail = z.object({
  ...summary, tool: z.string(), rule: z.string().nullable(), subproject: z.string(), recipe: z.string(), base_job: z.string(), base_sha: z.string(),
  sha: z.string().nullable().describe('Its commit in the mirror'), pushed: z.boolean(), pull_request: pullRequest.nullable(), requested_by: z.string(), drafted_at: time, settled_at: time,
  diff: z.string().nullable().describe('Text of a program or model: not to be rendered as markup'),
  evidence: z.object({
    drafter: z.string(), how: z.string().describe('`flexible`: white space was overlooked when it was applied'), repaired: z.int(), left: z.int(), before: z.array(job), after: z.array(job),
  }).nullable().describe('What the recipes said without the patch and with it'),
  attempts: z.array(z.object({ n: z.int(), drafter: z.string(), outcome: z.string(), reason: z.string().nullable(), note: z.string().nullable(), at: z.string() })),
  apply: z.string().nullable().describe('How to take it'),
}).meta({ id: 'PatchDetail' })

const ask = z.strictObject({
  finding_ids: z.array(z.int()).max(100).optional().describe('Default: all of the job `job_id` that are not accepted; without one those that are new on the default branch'), job_id: z.string().max(64).optional().describe('The job that the findings are of'),
  max_attempts: z.int().min(1).max(3).optional(), dry_run: z.boolean().optional().describe('Only say what would be tried'),
}).meta({ id: 'PatchWish' })
const rejection = z.strictObject({ reason: z.string().max(500).optional() }).meta({ id: 'PatchRejection' })

export function endpointsOf(core: ServiceCore, door: PatchDoor, loop: Pick<Loop, 'changed'>): Endpoint[] {
  return [
    endpoint({
      method: 'POST', path: '/projects/{name}/patches', access: 'token', summary: 'Ask for findings to be repaired', body: ask,
      answer: { status: 202, description: 'What is tried; empty where nobody can repair any of it', schema: patches }, problems: [409],
      handle: ({ caller, params, body }) => ({
        patches: door.request(caller, params.name ?? '', {
          ...(body.finding_ids ? { findingIds: body.finding_ids } : {}), ...(body.job_id === undefined ? {} : { jobId: body.job_id }),
          ...(body.max_attempts === undefined ? {} : { maxAttempts: body.max_attempts }), dryRun: body.dry_run ?? false,
        }).map(summaryJson),
      }),
    }),
    endpoint({
      method: 'GET', path: '/patches', access: 'token', summary: 'Patches, newest first',
      query: z.strictObject({ project: z.string().max(64).optional(), state: z.enum([...working, ...settled]).optional(), limit: z.coerce.number().int().min(1).max(500).default(50) }),
      answer: { status: 200, description: 'Patches', schema: patches },
      problems: [404],
      handle: ({ caller, query }) => ({ patches: listed(core, caller, query).map(summaryOf).map(summaryJson) }),
    }),
    endpoint({
      method: 'GET', path: '/patches/{id}', access: 'token', summary: 'A patch with its evidence: what was verified before and after, and how to apply it',
      answer: { status: 200, description: 'The patch', schema: detail },
      handle({ caller, params }) {
        const target = visible(core, caller, params.id ?? '')
        return detailJson(target, attemptsOf(core.db, target))
      },
    }),
    endpoint({
      method: 'GET', path: '/patches/{id}/diff', access: 'token', summary: 'The patch for `git apply`',
      answer: { status: 200, description: 'A unified diff', types: ['text/x-diff'] },
      handle({ caller, params, ctx }) {
        const { diff, state } = visible(core, caller, params.id ?? '')
        if (!diff) throw new FarmError('not_found', `There is no patch yet: it is ${state}`)
        ctx.type = 'text/x-diff'
        return Readable.from([diff])
      },
    }),
    endpoint({
      method: 'POST', path: '/patches/{id}/reject', access: 'token', summary: 'Not wanted; the same is never drafted again', body: rejection,
      answer: { status: 200, description: 'Rejected', schema: patch }, problems: [409],
      handle({ caller, params, body }) {
        const id = params.id ?? ''
        core.noted(caller, 'patch.reject', id, () => reject(core, visible(core, caller, id), body.reason ?? null, caller.name))
        loop.changed()
        return summaryJson(summaryOf(visible(core, caller, id)))
      },
    }),
  ]
}

/** Throws `conflict` for one that is merged. */
export function reject(core: Pick<ServiceCore, 'db' | 'emit'>, target: Target, reason: string | null, by: string): void {
  if (target.state === 'rejected') return
  if (target.state === 'merged') throw new FarmError('conflict', 'It is merged already')
  core.db.transaction(() => {
    const text = shown(`rejected by ${by}${reason ? `: ${reason}` : ''}`, 500)
    if (!changeTarget(core.db, target, { state: 'rejected', reason: text, settledAt: Date.now() })) throw new FarmError('conflict', 'It has just changed', { hint: 'Try again.' })
    core.emit('patch.abandoned', { project: target.project, patch: target.id, reason: text })
  }).immediate()
}

function summaryJson({ createdAt, pullUrl, ...rest }: ReturnType<typeof summaryOf>) {
  return { ...rest, pull_request_url: pullUrl, created_at: createdAt }
}

export function detailJson(target: Target, attempts: readonly Attempt[]) {
  const iso = (at: number | null) => at === null ? null : new Date(at).toISOString()
  const jobs = (list: NonNullable<Target['evidence']>['before']) => list.map(({ exitCode, ...one }) => ({ ...one, subproject: one.subproject ?? target.subproject, exit_code: exitCode }))
  const { evidence } = target
  return {
    ...summaryJson(summaryOf(target)), tool: target.tool, rule: target.rule, subproject: target.subproject, recipe: target.recipe, base_job: target.baseJob, base_sha: target.baseSha,
    sha: target.sha, pushed: target.pushed, pull_request: target.pull && { state: target.pull.state, number: target.pull.number, url: target.pull.url, tries: target.pull.tries, fault: target.pull.fault }, requested_by: target.requestedBy, drafted_at: iso(target.draftedAt), settled_at: iso(target.settledAt),
    diff: target.diff?.toString('utf8') ?? null,
    evidence: evidence && { drafter: evidence.drafter, how: evidence.how, repaired: evidence.repaired, left: evidence.left, before: jobs(evidence.before), after: jobs(evidence.after) },
    attempts: attempts.map(({ n, drafter, outcome, reason, note, at }) => ({ n, drafter, outcome, reason, note, at: new Date(at).toISOString() })),
    apply: target.state !== 'drafted' ? null : target.pushed ? `git fetch && git merge origin/${target.branch}` : `crafting-table patches apply ${target.id}`,
  }
}
