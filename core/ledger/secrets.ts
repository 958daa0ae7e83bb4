import { now, sql, type Db } from './database.ts'

export interface SecretName { name: string; updatedAt: string; updatedBy: string }

export function putSecret(db: Db, projectId: number, name: string, sealed: Buffer, by: string): void {
  sql(db, `INSERT INTO secrets (project_id, name, sealed, updated_at, updated_by) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET sealed = excluded.sealed, updated_at = excluded.updated_at, updated_by = excluded.updated_by`).run(projectId, name, sealed, now(), by)
}

/** By name. Their values are never listed. */
export function listSecrets(db: Db, projectId: number): SecretName[] {
  return sql(db, 'SELECT name, updated_at AS updatedAt, updated_by AS updatedBy FROM secrets WHERE project_id = ? ORDER BY name').all(projectId) as SecretName[]
}

export function deleteSecret(db: Db, projectId: number, name: string): boolean {
  return sql(db, 'DELETE FROM secrets WHERE project_id = ? AND name = ?').run(projectId, name).changes === 1
}

/** Name → sealed value. */
export function sealedSecrets(db: Db, projectId: number): Map<string, Buffer> {
  const rows = sql(db, 'SELECT name, sealed FROM secrets WHERE project_id = ?').all(projectId) as { name: string; sealed: Buffer }[]
  return new Map(rows.map(row => [row.name, row.sealed]))
}
