import { hmacHex, Refused, webhookSignature, type Outgoing, type ProjectSettings } from '../../core/service.ts'
import { noticeJson, type Notice } from './notice.ts'
import { begin, discordText, htmlText, slackText, wordsOf } from './words.ts'

export type Hook = NonNullable<ProjectSettings['hooks']>[number]

/** What a receiver is sent. `id` is the same at every attempt; `now` is in milliseconds. */
export interface Sending { id: string; notice: Notice; url: string; secret: string | undefined; room: string | undefined; now: number }

/** Kinds of receivers, each with what it takes. */
export const kinds: Readonly<Record<Hook['kind'], (sending: Sending) => Outgoing>> = { webhook, ntfy, slack, discord, matrix }

/** Signed as Standard Webhooks are, and as GitHub's are. */
function webhook({ id, notice, url, secret, now }: Sending): Outgoing {
  const body = JSON.stringify(noticeJson(notice))
  const timestamp = String(Math.floor(now / 1000))
  return {
    method: 'POST', url, body, headers: {
      'webhook-id': id, 'webhook-timestamp': timestamp,
      ...(secret === undefined ? {} : { 'webhook-signature': webhookSignature(secret, { id, timestamp, body }), 'x-hub-signature-256': `sha256=${hmacHex(secret, body)}` }),
    },
  }
}

/** As JSON to the server's root, since headers could not hold every text. */
function ntfy({ notice, url, secret }: Sending): Outgoing {
  const words = wordsOf(notice)
  const { topic, root } = topicOf(url)
  const body = JSON.stringify({
    topic, title: words.title, message: words.lines.join('\n') || words.title, priority: words.bad ? 4 : 3, tags: [words.bad ? 'x' : 'white_check_mark'],
    ...(notice.url === null ? {} : { click: notice.url }),
  })
  return { method: 'POST', url: root, body, headers: secret === undefined ? {} : { authorization: `Bearer ${secret}` } }
}

function topicOf(text: string): { topic: string; root: string } {
  const url = new URL(text)
  const parts = url.pathname.split('/').filter(Boolean)
  const topic = parts.pop()
  if (topic === undefined) throw new Refused('the URL names no topic: https://ntfy.example.org/topic')
  return { topic: decodeURIComponent(topic), root: `${url.origin}/${parts.map(part => `${part}/`).join('')}` }
}

/** Mattermost and Rocket.Chat take the same. */
function slack({ notice, url }: Sending): Outgoing {
  const { title, lines } = wordsOf(notice)
  const head = notice.url === null ? `*${slackText(title)}*` : `*<${notice.url}|${slackText(title)}>*`
  return { method: 'POST', url, headers: {}, body: JSON.stringify({ text: [head, ...lines.map(slackText)].join('\n') }) }
}

/** A message may have 2000 characters. */
function discord({ notice, url }: Sending): Outgoing {
  const { title, lines } = wordsOf(notice)
  const content = [`**${discordText(title)}**`, ...lines.map(discordText), ...(notice.url === null ? [] : [`<${notice.url}>`])].join('\n')
  return { method: 'POST', url, headers: {}, body: JSON.stringify({ content: begin(content, 2000), allowed_mentions: { parse: [] } }) }
}

/** To a room by the client-server API, whose transaction id makes a second attempt no second message; or to a generic webhook of hookshot. */
function matrix({ id, notice, url, secret, room }: Sending): Outgoing {
  const { title, lines } = wordsOf(notice)
  const text = [title, ...lines, ...(notice.url === null ? [] : [notice.url])].join('\n')
  const head = notice.url === null ? htmlText(title) : `<a href="${htmlText(notice.url)}">${htmlText(title)}</a>`
  const html = [`<b>${head}</b>`, ...lines.map(htmlText)].join('<br>')
  if (room === undefined) return { method: 'POST', url, headers: {}, body: JSON.stringify({ text, html }) }
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${encodeURIComponent(id)}`
  return {
    method: 'PUT', url: url.replace(/\/{0,20}$/, '') + path, headers: { authorization: `Bearer ${secret ?? ''}` },
    body: JSON.stringify({ msgtype: 'm.notice', body: text, format: 'org.matrix.custom.html', formatted_body: html }),
  }
}
