import { createTransport } from 'nodemailer'
import type { Smtp } from './config.ts'

/** How one SMTP transaction ended. `unknown`: the body was handed over, and no answer came. */
export interface Outcome { state: 'sent' | 'retry' | 'refused' | 'unknown'; message: string }

const connectMs = 10_000
/** Longer than any patience of a server's, shorter than a claim holds. */
const wholeMs = 150_000

/** Faults that are the farm's own or passing, whatever their number: the recipient is not to blame. */
const notTheRecipient = /^(?:CONN|EHLO|HELO|STARTTLS|AUTH)/

/**
 * Sends one message to one recipient. `handed` is asked before the first byte of the body leaves: false keeps it here. `stop` ends what has not come so far;
 * after that the server's answer is waited for.
 */
export async function deliver(smtp: Smtp, envelope: { from: string; to: string }, message: Buffer, handed: () => boolean, stop: AbortSignal): Promise<Outcome> {
  let isHanded = false
  // Commands may be sent ahead of their answers (RFC 2920), which come in the same order; the greeting answers none.
  const asked: unknown[] = []
  const end = new AbortController()
  const stopped = () => { if (!isHanded) end.abort() }
  const watch = (entry: unknown, text: unknown) => {
    const { tnx } = entry as { tnx?: string }
    if (tnx === 'client') asked.push(text)
    else if (tnx === 'server' && asked.shift() === 'DATA' && /^[23]/.test(String(text))) {
      isHanded = handed()
      if (!isHanded) end.abort()
    }
  }
  stop.addEventListener('abort', stopped)
  if (stop.aborted) stopped()
  const timer = setTimeout(() => end.abort(), wholeMs)
  try {
    const info = await createTransport(optionsOf(smtp, watch)).sendMail({ envelope: { from: envelope.from, to: [{ name: '', address: envelope.to }] }, raw: message, signal: end.signal })
    const [fault] = info.rejectedErrors ?? []
    return info.rejected.length ? outcomeOf(fault ?? new Error('refused'), false) : { state: 'sent', message: info.response }
  } catch (error) {
    return outcomeOf(error, isHanded)
  } finally {
    clearTimeout(timer)
    stop.removeEventListener('abort', stopped)
  }
}

function optionsOf(smtp: Smtp, watch: (entry: unknown, text: unknown) => void) {
  const quiet = () => {}
  return {
    host: smtp.host, port: smtp.port, secure: smtp.tls && smtp.port === 465, ...(smtp.tls ? { requireTLS: smtp.port !== 465 } : { ignoreTLS: true }),
    ...(smtp.user === undefined ? {} : { auth: { user: smtp.user, pass: smtp.pass } }),
    connectionTimeout: connectMs, greetingTimeout: Math.min(connectMs, smtp.timeoutMs), dnsTimeout: connectMs, socketTimeout: smtp.timeoutMs, disableFileAccess: true, disableUrlAccess: true,
    transactionLog: true, logger: { level: quiet, trace: watch, debug: watch, info: watch, warn: quiet, error: quiet, fatal: quiet },
  }
}

function outcomeOf(error: unknown, isHanded: boolean): Outcome {
  const { message = String(error), responseCode, command = '' } = error as { message?: string; responseCode?: number; command?: string }
  if (responseCode === undefined) return { state: isHanded ? 'unknown' : 'retry', message }
  return { state: responseCode >= 500 && !notTheRecipient.test(command) ? 'refused' : 'retry', message }
}
