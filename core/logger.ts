import type { Logger } from './contract.ts'

/** One JSON object per line on stderr. */
export const jsonLogger: Logger = {
  info: (message, fields) => write('info', message, fields),
  warn: (message, fields) => write('warn', message, fields),
  error: (message, fields) => write('error', message, fields),
}

/** For doors where nobody reads a server's log. */
export const quietLogger: Logger = { info: () => {}, warn: () => {}, error: () => {} }

function write(level: string, message: string, fields: Record<string, unknown> = {}): void {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...fields })}\n`)
}
