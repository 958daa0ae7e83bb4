import { endpoint, FarmError, z, type Caller, type Core, type Endpoint, type Farm } from '../../core/service.ts'
import { find, list, revive, type Entry } from './outbox.ts'

const states = z.enum(['waiting', 'sent', 'dead', 'dropped'])
const notification = z.object({
  id: z.string(), project: z.string(), kind: z.string().describe('That of the hook, or status for a commit\'s'), to: z.string().describe('A host, or the name of the secret that holds the URL'),
  about: z.string(), status: states.describe('dead: given up; dropped: a later one said more'), attempts: z.int(), created_at: z.string(), ended_at: z.string().nullable(),
  next_attempt_at: z.string().nullable(), http_status: z.int().nullable(), fault: z.string().nullable().describe('Why the last attempt failed'),
}).meta({ id: 'Notification' })
const notifications = z.object({ notifications: z.array(notification), next_cursor: z.string().nullable() }).meta({ id: 'Notifications' })
const nothing = z.strictObject({}).meta({ id: 'NoNotificationBody' })

const query = z.strictObject({
  project: z.string().max(64).optional(), status: states.optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().regex(/^\d{1,15}$/, 'must be the next_cursor of the page before').optional().describe('next_cursor of the page before'),
})

export function surface(core: Core, now: () => number, wake: () => void): Endpoint[] {
  return [
    endpoint({
      method: 'GET', path: '/notifications', access: 'token', summary: 'What your projects have told others, and what could not be delivered; newest first', query,
      answer: { status: 200, description: 'A page', schema: notifications }, problems: [404],
      handle({ farm, caller, query: { project, status, limit, cursor } }) {
        const projects = project === undefined ? namesOf(farm, caller) : [farm.project(caller, project).name]
        const found = list(core.db, { projects, state: status, before: cursor === undefined ? undefined : Number(cursor), limit: limit + 1 })
        const last = found.length > limit ? found[limit - 1] : undefined
        return { notifications: found.slice(0, limit).map(json), next_cursor: last ? String(last.seq) : null }
      },
    }),
    endpoint({
      method: 'POST', path: '/notifications/{id}/retry', access: 'token', summary: 'Try a dead one again, from the beginning', body: nothing,
      answer: { status: 202, description: 'It waits again', schema: notification }, problems: [409],
      handle({ farm, caller, params }) {
        const id = params.id ?? ''
        return core.noted(caller, 'notification.retry', id, () => {
          const entry = find(core.db, id)
          if (!entry || !sees(farm, caller, entry.project)) throw new FarmError('not_found', 'No such notification')
          if (!revive(core.db, id, now())) throw new FarmError('conflict', entry.state === 'dead' ? 'A later one has said more of this commit' : `It is ${entry.state}, not dead`)
          wake()
          return json(find(core.db, id) ?? entry)
        })
      },
    }),
  ]
}

function json({ id, project, parcel, state, attempts, due_at, created_at, ended_at, http_status, fault }: Entry): z.input<typeof notification> {
  const waits = state === 'waiting'
  return {
    id, project, kind: parcel.target.kind, ...where(parcel), status: state, attempts, created_at, ended_at,
    next_attempt_at: waits ? new Date(due_at).toISOString() : null, http_status, fault,
  }
}

function where(parcel: Entry['parcel']): { to: string; about: string } {
  if (parcel.what === 'status') return { to: new URL(parcel.target.page).host, about: `${parcel.message.sha} ${parcel.message.state}` }
  const { url, url_secret } = parcel.target
  return { to: url === undefined ? url_secret ?? '' : new URL(url).host, about: parcel.message.events.join(', ') }
}

function sees(farm: Farm, caller: Caller, project: string): boolean {
  try {
    return farm.project(caller, project).name === project
  } catch { return false }
}

function namesOf(farm: Farm, caller: Caller): string[] {
  const names: string[] = []
  for (;;) {
    const after = names.at(-1)
    const page = farm.projects(caller, { limit: 1000, ...(after === undefined ? {} : { after }) })
    names.push(...page.map(project => project.name))
    if (page.length < 1000) return names
  }
}
