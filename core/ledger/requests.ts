import { FarmError } from '../errors.ts'
import { now, sql, type Db } from './database.ts'

/** A request as it names itself, and what it asks for. */
export interface NamedRequest { projectId: number; caller: string; requestId: string; request: unknown }

/** The run of the same request, if it came before. Throws `conflict` where that asked for something else. */
export function runOfRequest(db: Db, { projectId, caller, requestId, request }: NamedRequest): string | undefined {
  const row = sql(db, 'SELECT run, request FROM requests WHERE project_id = ? AND caller = ? AND request_id = ?').get(projectId, caller, requestId) as { run: string; request: string } | undefined
  if (row && row.request !== JSON.stringify(request)) throw new FarmError('conflict', `The request ${requestId} asked for something else before`, { field: 'request_id', hint: 'Use another request_id for another request.' })
  return row?.run
}

export function rememberRequest(db: Db, { projectId, caller, requestId, request }: NamedRequest, run: string): void {
  sql(db, 'INSERT INTO requests (project_id, caller, request_id, request, run, at) VALUES (?, ?, ?, ?, ?, ?)').run(projectId, caller, requestId, JSON.stringify(request), run, now())
}

/** Nobody sends the same request again after that. */
export function forgetRequests(db: Db, before: string): void {
  sql(db, 'DELETE FROM requests WHERE at < ?').run(before)
}
