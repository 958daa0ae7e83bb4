import { endpoint, FarmError, isTrial, presentProject, z, type Asked, type Project, type ServiceCore } from '../../core/service.ts'
import { isOneOf } from './branches.ts'
import { readEvent, type Event } from './read.ts'
import { forgetProject, keep, latest, prune, remember, supersede, type Outcome } from './rows.ts'
import { starterOf } from './starter.ts'
import { forgeOf, isGenuine, marksOf, type Forge } from './verify.ts'

const dayMs = 86_400_000
/** However long a burst goes on, its newest push is run after this many quiet times. */
const burst = 10

const state = { status: z.string(), message: z.string().nullable(), ref: z.string().nullable(), sha: z.string().nullable() }
const answer = z.object(state).meta({ id: 'WebhookAnswer' })
const deliveries = z.object({
  deliveries: z.array(z.object({ ...state, at: z.string(), forge: z.string(), event: z.string(), run_id: z.string().nullable() })),
}).meta({ id: 'WebhookDeliveries' })

export function setup(core: ServiceCore, now: () => number = Date.now): () => Promise<void> {
  const quietMs = quietSecs(core.config.QUIET_SECS) * 1000
  const starter = starterOf(core, now)
  core.on('project.removed', ({ data: { project } }) => forgetProject(core.db, project, presentProject(core.farm, core.caller, project)))
  core.minutely(async () => {
    prune(core.db, { deliveries: new Date(now() - 30 * dayMs).toISOString(), marks: new Date(now() - 400 * dayMs).toISOString() })
    await starter.wake()
  })
  core.endpoints([
    endpoint({
      method: 'POST', path: '/webhooks/{project}', access: 'network', payload: 'text', query: z.object({}),
      summary: 'For forges: a push, or a pull request, signed with the project\'s webhook secret, starts a run of its commit',
      answer: { status: 202, description: 'Its run starts when the branch has been quiet for a moment', schema: answer }, also: { 200: 'Nothing to do' }, problems: [401],
      handle({ params, payload, ctx }) {
        const said = take(core, { name: params.project ?? '', header: name => ctx.get(name), payload, now: now(), quietMs })
        ctx.status = said.status === 'waiting' ? 202 : 200
        if (said.status === 'waiting') void starter.wake()
        return said
      },
    }),
    endpoint({
      method: 'GET', path: '/webhooks/{project}/deliveries', access: 'token', summary: 'What forges have sent, and what became of it; newest first',
      answer: { status: 200, description: 'The last 100', schema: deliveries },
      handle: ({ farm, caller, params }) => ({
        deliveries: latest(core.db, farm.project(caller, params.project ?? ''), 100)
          .map(({ at, forge, event, outcome, message, ref, sha, run }) => ({ at, forge, event, status: outcome, message, ref, sha, run_id: run })),
      }),
    }),
  ])
  return () => starter.close()
}

interface Sent { name: string; header: (name: string) => string; payload: Asked<unknown, unknown>['payload']; now: number; quietMs: number }

/** Whoever does not know the secret does not learn whether there is such a project. */
function take(core: ServiceCore, { name, header, payload, now, quietMs }: Sent): z.input<typeof answer> {
  const forge = forgeOf(header)
  const project = projectOf(core, name)
  const secret = project?.settings?.webhook && core.secret(project.name, project.settings.webhook.secret)
  if (project?.settings?.webhook && secret === undefined) core.log.warn('webhook refused', { project: name, message: `the secret ${project.settings.webhook.secret} is not set` })
  if (!forge || !project || secret === undefined || !isGenuine(forge, header, payload, secret, now)) throw new FarmError('unauthorized', 'The signature does not hold')
  const event = readEvent(forge, header, payload)
  return core.db.transaction(() => {
    if (remember(core.db, project, marksOf(forge, header, payload), new Date(now).toISOString())) return note(core, project, { forge, event, now, quietMs })
    return { status: 'replayed', message: 'this delivery came before', ref: null, sha: null }
  }).immediate()
}

function note(core: ServiceCore, project: Project, { forge, event, now, quietMs }: { forge: Forge; event: Event; now: number; quietMs: number }): z.input<typeof answer> {
  const refused = refusal(project, event)
  const outcome: Outcome = refused === undefined ? 'waiting' : 'ignored'
  const ref = event.what === 'nothing' ? null : event.ref
  const sha = event.what === 'run' ? event.sha : null
  // A branch that is gone ends what waits of it, as a push does.
  const began = ref !== null && (event.what === 'gone' || outcome === 'waiting') ? supersede(core.db, project.name, ref) : undefined
  const burstAt = began ?? now
  const dueAt = Math.min(now + quietMs, burstAt + burst * quietMs)
  keep(core.db, {
    project: project.name, project_id: project.id, forge, event: event.event, at: new Date(now).toISOString(), outcome, message: refused ?? null, ref, sha,
    ...(outcome === 'waiting' ? { burst_at: burstAt, due_at: dueAt } : { burst_at: null, due_at: null }),
  })
  return { status: outcome, message: refused ?? null, ref, sha }
}

/** Why nothing is run; undefined where something is. */
function refusal({ settings }: Project, event: Event): string | undefined {
  if (event.what === 'nothing') return event.message
  if (event.what === 'gone') return 'the branch is gone'
  if (isTrial(event)) return 'a drafted patch was tried before it was pushed'
  if (event.fork && !settings?.webhook?.forks) return 'pull requests from forks are not run'
  const { branches } = settings?.webhook ?? {}
  return branches?.length && !isOneOf(event.branch, branches) ? `${event.branch.slice(0, 100)} is none of the branches` : undefined
}

function projectOf(core: ServiceCore, name: string): Project | undefined {
  try {
    return core.farm.project(core.caller, name)
  } catch { return undefined }
}

function quietSecs(text = '3'): number {
  const value = Number(text)
  if (text.trim() !== '' && Number.isFinite(value) && value >= 0 && value <= 600) return value
  throw new FarmError('invalid', `CRAFTING_WEBHOOKS_QUIET_SECS=${text}: must be a number of seconds from 0 to 600`)
}
