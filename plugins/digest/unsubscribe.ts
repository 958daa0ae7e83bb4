import { createHmac, timingSafeEqual } from 'node:crypto'
import { domainToASCII } from 'node:url'
import type { Db } from '../../core/service.ts'

export interface Subscription { project: string; recipient: string }

/** Names a subscription so that only the farm can have written it; holds for ever, since mail is read late. */
export function tokenOf(db: Db, { project, recipient }: Subscription): string {
  const said = Buffer.from(JSON.stringify([project, recipient])).toString('base64url')
  return `${said}.${signature(db, said)}`
}

export function readToken(db: Db, token: string): Subscription | undefined {
  const [said = '', given = '', ...more] = token.split('.')
  const wanted = Buffer.from(signature(db, said))
  const got = Buffer.from(given)
  if (more.length || got.length !== wanted.length || !timingSafeEqual(got, wanted)) return undefined
  const [project, recipient] = JSON.parse(Buffer.from(said, 'base64url').toString()) as [string, string]
  return { project, recipient }
}

function signature(db: Db, said: string): string {
  const { key } = db.prepare('SELECT key FROM digest_key').get() as { key: Buffer }
  return createHmac('sha256', key).update(said).digest('base64url').slice(0, 32)
}

/** `id` is that of the project which has the name now; null where none has. */
export function unsubscribe(db: Db, { project, recipient }: Subscription, { id, now }: { id: number | null; now: number }): void {
  db.prepare('INSERT INTO digest_unsubscribed (project, project_id, recipient, at) VALUES (@project, @id, @recipient, @at) ON CONFLICT DO UPDATE SET project_id = @id, at = @at WHERE project_id <> @id')
    .run({ project, id, recipient: mailboxOf(recipient), at: new Date(now).toISOString() })
}

export function subscribeAgain(db: Db, { project, recipient }: Subscription): void {
  db.prepare('DELETE FROM digest_unsubscribed WHERE project = ? AND recipient IN (?, ?)').run(project, mailboxOf(recipient), recipient.toLowerCase())
}

/** From the project with that id, rather than from one of its name that was removed. */
export function hasUnsubscribed(db: Db, { project, recipient }: Subscription, id: number | null): boolean {
  return db.prepare('SELECT 1 FROM digest_unsubscribed WHERE project = @project AND recipient IN (@mailbox, @written) AND (@id IS NULL OR coalesce(project_id, @id) = @id)')
    .get({ project, id, mailbox: mailboxOf(recipient), written: recipient.toLowerCase() }) !== undefined
}

/** Whose it is, however it is written: without regard to case, and to whether the domain is in letters or in Punycode. */
export function mailboxOf(recipient: string): string {
  const at = recipient.lastIndexOf('@') + 1
  return (recipient.slice(0, at) + (domainToASCII(recipient.slice(at)) || recipient.slice(at))).toLowerCase()
}
