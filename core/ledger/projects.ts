import { FarmError } from '../errors.ts'
import type { ProjectSettings } from '../settings.ts'
import { now, sql, type Db } from './database.ts'
import type { Caller } from './tokens.ts'

/** A directory of a project in one language. The names are those of the HTTP surface. */
export interface Subproject {
  /** Relative to the repository, `/` between names, '' for its root. */
  path: string
  /** A pack's name or alias. */
  language: string
  /** Recipes by name → shell text. `null` turns a default recipe off; one that is not named is the pack's. */
  recipes: Readonly<Record<string, string | null>>
  timeoutSecs?: number
}

export interface Notify { email: readonly string[]; on: readonly string[] }

/** What a user says of a project. */
export interface ProjectDefinition {
  name: string
  gitUrl: string
  defaultBranch: string
  languages: readonly string[]
  subprojects: readonly Subproject[]
  notify: Notify
  settings?: ProjectSettings
}

export interface Project extends ProjectDefinition {
  id: number
  owner: string
  createdAt: string
  updatedAt: string
}

interface Row { id: number; name: string; owner: string; git_url: string; default_branch: string; definition: string; created_at: string; updated_at: string }

/** `where` of what a caller may see. */
const visible = '(owner = @caller OR @admin = 1)'
const viewer = (caller: Caller) => ({ caller: caller.name, admin: caller.isAdmin ? 1 : 0 })

export function insertProject(db: Db, owner: string, definition: ProjectDefinition): Project {
  const at = now()
  // Its id is higher than any that ever was, those of removed projects among them: whoever holds one never comes to another project.
  const added = sql(db, `INSERT OR IGNORE INTO projects (id, name, owner, git_url, default_branch, definition, created_at, updated_at)
    SELECT 1 + max(last, coalesce((SELECT max(id) FROM projects), 0)), ?, ?, ?, ?, ?, ?, ? FROM project_ids`)
    .run(definition.name, owner, definition.gitUrl, definition.defaultBranch, rest(definition), at, at)
  if (added.changes === 0) throw new FarmError('conflict', `A project named ${definition.name} exists`, { field: 'name', hint: 'Choose another name, or update the project with PUT.' })
  return { ...definition, id: Number(added.lastInsertRowid), owner, createdAt: at, updatedAt: at }
}

export function updateProject(db: Db, id: number, definition: ProjectDefinition): void {
  sql(db, 'UPDATE projects SET git_url = ?, default_branch = ?, definition = ?, updated_at = ? WHERE id = ?')
    .run(definition.gitUrl, definition.defaultBranch, rest(definition), now(), id)
}

/** Jobs, runs and findings go with it. False when it is gone already. */
export function deleteProject(db: Db, id: number): boolean {
  return sql(db, 'DELETE FROM projects WHERE id = ?').run(id).changes === 1
}

/**
 * A caller's own row, or anybody's for an admin. A row that is read before its owner is looked at takes a microsecond longer than none, which tells
 * a patient stranger that it is there: so by owner first, in an index of both.
 */
export function ownRow(db: Db, caller: Caller, { table, columns, index, key, value }: { table: string; columns: string; index: string; key: string; value: string }): unknown {
  if (caller.isAdmin) return sql(db, `SELECT ${columns} FROM ${table} WHERE ${key} = ?`).get(value)
  return sql(db, `SELECT ${columns} FROM ${table} INDEXED BY ${index} WHERE owner = ? AND ${key} = ?`).get(caller.name, value)
}

export function findProject(db: Db, caller: Caller, name: string): Project | undefined {
  const row = ownRow(db, caller, { table: 'projects', columns: '*', index: 'projects_by_owner', key: 'name', value: name }) as Row | undefined
  return row && toProject(row)
}

/** For the farm itself, which asks for nobody. */
export function projectById(db: Db, id: number): Project | undefined {
  const row = sql(db, 'SELECT * FROM projects WHERE id = ?').get(id) as Row | undefined
  return row && toProject(row)
}

/** By name, those after `after`. */
export function listProjects(db: Db, caller: Caller, page: { limit: number; after?: string }): Project[] {
  const rows = sql(db, `SELECT * FROM projects WHERE name > @after AND ${visible} ORDER BY name LIMIT @limit`)
    .all({ after: page.after ?? '', limit: page.limit, ...viewer(caller) }) as Row[]
  return rows.map(toProject)
}

export function allProjects(db: Db): Project[] {
  return (sql(db, 'SELECT * FROM projects ORDER BY id').all() as Row[]).map(toProject)
}

export function projectNames(db: Db): Set<string> {
  return new Set((sql(db, 'SELECT name FROM projects').all() as { name: string }[]).map(row => row.name))
}

function rest(definition: ProjectDefinition): string {
  return JSON.stringify({ languages: definition.languages, subprojects: definition.subprojects, notify: definition.notify, settings: definition.settings })
}

function toProject(row: Row): Project {
  const more = JSON.parse(row.definition) as Pick<ProjectDefinition, 'languages' | 'subprojects' | 'notify' | 'settings'>
  return { id: row.id, name: row.name, owner: row.owner, gitUrl: row.git_url, defaultBranch: row.default_branch, ...more, createdAt: row.created_at, updatedAt: row.updated_at }
}
