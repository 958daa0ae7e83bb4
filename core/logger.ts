import type { Logger } from './contract.ts'

/** For doors where nobody reads a server's log. */
export const quietLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} }

/** What cannot be written waits in memory, up to so many bytes; more is lost. */
const waitingBytes = 2 ** 20

/**
 * One JSON object per line on a file descriptor (default: stderr): `at`, `level`, the fields, `message`. A field of that last name is called `reason`.
 * A log that nobody can write to does not stop the farm. Pino is loaded here, so that verbs without a log do not wait for it.
 */
export async function jsonLogger(descriptor = 2): Promise<Logger> {
  const { pino } = await import('pino')
  const destination = pino.destination({ dest: descriptor, sync: true, maxLength: waitingBytes })
  destination.on('error', () => {})
  const lines = pino({ base: null, messageKey: 'message', timestamp: () => `,"at":"${new Date().toISOString()}"`, formatters: { level: level => ({ level }) } }, destination)
  return {
    info: (message, fields) => lines.info(fieldsOf(fields), '%s', message),
    warn: (message, fields) => lines.warn(fieldsOf(fields), '%s', message),
    error: (message, fields) => lines.error(fieldsOf(fields), '%s', message),
  }
}

function fieldsOf({ message: reason, ...fields }: Record<string, unknown> = {}): Record<string, unknown> {
  return reason === undefined ? fields : { ...fields, reason }
}

/** For verbs: quiet, but for whoever looks for a fault. */
export async function verbLogger(): Promise<Logger> {
  return process.env.CRAFTING_DEBUG ? jsonLogger() : quietLogger
}
