import { FarmError, type Db } from '../../core/service.ts'
import { escape } from './html-parts.ts'
import { readToken, type Subscription } from './unsubscribe.ts'

/** What unsubscribing looks like. No style: the farm's answers may load nothing. */

export function readSubscription(db: Db, token = ''): Subscription {
  const found = readToken(db, token)
  if (!found) throw new FarmError('not_found', 'This address to unsubscribe is not whole', { hint: 'Use the link of the message as it is; some programs break long ones.' })
  return found
}

/** Asks only: programs that look at links before people do must not end anything. */
export function askPage({ project, recipient }: Subscription): string {
  return page(`No more digests of ${project}?`, `${recipient} gets no more of the morning's mail about ${project}.`, '<form method="post"><button>Unsubscribe</button></form>')
}

export function donePage({ project, recipient }: Subscription, isBack: boolean): string {
  return isBack
    ? page('Subscribed again', `${recipient} gets the digests of ${project} again.`, '')
    : page('Unsubscribed', `${recipient} gets no more digests of ${project}.`, '<form method="post" action="?undo=1"><button>Subscribe again</button></form>')
}

function page(title: string, text: string, form: string): string {
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escape(title)}</title></head><body><h1>${escape(title)}</h1><p>${escape(text)}</p>${form}</body></html>\n`
}
