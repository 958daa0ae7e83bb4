import type { Config } from './config.ts'
import { FarmError } from './errors.ts'
import { checkGitUrl } from './giturl.ts'
import type { ProjectDefinition, Subproject } from './ledger/projects.ts'

const controls = /[\u0000-\u001f\u007f]/

/** What no door may let through, whatever it thinks of shapes. Paths come back in normal form. */
export function checkDefinition(config: Config, definition: ProjectDefinition): ProjectDefinition {
  if (!/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/.test(definition.name)) {
    throw new FarmError('invalid', `${JSON.stringify(definition.name.slice(0, 100))} is not a project name`, { field: 'name', hint: 'Use 1 to 64 letters, digits, dots, dashes and underscores, beginning with a letter or digit.' })
  }
  return {
    ...definition, gitUrl: checkGitUrl(definition.gitUrl, { allowFile: config.gitAllowFile }), defaultBranch: checkRef(definition.defaultBranch, 'default_branch'), subprojects: checkSubprojects(definition.subprojects),
  }
}

export function checkSubprojects(given: readonly Subproject[]): Subproject[] {
  const subprojects = given.map((one, at) => ({ ...one, path: checkPath(one.path, `subprojects[${at}].path`) }))
  subprojects.forEach((one, at) => {
    checkRecipes(one, at)
    if (subprojects.findIndex(other => other.path === one.path && other.language === one.language) < at) {
      throw new FarmError('invalid', `${one.path || '.'} is there twice in ${one.language}`, { field: `subprojects[${at}].path` })
    }
  })
  return subprojects
}

function checkRecipes(subproject: Subproject, at: number): void {
  for (const [name, command] of Object.entries(subproject.recipes)) {
    if (!/^[a-z][a-z0-9_-]{0,31}$/.test(name)) throw new FarmError('invalid', `${JSON.stringify(name.slice(0, 60))} is not a recipe name`, { field: `subprojects[${at}].recipes`, hint: 'Use lower-case letters, digits, dashes and underscores.' })
    if (command !== null && (command.trim() === '' || command.includes('\0'))) throw new FarmError('invalid', `The recipe ${name} is empty or holds a NUL`, { field: `subprojects[${at}].${name}` })
  }
}

/** A directory of the repository: relative, without `..`; '' is its root. */
export function checkPath(path: string, field: string): string {
  const parts = path.split('/').filter(part => part !== '' && part !== '.')
  if (path.startsWith('/') || path.includes('\\') || controls.test(path) || parts.includes('..') || parts[0] === '.git' || path.length > 1024) {
    throw new FarmError('invalid', `${JSON.stringify(path.slice(0, 100))} is not a path inside the repository`, { field, hint: 'Give a directory relative to the repository, such as clients/python, or . for its root.' })
  }
  return parts.join('/')
}

/**
 * A branch, a tag or a sha as people write it; the rules are those of git-check-ref-format(1). What runners of CI call refs/heads/main comes
 * back as main: a branch has one name, or its jobs would be those of two.
 */
export function checkRef(text: string, field: string): string {
  const ref = text.replace(/^refs\/heads\//, '')
  const bad = ref === '' || ref.length > 255 || ref === '@' || /[\u0000-\u0020\u007f~^:?*[\\]/.test(ref) || ref.includes('..') || ref.includes('@{') || ref.includes('//')
    || /^[-/.]|[/.]$|\.lock(\/|$)|\/\./.test(ref)
  if (bad) throw new FarmError('invalid', `${JSON.stringify(ref.slice(0, 100))} is not a branch, tag or commit`, { field })
  return ref
}

export function checkSha(sha: string, field: string): string {
  if (!/^[0-9a-f]{7,64}$/i.test(sha)) throw new FarmError('invalid', `${JSON.stringify(sha.slice(0, 100))} is not a commit's sha`, { field, hint: 'Give 7 to 40 hexadecimal digits.' })
  return sha.toLowerCase()
}
