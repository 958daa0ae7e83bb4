import { setImmediate as nextTurn } from 'node:timers/promises'
import { endpoint, FarmError, presentProject, z, type Caller, type Core, type Endpoint, type Project } from '../../core/service.ts'
import type { DigestConfig } from './config.ts'
import { dayAt, isDate, slotOf, windowOf } from './days.ts'
import { deliverDue } from './deliveries.ts'
import { mailedProjects, make, nextSlot, recipientsOf, render } from './due.ts'
import { askPage, donePage, readSubscription } from './pages.ts'
import { deliveriesOf, isOf, runOf, sendAgain } from './runs.ts'
import { subscribeAgain, tokenOf, unsubscribe } from './unsubscribe.ts'
import { unsubscribeMark } from './words.ts'

const time = z.string().describe('ISO 8601, UTC')
const date = z.string().refine(isDate, 'must be a day such as 2026-04-29')
const digests = z.object({
  date: z.string(), from: time, until: time, timezone: z.string(), dry_run: z.boolean(), note: z.string().nullable(),
  digests: z.array(z.object({
    project: z.string(), state: z.enum(['rendered', 'open', 'sent', 'skipped', 'failed']).describe('rendered: as it would be now; skipped: there was nothing to tell'),
    would_send: z.boolean(), recipients: z.array(z.string()), subject: z.string(), text: z.string(), html: z.string(),
    deliveries: z.array(z.object({
      recipient: z.string(), state: z.enum(['due', 'sending', 'sent', 'refused', 'unknown', 'expired', 'unsubscribed']).describe('unknown: handed over, but no answer came; sent again only with force'),
      attempts: z.int().min(0), at: time, message: z.string().nullable(),
    })),
  })),
}).meta({ id: 'Digests' })
const runNow = z.strictObject({
  dry_run: z.boolean().optional().describe('Render only; default false'), date: date.optional().describe('The morning it is sent on; default the last one'), project: z.string().max(64).optional(),
  force: z.boolean().optional().describe('Send again what is held as unknown, was refused or came too late; default false'),
  early: z.boolean().optional().describe('Send that of a morning that has not come, as far as there is one: the morning itself brings no other; default false'),
}).meta({ id: 'DigestRunNow' })
const pageAnswer = { status: 200, description: 'A page for people', types: ['text/html'] }
const pageQuery = z.strictObject({ undo: z.enum(['1']).optional().describe('Subscribe again') })

export function endpoints(core: Core, config: DigestConfig): Endpoint[] {
  return [
    endpoint({
      method: 'GET', path: '/digests/{date}', access: 'token', summary: 'The digests of a morning, sent or as they would be',
      query: z.strictObject({ project: z.string().max(64).optional() }), problems: [404],
      answer: { status: 200, description: 'Of your projects that name somebody in notify.email', schema: digests },
      handle({ caller, params: { date: day = '' }, query: { project } }) {
        if (!isDate(day)) throw new FarmError('invalid', `${JSON.stringify(day.slice(0, 40))} is not a day`, { field: 'date', hint: 'Write it like 2026-04-29.' })
        return answer(core, config, caller, day, { project })
      },
    }),
    endpoint({
      method: 'POST', path: '/admin/digest/run-now', access: 'admin', summary: 'Make and send the digests of a morning now; each is sent once', body: runNow,
      answer: { status: 200, description: 'What was rendered or sent', schema: digests }, problems: [404],
      async handle({ caller, body: { dry_run = false, force = false, early = false, project, date: day = dayAt(Date.now(), config) } }) {
        const { smtp } = config
        if (dry_run || !smtp) return answer(core, config, caller, day, { project, note: dry_run ? null : 'CRAFTING_SMTP_HOST is not set: nothing is sent' })
        if (!early && slotOf(day, config) > Date.now()) throw new FarmError('invalid', `The morning of ${day} has not come`, { field: 'date', hint: `It comes at ${windowOf(day, config).until}. Add "early": true to send what there is by now; the morning itself then sends nothing.` })
        await core.noted(caller, 'digest.send', [day, project, ...force ? ['(force)'] : []].filter(Boolean).join(' '), async () => {
          for (const one of wanted(core, caller, project)) {
            await nextTurn()
            await make(core, one, day, config, Date.now())
            const run = force ? runOf(core.db, day, one.name) : undefined
            if (run) sendAgain(core.db, run.id, { now: Date.now(), expires: nextSlot(config, Date.now()) })
          }
          await deliverDue(core, { config, smtp, now: Date.now, random: Math.random })
        })
        return answer(core, config, caller, day, { project, sent: true })
      },
    }),
    endpoint({
      method: 'GET', path: '/digests/unsubscribe/{token}', access: 'network', summary: 'Asks whether to end a subscription', answer: pageAnswer,
      handle: ({ params }) => askPage(readSubscription(core.db, params.token)),
    }),
    endpoint({
      method: 'POST', path: '/digests/unsubscribe/{token}', access: 'network', summary: 'Ends a subscription (RFC 8058), or takes it up again', query: pageQuery, payload: 'text', answer: pageAnswer,
      handle({ params, query: { undo } }) {
        const subscription = readSubscription(core.db, params.token)
        const said = `${subscription.project} ${subscription.recipient}`
        if (undo) core.noted(core.caller, 'digest.subscribe', said, () => subscribeAgain(core.db, subscription))
        else core.noted(core.caller, 'digest.unsubscribe', said, () => unsubscribe(core.db, subscription, { id: presentProject(core.farm, core.caller, subscription.project)?.id ?? null, now: Date.now() }))
        return donePage(subscription, undo !== undefined)
      },
    }),
  ]
}

function wanted(core: Core, caller: Caller, project: string | undefined): Project[] {
  if (project !== undefined) return [core.farm.project(caller, project)].filter(one => one.notify.email.length)
  return [...mailedProjects({ farm: core.farm, caller })]
}

async function answer(core: Core, config: DigestConfig, caller: Caller, day: string, { project, note = null, sent = false }: { project?: string | undefined; note?: string | null; sent?: boolean }): Promise<z.input<typeof digests>> {
  const shown = []
  for (const one of wanted(core, caller, project)) {
    await nextTurn()
    shown.push(await digestJson(core, config, one, day))
  }
  return { date: day, ...windowOf(day, config), timezone: config.timezone, dry_run: !sent, note, digests: shown }
}

/** As it was sent, or as it would be. A record of a project of that name that is gone is not shown. */
async function digestJson(core: Core, config: DigestConfig, project: Project, day: string): Promise<z.input<typeof digests>['digests'][number]> {
  const found = runOf(core.db, day, project.name)
  const run = found && isOf(found, project) && found.made_at >= project.createdAt ? found : undefined
  const now = await render(core, project, day, config)
  const { subject, text, html } = run && run.text !== null && run.html !== null ? { subject: run.subject ?? '', text: run.text, html: run.html } : now.body
  const recipients = recipientsOf(core, project)
  const address = config.publicUrl === undefined || !recipients[0] ? '' : `${config.publicUrl}/digests/unsubscribe/${tokenOf(core.db, { project: project.name, recipient: recipients[0] })}`
  const filled = (body: string) => body.replaceAll(unsubscribeMark, address)
  return {
    project: project.name, state: run?.state ?? 'rendered', would_send: now.isWorthTelling && recipients.length > 0, recipients, subject, text: filled(text), html: filled(html),
    deliveries: run ? deliveriesOf(core.db, run.id) : [],
  }
}
