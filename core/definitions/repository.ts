import { checkSubprojects } from '../definition.ts'
import { FarmError } from '../errors.ts'
import type { Subproject } from '../ledger/projects.ts'
import type { Tree } from '../contract.ts'

export const repositoryFileName = '.crafting-table.yml'

/** A subproject as it is planned: `repositoryRecipes` names those of its recipes that the repository's file says, not the project. */
export interface Declared extends Subproject { repositoryRecipes?: ReadonlySet<string> }

export interface Declaration { subprojects: readonly Declared[]; languages: readonly string[] }

/**
 * What is declared of a checkout: the project's word before that of the repository's .crafting-table.yml, which stands before what packs do.
 * `same` says whether two names mean one language. Throws `invalid` where the file is not as it must be.
 */
export async function declared(project: Declaration, root: Tree, same: (a: string, b: string) => boolean): Promise<Declaration> {
  if (!root.has(repositoryFileName)) return project
  const text = root.read(repositoryFileName)
  if (text === undefined) throw new FarmError('invalid', `${repositoryFileName} is not a plain file of the repository`)
  const file = await readRepositoryFile(text)
  const languages = project.languages.length ? project.languages : file.languages
  if (project.subprojects.length === 0) return { languages, subprojects: file.subprojects.map(one => ({ ...one, repositoryRecipes: new Set(Object.keys(one.recipes)) })) }
  return { languages, subprojects: project.subprojects.map(own => joined(own, file.subprojects.find(one => one.path === own.path && same(one.language, own.language)))) }
}

function joined(own: Subproject, file: Subproject | undefined): Declared {
  if (!file) return own
  const timeoutSecs = own.timeoutSecs ?? file.timeoutSecs
  return {
    ...own, recipes: { ...file.recipes, ...own.recipes },
    repositoryRecipes: new Set(Object.keys(file.recipes).filter(name => !Object.hasOwn(own.recipes, name))),
    ...(timeoutSecs === undefined ? {} : { timeoutSecs }),
  }
}

/** Schemas are slow to load, and few repositories have the file. */
async function readRepositoryFile(text: string): Promise<{ languages: readonly string[]; subprojects: readonly Subproject[] }> {
  const [{ readYaml }, { repositoryFile, subprojectOf }] = await Promise.all([import('./yaml.ts'), import('./shape.ts')])
  const { languages = [], subprojects = [] } = readYaml(text, repositoryFileName, repositoryFile)
  try {
    return { languages, subprojects: checkSubprojects(subprojects.map(subprojectOf)) }
  } catch (error) {
    throw error instanceof FarmError ? new FarmError('invalid', `${repositoryFileName}: ${error.field ?? ''}: ${error.message}`, error.hint === undefined ? {} : { hint: error.hint }) : error
  }
}
