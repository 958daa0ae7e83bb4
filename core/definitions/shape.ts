import { z } from 'zod'
import { acceptedFile } from '../findings/accepted-shape.ts'
import type { ProjectDefinition, Subproject } from '../ledger/projects.ts'
import { name, projectIn, subprojectIn } from '../schemas.ts'
import { settingsOf } from '../settings.ts'

/** What users write of projects, in the wire's names, and the farm's own form of it. */

/** What a repository may say of itself in its .crafting-table.yml: the part of a definition that is not its owner's. */
export const repositoryFile = z.strictObject({
  languages: z.array(name).max(100).optional(),
  subprojects: z.array(subprojectIn).max(500).optional(),
})
export type RepositoryFile = z.output<typeof repositoryFile>

const usual = ['build', 'test', 'lint', 'audit'] as const

export function definitionOf(project: string, json: Omit<z.output<typeof projectIn>, 'name'>): ProjectDefinition {
  const email = json.notify?.email ?? []
  return {
    name: project, gitUrl: json.git_url, defaultBranch: json.default_branch ?? 'main', languages: json.languages ?? [],
    subprojects: (json.subprojects ?? []).map(subprojectOf),
    notify: { email: typeof email === 'string' ? [email] : email, on: json.notify?.on ?? [] },
    settings: settingsOf(json),
  }
}

export function subprojectOf(json: z.output<typeof subprojectIn>): Subproject {
  const { path, language, timeout_secs } = json
  const named = usual.flatMap(one => json[one] === undefined ? [] : [[one, json[one]] as const])
  return { path, language, recipes: { ...json.recipes, ...Object.fromEntries(named) }, ...(typeof timeout_secs === 'number' ? { timeoutSecs: timeout_secs } : {}) }
}

/** JSON Schemas for editors, as they lie in recipes/. */
export function jsonSchemas(): Record<string, unknown> {
  const schema = (title: string, shape: z.ZodType) => ({ ...z.toJSONSchema(shape, { io: 'input' }), title })
  return {
    'project.schema.json': schema('A project of crafting-table', projectIn),
    'baseline.schema.json': schema('.crafting-table-baseline.json: findings that a repository accepts', acceptedFile),
    'repository.schema.json': schema('.crafting-table.yml: what a repository says of itself to crafting-table', repositoryFile),
  }
}
