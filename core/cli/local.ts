import { createHash } from 'node:crypto'
import { realpathSync } from 'node:fs'
import { basename } from 'node:path'
import type { Farm } from '../facade.ts'
import { withoutCredentials } from '../giturl.ts'

/** Whoever sits at the machine may read the files of the ledger anyway. */
export const local = { name: 'local', isAdmin: true }

/** What `check` calls a directory or git URL in the ledger. */
export function localName(gitUrl: string): string {
  const stem = basename(withoutCredentials(gitUrl)).replace(/\.git$/, '').replace(/[^A-Za-z0-9._-]/g, '-').replace(/^[^A-Za-z0-9]+/, '').slice(0, 40) || 'project'
  return `${stem}-${createHash('sha256').update(gitUrl).digest('hex').slice(0, 12)}`
}

export function knows(farm: Farm, name: string): boolean {
  try {
    return farm.project(local, name) !== undefined
  } catch { return false }
}

/** A project by its name, or by the directory or URL that was checked. */
export function projectNamed(text: string, exists: (name: string) => boolean): string {
  if (exists(text)) return text
  const checked = [text, pathOf(text)].flatMap(one => one === undefined ? [] : [localName(one)])
  return checked.find(exists) ?? text
}

function pathOf(text: string): string | undefined {
  try {
    return realpathSync(text)
  } catch { return undefined }
}
