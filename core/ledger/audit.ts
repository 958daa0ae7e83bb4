import { now, sql, type Db } from './database.ts'

export interface AuditEntry { id: number; at: string; caller: string; action: string; subject: string; outcome: string }

export function noteAction(db: Db, entry: Pick<AuditEntry, 'caller' | 'action' | 'subject' | 'outcome'>): void {
  sql(db, 'INSERT INTO audit (at, caller, action, subject, outcome) VALUES (?, ?, ?, ?, ?)').run(now(), entry.caller, entry.action, entry.subject.slice(0, 300), entry.outcome)
}

/** Newest first, those before `before`. */
export function listAudit(db: Db, { before, caller, limit }: { before?: number | undefined; caller?: string | undefined; limit: number }): AuditEntry[] {
  const where = ['id < @before', ...(caller === undefined ? [] : ['caller = @caller'])].join(' AND ')
  return sql(db, `SELECT * FROM audit WHERE ${where} ORDER BY id DESC LIMIT @limit`).all({ before: before ?? Number.MAX_SAFE_INTEGER, caller, limit }) as AuditEntry[]
}

export function forgetAudit(db: Db, before: string): void {
  sql(db, 'DELETE FROM audit WHERE at < ?').run(before)
}
