import type { Core } from '../../core/service.ts'
import type { DigestConfig, Smtp } from './config.ts'
import { compose } from './mail.ts'
import { claim, noteHanded, record, releaseClaims, type Claim, type DigestRun } from './runs.ts'
import { deliver, type Outcome } from './smtp.ts'
import { hasUnsubscribed, tokenOf } from './unsubscribe.ts'

const minute = 60_000
/** Before the second, third, … attempt. */
const pauses = [1, 5, 15, 60, 240].map(minutes => minutes * minute)
const atOnce = 4

/** How long a claim of a living process holds; longer than any transaction takes. */
const claimMs = 4 * minute

export interface Post { config: DigestConfig; smtp: Smtp; now(): number; random(): number }

/** Sends everything that is due, a few at a time; what a dead process had begun too. */
export async function deliverDue(core: Core, post: Post): Promise<void> {
  releaseClaims(core, post.now() - claimMs, post.now())
  const work = async () => {
    while (!core.signal.aborted) {
      const claimed = claim(core.db, core.processes.self, post.now())
      if (!claimed) return
      await deliverOne(core, post, claimed)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}

async function deliverOne(core: Core, post: Post, claimed: Claim): Promise<void> {
  const run = core.db.prepare('SELECT * FROM digest_runs WHERE id = ?').get(claimed.run) as DigestRun
  const { date, project, project_id: projectId, subject, text, html, made_at: madeAt } = run
  const { recipient } = claimed
  const unsent = hasUnsubscribed(core.db, { project, recipient }, projectId) ? 'unsubscribed' : post.now() >= Date.parse(claimed.expires) || text === null || html === null ? 'expired' : undefined
  if (unsent) return record(core, claimed, { state: unsent, at: post.now(), message: null })
  const message = await compose({ date, project, recipient, subject: subject ?? '', text: text ?? '', html: html ?? '', madeAt, unsubscribeToken: tokenOf(core.db, { project, recipient }) }, post.config)
  const outcome = await deliver(post.smtp, { from: post.config.from, to: recipient }, message, () => noteHanded(core.db, claimed), core.signal)
  const next = { state: outcome.state, at: post.now(), message: outcome.message.slice(0, 500) }
  const recorded = next.state === 'retry' ? retried(post, claimed, next) : { ...next, state: next.state }
  record(core, claimed, recorded)
  const fields = { project, date, recipient, attempts: claimed.attempts, state: recorded.state, message: recorded.message }
  if (recorded.state === 'sent') core.log.info('digest delivery', fields)
  else core.log.warn('digest delivery', fields)
}

/** Due again after a pause, or not any more: the pauses are used up, or the next day's comes first. */
function retried(post: Post, { attempts, expires }: Claim, { message }: Pick<Outcome, 'message'>) {
  const pause = pauses[attempts - 1]
  const at = post.now() + (pause ?? 0) * (0.9 + 0.2 * post.random())
  return pause === undefined || at >= Date.parse(expires) ? { state: 'expired' as const, at: post.now(), message } : { state: 'due' as const, at, message }
}
