export type ErrorCode = 'invalid' | 'unauthorized' | 'not_found' | 'conflict' | 'too_large' | 'busy' | 'unavailable'

/** The one error that doors translate: HTTP into a problem document, the command line into a message and exit status 2. */
export class FarmError extends Error {
  override readonly name = 'FarmError'
  readonly code: ErrorCode
  /** What the caller can do about it. */
  readonly hint: string | undefined
  /** The part of the input at fault, e.g. `subprojects[0].path`. */
  readonly field: string | undefined

  constructor(code: ErrorCode, message: string, more: { hint?: string; field?: string; cause?: unknown } = {}) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.hint = more.hint
    this.field = more.field
  }
}

/** Plugins are joined apart from the core and bring a class of their own: the name tells, not the identity. */
export function isFarmError(error: unknown): error is FarmError {
  return error instanceof Error && error.name === 'FarmError' && 'code' in error
}

/** Out of space, of quota, of inodes, of descriptors; read-only; a failing disk. errno(3), and the result codes of SQLite (sqlite.org/rescode.html). */
const passing = /^(?:ENOSPC|EDQUOT|EROFS|EIO|EMFILE|ENFILE|ENOMEM|SQLITE_(?:FULL|READONLY|IOERR|CANTOPEN|BUSY|NOMEM)(?:_\w+)?)$/

/** A fault of the machine that goes away by itself or by its operator's hand, as an error that doors translate; undefined for all else. */
export function machineFault(error: unknown): FarmError | undefined {
  if (!(error instanceof Error) || !('code' in error) || !passing.test(String(error.code))) return undefined
  return new FarmError('unavailable', `The machine refuses: ${error.message}`, { cause: error, hint: 'Look for space and rights in the directories that GET /healthz names, then try again: the farm goes on by itself.' })
}

/** For what nobody would miss. */
export function unlessRefused(action: () => void): void {
  try { action() } catch (error) { if (!machineFault(error)) throw error }
}

/** The message of anything thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
