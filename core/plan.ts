import type { LanguagePack, PackRecipe, Tree } from './contract.ts'
import { checkPath } from './definition.ts'
import { declared, repositoryFileName, type Declaration, type Declared } from './definitions/repository.ts'
import { FarmError } from './errors.ts'
import type { JobRequest } from './facade.ts'
import type { RecipeSnapshot } from './ledger/jobs.ts'
import type { Project, Subproject } from './ledger/projects.ts'
import type { RunRequest } from './ledger/runs.ts'
import { interpreterOf, isForeign, treeOf } from './tree.ts'

export const defaultTimeoutSecs = 600
const recipeOrder = ['build', 'test', 'lint', 'audit']

/** Directories that hold projects which are data of another one's tests. */
const samples = new Set(['fixtures', '__fixtures__', 'fixture', 'testdata', 'test-data', 'test_data'])

/** One job to be. */
export interface PlannedJob { subproject: string; language: string; recipe: string; snapshot: RecipeSnapshot }

/** A checkout, as far as planning looks at it. */
export interface Checkout { root: string; files: readonly string[] }

/** What is declared of a checkout, by the project and by the repository itself. Throws `invalid` where the repository's file is not as it must be. */
export function declarationOf(packs: readonly LanguagePack[], { root, files }: Checkout, project: Declaration): Promise<Declaration> {
  return declared(project, treeOf(root, files), (a, b) => languageName(packs, a) === languageName(packs, b))
}

/** The subprojects of a checkout: those that are declared, else those that are found. */
export function subprojectsOf(packs: readonly LanguagePack[], checkout: Checkout, { subprojects, languages }: Declaration): readonly Declared[] {
  return subprojects.length ? subprojects : detect(packs, checkout, languages)
}

/** Recipes × subprojects. */
export function plan(packs: readonly LanguagePack[], checkout: Checkout, declaration: Declaration, request: RunRequest): PlannedJob[] {
  const languages = new Set(request.languages.map(name => languageName(packs, name)))
  return subprojectsOf(packs, checkout, declaration)
    .filter(one => languages.size === 0 || languages.has(languageName(packs, one.language)))
    .filter(one => request.subprojects.length === 0 || request.subprojects.includes(one.path))
    .flatMap(one => {
      const tree = treeOf(checkout.root, checkout.files, one.path)
      return recipeNames(packs, one)
        .filter(recipe => request.recipes.length === 0 || request.recipes.includes(recipe))
        .flatMap(recipe => {
          const snapshot = recipeFor(packs, one, recipe, tree)
          return snapshot ? [{ subproject: one.path, language: languageName(packs, one.language), recipe, snapshot }] : []
        })
    })
}

/** The recipe of a subproject: the one declared, else the pack's first that fits; undefined where there is none. */
export function recipeFor(packs: readonly LanguagePack[], subproject: Declared, recipe: string, tree: Tree): RecipeSnapshot | undefined {
  const own = Object.hasOwn(subproject.recipes, recipe) ? subproject.recipes[recipe] : undefined
  if (own === null) return undefined
  if (own !== undefined) return { ...projectRecipe(own, subproject.timeoutSecs), ...(subproject.repositoryRecipes?.has(recipe) ? { source: repositoryFileName } : {}) }
  const found = findPack(packs, subproject.language)?.recipes.find(one => one.name === recipe && one.when(tree))
  return found && snapshotOf(found, tree, subproject.timeoutSecs)
}

/** A recipe that the project's owner wrote. */
export function projectRecipe(run: string, timeoutSecs = defaultTimeoutSecs): RecipeSnapshot {
  return { source: 'project', run, timeoutSecs, network: true, needs: [] }
}

/** Which subproject a job is for, and its recipe where the project says it; a pack's is chosen when the checkout is there. */
export function targetOf(packs: readonly LanguagePack[], project: Project, request: JobRequest): { subproject: string; language: string; snapshot: RecipeSnapshot | null } {
  const path = request.subproject === undefined ? undefined : checkPath(request.subproject, 'subproject')
  const known = project.subprojects.filter(one => path === undefined || one.path === path)
  if (project.subprojects.length === 0) return { subproject: path ?? '', language: '', snapshot: null }
  const subproject = known.find(one => recipeNames(packs, one).includes(request.recipe)) ?? known[0]
  const names = project.subprojects.map(one => one.path || '.').join(', ')
  if (!subproject) throw new FarmError('invalid', `${project.name} has no subproject ${path}`, { field: 'subproject', hint: `It has ${names}.` })
  if (path === undefined && project.subprojects.length > 1) throw new FarmError('invalid', 'Which subproject?', { field: 'subproject', hint: `Name one of ${names}, or start a run.` })
  const recipes = recipeNames(packs, subproject)
  if (!recipes.includes(request.recipe)) throw new FarmError('invalid', `${subproject.path || project.name} has no recipe ${request.recipe}`, { field: 'recipe', hint: recipes.length ? `It has ${recipes.join(', ')}.` : `No language pack ${subproject.language} is loaded; write the recipe into the project.` })
  const own = Object.hasOwn(subproject.recipes, request.recipe) ? subproject.recipes[request.recipe] : undefined
  return { subproject: subproject.path, language: findPack(packs, subproject.language)?.name ?? subproject.language, snapshot: own ? projectRecipe(own, subproject.timeoutSecs) : null }
}

/** What a project itself says of a recipe; null: its pack's, or its repository's, at the commit. */
export function ownRecipe(project: Project | undefined, { subproject, language, recipe }: { subproject: string; language: string; recipe: string }): RecipeSnapshot | null {
  const one = project?.subprojects.find(known => known.path === subproject && (language === '' || known.language === language)) ?? project?.subprojects.find(known => known.path === subproject)
  const own = one && Object.hasOwn(one.recipes, recipe) ? one.recipes[recipe] : undefined
  return own ? projectRecipe(own, one?.timeoutSecs) : null
}

/** Every recipe name that a subproject may have, the usual four first. */
export function recipeNames(packs: readonly LanguagePack[], subproject: Subproject): string[] {
  const pack = findPack(packs, subproject.language)
  const names = new Set([...Object.keys(subproject.recipes), ...pack?.recipes.map(one => one.name) ?? []])
  return [...recipeOrder.filter(name => names.has(name)), ...[...names].filter(name => !recipeOrder.includes(name))]
}

/** Directories that hold a pack's markers. Dependencies and test data of others are not searched. */
export function detect(packs: readonly LanguagePack[], { root, files }: Checkout, languages: readonly string[] = []): Subproject[] {
  const wanted = new Set(languages.map(name => languageName(packs, name)))
  const candidates = files.filter(file => !isForeign(file) && !file.split('/').slice(0, -1).some(name => samples.has(name)))
  return packs
    .filter(pack => wanted.size === 0 || wanted.has(pack.name))
    .flatMap(pack => directoriesOf(pack, candidates, { root, files }).map(path => ({ path, language: pack.name, recipes: {} })))
    .toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
}

function directoriesOf(pack: LanguagePack, files: readonly string[], checkout: Checkout): string[] {
  if (pack.markers.length === 0 && !pack.claimsLoose) return []
  const isMarker = nameMatcher(pack.markers)
  const found = new Set<string>()
  let loose = false
  for (const file of files) {
    const slash = file.lastIndexOf('/')
    if (isMarker(file.slice(slash + 1))) found.add(slash < 0 ? '' : file.slice(0, slash))
    else loose ||= pack.extensions.some(extension => file.endsWith(extension))
  }
  if (found.size === 0) return pack.claimsLoose && (loose || hasScripts(pack, files, checkout.root)) ? [''] : []
  const all = [...found].toSorted()
  const { nested = 'own' } = pack
  if (nested === 'own') return all
  const isPart = (path: string) => nested === 'part' || nested(treeOf(checkout.root, checkout.files, path)) === 'part'
  return all.filter(path => !(all.some(outer => outer !== path && (outer === '' || path.startsWith(`${outer}/`))) && isPart(path)))
}

/** Scripts that the tools of other languages put into a repository. */
const generated = new Set(['configure', 'config.guess', 'config.sub', 'gradlew', 'mvnw', 'missing', 'depcomp', 'compile', 'install-sh', 'mkinstalldirs', 'ylwrap', 'test-driver', 'libtool', 'ar-lib'])
const maxLooked = 500

/** Whether a file without an extension says in its first line that it is of the language. Those near the top are looked at first. */
function hasScripts(pack: LanguagePack, files: readonly string[], root: string): boolean {
  if (!pack.interpreters?.length) return false
  const wanted = new Set(pack.interpreters)
  const depth = (path: string) => path.split('/').length
  return files
    .filter(path => !path.includes('.') && !generated.has(path.slice(path.lastIndexOf('/') + 1)))
    .toSorted((a, b) => depth(a) - depth(b)).slice(0, maxLooked)
    .some(path => wanted.has(interpreterOf(root, path) ?? ''))
}

/** Markers are names with at most `*` in them. */
function nameMatcher(markers: readonly string[]): (name: string) => boolean {
  const plain = new Set(markers.filter(marker => !marker.includes('*')))
  const ends = markers.filter(marker => marker.includes('*')).map(marker => marker.split('*'))
  return name => plain.has(name) || ends.some(([head = '', tail = '']) => name.length >= head.length + tail.length && name.startsWith(head) && name.endsWith(tail))
}

function snapshotOf(recipe: PackRecipe, tree: Tree, timeoutSecs: number | undefined): RecipeSnapshot {
  const setup = typeof recipe.setup === 'function' ? recipe.setup(tree) : recipe.setup
  return {
    source: recipe.title,
    ...(setup ? { setup } : {}),
    run: typeof recipe.run === 'function' ? recipe.run(tree) : recipe.run,
    timeoutSecs: timeoutSecs ?? recipe.timeoutSecs ?? defaultTimeoutSecs,
    network: recipe.network ?? true,
    needs: recipe.needs ?? [],
  }
}

/** The pack of that name or alias. */
export function findPack(packs: readonly LanguagePack[], language: string): LanguagePack | undefined {
  return packs.find(pack => pack.name === language || pack.aliases?.includes(language))
}

/** The pack's name for an alias; a language without a pack keeps its own. */
export function languageName(packs: readonly LanguagePack[], language: string): string {
  return findPack(packs, language)?.name ?? language
}
