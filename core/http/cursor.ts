import { Problem } from './problem.ts'

/** Opaque on purpose: what a page hangs on may change. `kind` keeps one list's cursor from another's. */
export function cursorOf(kind: string, value: string | number): string {
  return Buffer.from(`${kind}:${value}`).toString('base64url')
}

export function readCursor(kind: string, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const text = Buffer.from(cursor, 'base64url').toString()
  if (!text.startsWith(`${kind}:`) || cursorOf(kind, text.slice(kind.length + 1)) !== cursor) throw brokenCursor()
  return text.slice(kind.length + 1)
}

export function readNumberCursor(kind: string, cursor: string | undefined): number | undefined {
  const text = readCursor(kind, cursor)
  if (text !== undefined && !/^\d{1,15}$/.test(text)) throw brokenCursor()
  return text === undefined ? undefined : Number(text)
}

/** One more was asked for than the page holds: where it is there, another page follows. */
export function paged<T>(rows: readonly T[], limit: number, cursor: (last: T) => string): { rows: readonly T[]; next_cursor: string | null } {
  const shown = rows.slice(0, limit)
  const last = shown.at(-1)
  return { rows: shown, next_cursor: rows.length > limit && last !== undefined ? cursor(last) : null }
}

function brokenCursor(): Problem {
  return new Problem(400, 'invalid', 'Not valid: cursor', { hint: 'Pass next_cursor as it was given, or leave cursor out to start again.', errors: [{ field: 'cursor', message: 'is not a cursor of this list' }] })
}
