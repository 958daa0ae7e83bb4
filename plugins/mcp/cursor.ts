import { createHash } from 'node:crypto'
import { FarmError } from '../../core/service.ts'

const mark = (kind: string) => createHash('sha256').update(kind).digest('hex').slice(0, 12)

/** Opaque; `kind` keeps one list's cursor from another's, however long it is. */
export function cursorOf(kind: string, value: string | number): string {
  return Buffer.from(`${mark(kind)}:${value}`).toString('base64url')
}

export function readCursor(kind: string, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined
  const text = Buffer.from(cursor, 'base64url').toString()
  if (!text.startsWith(`${mark(kind)}:`) || cursorOf(kind, text.slice(text.indexOf(':') + 1)) !== cursor) {
    throw new FarmError('invalid', 'This is not a cursor of this list', { field: 'cursor', hint: 'Pass next_cursor as it was given, with the same arguments, or leave it out to start again.' })
  }
  return text.slice(text.indexOf(':') + 1)
}

export function readNumberCursor(kind: string, cursor: string | undefined): number | undefined {
  const text = readCursor(kind, cursor)
  return text === undefined ? undefined : Number(text)
}
