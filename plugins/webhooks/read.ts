import { FarmError, z } from '../../core/service.ts'
import type { Forge, Header } from './verify.ts'

/** What a delivery asks for. */
export type Event =
  | { what: 'run'; event: string; ref: string; sha: string; /** The branch that `branches` is compared with. */ branch: string; fork: boolean }
  | { what: 'gone'; event: string; ref: string }
  | { what: 'nothing'; event: string; message: string }

const sha = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
const branch = z.string().min(1).max(255)
const number = z.int().min(1)

/** The same for all four; a branch that is gone has a sha of zeros. */
const push = z.object({ ref: z.string().max(300), after: sha })

const repo = z.object({ id: z.int() }).nullish()
const pullRequest = z.object({
  action: z.string(), number,
  pull_request: z.object({ head: z.object({ sha, ref: branch, repo }), base: z.object({ ref: branch, repo }) }),
})

const mergeRequest = z.object({
  object_attributes: z.object({
    action: z.string().optional(), iid: number, oldrev: z.string().optional(), source_branch: branch, target_branch: branch,
    source_project_id: z.int().nullish(), target_project_id: z.int(), last_commit: z.object({ id: sha }),
  }),
})

/** Throws `invalid` for a body that is not what the forge documents. */
export function readEvent(forge: Forge, header: Header, body: string): Event {
  const event = header(`x-${forge}-event`).slice(0, 60)
  const json = parsed(body)
  switch (event) {
    case 'push': case 'Push Hook': return readPush(event, checked(push, json))
    case 'pull_request': return readPullRequest(event, checked(pullRequest, json))
    case 'Merge Request Hook': return readMergeRequest(event, checked(mergeRequest, json))
    // What systems of GitLab send for all of their projects.
    case 'System Hook': return readSystemHook(event, json)
    default: return { what: 'nothing', event, message: 'is no event that starts a run' }
  }
}

function readPush(event: string, { ref, after }: z.output<typeof push>): Event {
  const name = /^refs\/heads\/(?<name>.{1,255})$/.exec(ref)?.groups?.name
  if (name === undefined) return { what: 'nothing', event, message: 'is no push to a branch' }
  return /^0+$/.test(after) ? { what: 'gone', event, ref: name } : { what: 'run', event, ref: name, sha: after, branch: name, fork: false }
}

function readPullRequest(event: string, { action, number: at, pull_request: { head, base } }: z.output<typeof pullRequest>): Event {
  if (!['opened', 'reopened', 'synchronize', 'synchronized', 'ready_for_review'].includes(action)) return { what: 'nothing', event, message: `${action.slice(0, 60)} brings no new commits` }
  const fork = !head.repo || head.repo.id !== base.repo?.id
  return { what: 'run', event, ref: fork ? `refs/pull/${at}/head` : head.ref, sha: head.sha, branch: base.ref, fork }
}

function readMergeRequest(event: string, { object_attributes: one }: z.output<typeof mergeRequest>): Event {
  const brings = one.action === 'open' || one.action === 'reopen' || (one.action === 'update' && one.oldrev !== undefined)
  if (!brings) return { what: 'nothing', event, message: `${(one.action ?? 'it').slice(0, 60)} brings no new commits` }
  const fork = one.source_project_id !== one.target_project_id
  return { what: 'run', event, ref: fork ? `refs/merge-requests/${one.iid}/head` : one.source_branch, sha: one.last_commit.id, branch: one.target_branch, fork }
}

function readSystemHook(event: string, json: unknown): Event {
  const kind = z.object({ object_kind: z.string().optional() }).safeParse(json).data?.object_kind
  if (kind === 'push') return readPush(event, checked(push, json))
  if (kind === 'merge_request') return readMergeRequest(event, checked(mergeRequest, json))
  return { what: 'nothing', event, message: 'is no event that starts a run' }
}

/** GitHub and Gitea can send JSON as the field `payload` of a form. */
function parsed(body: string): unknown {
  const text = body.startsWith('payload=') ? new URLSearchParams(body).get('payload') ?? '' : body
  try {
    return JSON.parse(text) as unknown
  } catch {
    throw new FarmError('invalid', 'The body is not JSON', { field: 'body', hint: 'Let the forge send application/json.' })
  }
}

function checked<T extends z.ZodType>(shape: T, json: unknown): z.output<T> {
  const result = shape.safeParse(json)
  if (result.success) return result.data
  const [issue] = result.error.issues
  throw new FarmError('invalid', `The body is not what this event has: ${issue?.path.join('.') ?? 'body'}`, { field: issue?.path.join('.') ?? 'body' })
}
