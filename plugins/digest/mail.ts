import { createHash } from 'node:crypto'
import MailComposer from 'nodemailer/lib/mail-composer'
import type { DigestConfig } from './config.ts'
import { unsubscribeMark } from './words.ts'

/** A rendered day, and to whom. */
export interface Letter { date: string; project: string; recipient: string; subject: string; text: string; html: string; madeAt: string; unsubscribeToken: string }

/** The whole message (RFC 5322): the same bytes each time, so that what is sent again after a fault is the same message. */
export function compose(letter: Letter, config: Pick<DigestConfig, 'from' | 'publicUrl'>): Promise<Buffer> {
  const { date, project, recipient, subject, madeAt } = letter
  const domain = config.from.split('@').at(-1) ?? 'localhost'
  const id = createHash('sha256').update(JSON.stringify([date, project, recipient])).digest('hex').slice(0, 32)
  const address = config.publicUrl === undefined ? undefined : `${config.publicUrl}/digests/unsubscribe/${letter.unsubscribeToken}`
  const filled = (body: string) => address === undefined ? body : body.replaceAll(unsubscribeMark, address)
  const mailto = `<mailto:${config.from}?subject=${encodeURIComponent(`unsubscribe ${project}`)}>`
  const mail = new MailComposer({
    from: { name: 'crafting-table', address: config.from }, to: { name: '', address: recipient }, subject, text: filled(letter.text), html: filled(letter.html),
    date: new Date(madeAt), messageId: `<digest.${date}.${id}@${domain}>`, baseBoundary: id, textEncoding: 'quoted-printable', disableFileAccess: true, disableUrlAccess: true,
    headers: {
      'Auto-Submitted': 'auto-generated', 'X-Auto-Response-Suppress': 'All', 'List-ID': { prepared: true, value: `<${project.toLowerCase()}.digest.${domain}>` },
      'List-Unsubscribe': { prepared: true, foldLines: true, value: address === undefined ? mailto : `<${address}>, ${mailto}` },
      // RFC 8058 knows https only.
      ...(!address?.startsWith('https:') ? {} : { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
    },
  })
  return mail.compile().build()
}
