import { FarmError } from './errors.ts'
import type { Db } from './ledger/database.ts'
import type { FactLog } from './ledger/facts.ts'
import type { Project } from './ledger/projects.ts'
import { deleteSuppression, findingToAccept, listSuppressions, saveSuppression, type SuppressionRecord } from './ledger/suppressions.ts'
import { endOf } from './until.ts'

/** Which finding, by its own number or by its identity's, and why it may stay. */
export interface SuppressionWish {
  finding?: number
  identity?: number
  reason: string
  /** A date, which counts to its end (UTC), or an ISO 8601 time. */
  until?: string
}

export function suppress(db: Db, facts: FactLog, project: Project, by: string, wish: SuppressionWish): SuppressionRecord {
  if ((wish.finding === undefined) === (wish.identity === undefined)) throw new FarmError('invalid', 'Name one finding, by `finding` or by `identity`', { field: 'finding', hint: 'Both are in GET /jobs/{id}/findings.' })
  const found = findingToAccept(db, project.id, wish.finding === undefined ? { identity: wish.identity ?? 0 } : { finding: wish.finding })
  if (!found) throw new FarmError('not_found', 'No such finding')
  const { identity, finding } = found
  if (identity === null) throw new FarmError('conflict', 'The finding is older than identities and cannot be followed', { hint: 'Run its job once more and accept what that one finds.' })
  const until = untilOf(wish.until)
  return db.transaction(() => {
    const id = saveSuppression(db, { projectId: project.id, identity, reason: wish.reason.trim(), by, until, finding })
    facts.append('suppression.saved', { project: project.name, suppression: id, identity, by, until })
    return listSuppressions(db, project.id, { after: id - 1, limit: 1 })[0]!
  }).immediate()
}

export function withdraw(db: Db, facts: FactLog, project: Project, by: string, id: number): void {
  db.transaction(() => {
    if (!deleteSuppression(db, project.id, id)) throw new FarmError('not_found', 'No such suppression')
    facts.append('suppression.removed', { project: project.name, suppression: id, by })
  }).immediate()
}

/** The moment from which on it does not hold any more. */
function untilOf(text: string | undefined): string | null {
  if (text === undefined) return null
  const until = endOf(text)
  if (until === undefined) throw new FarmError('invalid', `${text} is no date`, { field: 'until', hint: 'Write 2027-01-31, or a time such as 2027-01-31T12:00:00Z.' })
  if (Date.parse(until) <= Date.now()) throw new FarmError('invalid', `${text} is over already`, { field: 'until' })
  return until
}
