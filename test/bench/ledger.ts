import { randomUUID } from 'node:crypto'
import { join } from 'node:path'
import { openDatabase, sql } from '../../core/ledger/database.ts'

/** A ledger as it is after years: `jobs` jobs of ten projects, `findings` findings spread over them. */
export function fillLedger(dataDir: string, jobs: number, findings: number): void {
  const db = openDatabase(join(dataDir, 'ledger.db'))
  const at = new Date().toISOString()
  const counts = JSON.stringify({ new: 1, unchanged: 9, fixed: 0, error: 1, warning: 9, note: 0 })
  db.transaction(() => {
    for (let project = 1; project <= 10; project++) {
      sql(db, `INSERT INTO projects (id, name, owner, git_url, default_branch, definition, created_at, updated_at) VALUES (?, ?, 'admin', 'https://example.org/x.git', 'main', '{"languages":[],"subprojects":[],"notify":{"email":[],"on":[]}}', ?, ?)`).run(project, `old-${project}`, at, at)
    }
    for (let job = 1; job <= jobs; job++) {
      sql(db, `INSERT INTO jobs (seq, id, project_id, owner, farm, subproject, language, recipe, ref, branch, sha, status, exit_code, findings, complete, created_at, started_at, finished_at)
        VALUES (?, ?, ?, 'admin', 'gone', '', 'ts', 'lint', 'main', 'main', ?, ?, 0, ?, 1, ?, ?, ?)`).run(job, randomUUID(), 1 + job % 10, 'a'.repeat(40), job % 3 ? 'passed' : 'failed', counts, at, at, at)
    }
    for (let finding = 0; finding < findings; finding++) {
      sql(db, `INSERT INTO findings (job_seq, fingerprint, state, level, tool, rule, kind, file, line, message) VALUES (?, ?, 'unchanged', 'warning', 'eslint', 'no-unused-vars', 'lint', 'src/index.ts', ?, 'an unused variable')`).run(1 + finding % jobs, `f${finding}`, finding % 1000)
    }
  })()
  db.close()
}
