import { readFile, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { checkDefinition } from '../definition.ts'
import { FarmError, isFarmError, messageOf } from '../errors.ts'
import type { Farm } from '../facade.ts'
import type { ProjectDefinition } from '../ledger/projects.ts'
import type { Caller } from '../ledger/tokens.ts'
import { projectIn } from '../schemas.ts'
import { definitionOf } from './shape.ts'
import { readYaml } from './yaml.ts'

/** What became of one file. */
export interface Imported { file: string; project: string | undefined; state: 'created' | 'updated' | 'unchanged' | 'failed'; message?: string; hint?: string }

/** Whom imported projects belong to at first: the oldest admin, who sees all projects anyway. One that is there already keeps its owner. */
export function importer(farm: Farm): Caller {
  const admins = farm.tokens().filter(token => token.isAdmin).toSorted((a, b) => a.createdAt < b.createdAt ? -1 : 1)
  return { name: admins[0]?.name ?? 'admin', isAdmin: true }
}

/**
 * Creates or updates the projects that these files, or the files *.yml and *.yaml of these directories, define. A definition that fails is
 * reported and stops no other. Throws `invalid` where a path cannot be read.
 */
export async function importDefinitions(farm: Farm, caller: Caller, paths: readonly string[]): Promise<Imported[]> {
  const files = (await Promise.all(paths.map(filesOf))).flat()
  const done: Imported[] = []
  for (const file of files) {
    let project: string | undefined
    try {
      const json = readYaml(await readFile(file, 'utf8'), file, projectIn)
      project = json.name
      const twin = done.find(one => one.project === project && one.state !== 'failed')
      if (twin) throw new FarmError('conflict', `${file}: ${twin.file} defines ${project} too`, { hint: 'Give one of them another name.' })
      done.push({ file, project, state: upsert(farm, caller, definitionOf(json.name, json)) })
    } catch (error) {
      const place = isFarmError(error) && error.field !== undefined ? `${file}: ${error.field}: ` : messageOf(error).startsWith(file) ? '' : `${file}: `
      done.push({ file, project, state: 'failed', message: `${place}${messageOf(error)}`, ...(isFarmError(error) && error.hint !== undefined ? { hint: error.hint } : {}) })
    }
  }
  return done
}

async function filesOf(path: string): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path]
    return (await readdir(path)).filter(name => /^[^.].*\.ya?ml$/.test(name)).toSorted().map(name => join(path, name))
  } catch (error) {
    throw new FarmError('invalid', `${path} cannot be read: ${messageOf(error)}`, { cause: error, hint: 'Give a YAML file with a project definition, or a directory of such files.' })
  }
}

function upsert(farm: Farm, caller: Caller, definition: ProjectDefinition): 'created' | 'updated' | 'unchanged' {
  try {
    farm.createProject(caller, definition)
    return 'created'
  } catch (error) {
    if (!isFarmError(error) || error.code !== 'conflict') throw error
  }
  const old = farm.project(caller, definition.name)
  if (isDeepStrictEqual(content(old), content(checkDefinition(farm.config, definition)))) return 'unchanged'
  farm.updateProject(caller, old.name, definition)
  return 'updated'
}

/** What a definition says, as the ledger keeps it. */
function content({ name, gitUrl, defaultBranch, languages, subprojects, notify, settings }: ProjectDefinition): unknown {
  return JSON.parse(JSON.stringify({ name, gitUrl, defaultBranch, languages, subprojects, notify, settings }))
}
