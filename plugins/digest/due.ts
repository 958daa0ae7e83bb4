import { setImmediate as nextTurn } from 'node:timers/promises'
import { eachProject, messageOf, type Core, type Project } from '../../core/service.ts'
import type { DigestConfig } from './config.ts'
import { addDays, dayAt, slotOf } from './days.ts'
import { gather, isWorthTelling, type Digest } from './gather.ts'
import { htmlBody } from './html.ts'
import { isOf, madeSince, makeRun, runOf, type Body } from './runs.ts'
import { textBody } from './text.ts'
import { hasUnsubscribed, mailboxOf } from './unsubscribe.ts'
import { linksOf, subjectOf } from './words.ts'

/** How many mornings that were missed are made up for. */
const backlogDays = 7

export interface Rendered { digest: Digest; body: Body; isWorthTelling: boolean }

/** A project's digest of a day, as it would be now. Changes nothing. */
export async function render(core: Core, project: Project, date: string, config: DigestConfig): Promise<Rendered> {
  const digest = await gather(core, project, date, config)
  const links = linksOf(config.publicUrl)
  return { digest, body: { subject: subjectOf(digest), text: textBody(digest, links), html: htmlBody(digest, links) }, isWorthTelling: isWorthTelling(digest, project.notify.on) }
}

/** All projects that somebody wants mail of. */
export function* mailedProjects({ farm, caller }: Pick<Core, 'farm' | 'caller'>): Generator<Project> {
  for (const project of eachProject(farm, caller)) if (project.notify.email.length) yield project
}

/** Makes every digest that is due at `now` and not made yet. Between two projects others have their turn: a thousand take a while. */
export async function makeDue(core: Core, config: DigestConfig, now: number): Promise<void> {
  const today = dayAt(now, config)
  const days = Array.from({ length: backlogDays + 1 }, (_, at) => addDays(today, at - backlogDays))
  const slot = slotOf(today, config)
  const isMade = madeSince(core.db, addDays(today, -backlogDays))
  for (const project of mailedProjects(core)) {
    for (const date of dueDates(project, days, slot, isMade)) {
      if (core.signal.aborted) return
      try {
        await make(core, project, date, config, now)
      } catch (error) {
        core.log.error('digest failed', { project: project.name, date, message: messageOf(error) })
      }
      await nextTurn()
    }
  }
}

/** Renders, then notes it: whoever comes second finds it there. */
export async function make(core: Core, project: Project, date: string, config: DigestConfig, now: number): Promise<void> {
  if (isOf(runOf(core.db, date, project.name), project)) return
  const { body, isWorthTelling } = await render(core, project, date, config)
  const recipients = isWorthTelling ? recipientsOf(core, project) : []
  if (makeRun(core.db, { date, project, body, recipients, now, expires: nextSlot(config, now) })) core.log.info('digest', { project: project.name, date, recipients: recipients.length })
}

export function recipientsOf(core: Core, project: Project): string[] {
  const distinct = new Map(project.notify.email.map(one => [mailboxOf(one), one]))
  return [...distinct.values()].filter(recipient => !hasUnsubscribed(core.db, { project: project.name, recipient }, project.id))
}

export function nextSlot(config: DigestConfig, now: number): number {
  return slotOf(addDays(dayAt(now, config), 1), config)
}

/** The last of these days, whose slot is given, and those before it that follow a day that was made: the farm was down on these mornings. A project does not begin with yesterday. */
function dueDates(project: Project, days: readonly string[], slot: number, isMade: ReturnType<typeof madeSince>): string[] {
  const due: string[] = []
  let follows = false
  for (const [at, date] of days.entries()) {
    if (isMade(date, project)) follows = true
    else if (at > 0 && (follows || at === days.length - 1 && slot > Date.parse(project.updatedAt))) due.push(date)
  }
  return due
}
