import { entries, get, list, str } from '../../core/parse/index.ts'
import type { Tree } from '../../core/contract.ts'

/** A package manager: how it is known, and its words for what every recipe needs. */
export interface Manager {
  /** For people. */
  title: string
  lockfiles: readonly string[]
  /** By the `packageManager` field, such as `pnpm@9.1.0`. */
  declared: RegExp
  needs: readonly string[]
  install(frozen: boolean): string
  run(script: string): string
  /** Writes JSON to stdout, exits with a status other than 0 when there are vulnerabilities. */
  audit: string
  /** Corepack's name, for managers that may be absent from the PATH. */
  corepack?: string
}

const yarn = { declared: /^yarn@/, needs: ['node'], corepack: 'yarn', run: (script: string) => `yarn run ${script}` }

export const managers: readonly Manager[] = [
  {
    title: 'pnpm', lockfiles: ['pnpm-lock.yaml'], declared: /^pnpm@/, needs: ['node'], corepack: 'pnpm',
    // That a dependency's build script did not run is no failure; whether it matters, the project's own commands will tell.
    install: frozen => `pnpm install --config.strict-dep-builds=false ${frozen ? '--frozen-lockfile' : '--no-frozen-lockfile'}`,
    run: script => `pnpm run ${script}`,
    audit: 'pnpm audit --json',
  },
  {
    ...yarn, title: 'yarn', lockfiles: ['yarn.lock'], declared: /^yarn@[^01]/,
    install: frozen => `yarn install ${frozen ? '--immutable' : '--no-immutable'}`,
    audit: 'yarn npm audit --all --recursive --json',
  },
  {
    ...yarn, title: 'yarn 1', lockfiles: ['yarn.lock'], declared: /^yarn@[01]/,
    // Two of them at once spoil the cache that they share.
    install: frozen => `yarn install --non-interactive --mutex "file:\${YARN_CACHE_FOLDER:-$HOME}/.mutex"${frozen ? ' --frozen-lockfile' : ''}`,
    audit: 'yarn audit --json',
  },
  {
    title: 'bun', lockfiles: ['bun.lock', 'bun.lockb'], declared: /^bun@/, needs: ['bun'],
    install: frozen => `bun install${frozen ? ' --frozen-lockfile' : ''}`,
    run: script => `bun run ${script}`,
    audit: 'bun audit --json',
  },
  {
    title: 'npm', lockfiles: ['package-lock.json', 'npm-shrinkwrap.json'], declared: /^npm@/, needs: ['node', 'npm'],
    install: frozen => `npm ${frozen ? 'ci' : 'install'} --no-audit --no-fund`,
    run: script => `npm run ${script}`,
    audit: 'npm audit --json',
  },
]

/** Where a package's dependencies are installed, and how many directories above it that is. */
export interface Home {
  tree: Tree
  up: number
}

/** The root of the workspace that the package is a member of, else the package itself. */
export function homeOf(tree: Tree): Home {
  let up = 0
  for (let above = tree.parent; above; above = above.parent) {
    up++
    if (memberGlobs(above).some(glob => isMember(above, glob, tree))) return { tree: above, up }
  }
  return { tree, up: 0 }
}

/** The package's manager: what it or its workspace declares, else what its lockfile says, else npm. */
export function managerOf(tree: Tree): string {
  const home = homeOf(tree).tree
  const declared = str(home.json('package.json'), 'packageManager') ?? str(tree.json('package.json'), 'packageManager') ?? ''
  const found = managers.find(one => one.declared.test(declared)) ?? managers.find(one => one.lockfiles.some(name => home.has(name)))
  if (found?.title === 'yarn' && !declared) return isBerry(home) ? 'yarn' : 'yarn 1'
  return found?.title ?? 'npm'
}

/** Yarn 1 and its successors share the lockfile's name, not its form. */
function isBerry(tree: Tree): boolean {
  return tree.has('.yarnrc.yml') || /^__metadata:/m.test(tree.read('yarn.lock') ?? '')
}

/** The major version of Yarn that wrote the lockfile; undefined for Yarn 1, and where the repository brings its own program. */
export function yarnGeneration(tree: Tree): number | undefined {
  if (!isBerry(tree) || /^yarnPath:/m.test(tree.read('.yarnrc.yml') ?? '')) return undefined
  const version = /^__metadata:\r?\n {2}version: (?<version>\d+)/m.exec(tree.read('yarn.lock') ?? '')?.groups?.version
  return version !== undefined && Number(version) < 8 ? 3 : 4
}

/** True when there is something to install: a package without dependencies runs at once. */
export function hasDependencies(tree: Tree): boolean {
  const home = homeOf(tree)
  return dependencies(tree).size > 0 || (home.up > 0 && dependencies(home.tree).size > 0) || memberGlobs(tree).length > 0
}

/** Names of the packages that package.json asks for, of its workspace's root too. */
export function dependsOn(tree: Tree, name: string): string | undefined {
  return dependencies(tree).get(name) ?? dependencies(homeOf(tree).tree).get(name)
}

function dependencies(tree: Tree): Map<string, string> {
  const manifest = tree.json('package.json')
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies']
  return new Map(kinds.flatMap(kind => entries(manifest, kind).map(([name, range]) => [name, String(range)] as const)))
}

export function memberGlobs(tree: Tree): readonly string[] {
  const field = get(tree.json('package.json'), 'workspaces')
  const named = [...list(field), ...list(field, 'packages')].filter(glob => typeof glob === 'string')
  return [...named, ...pnpmGlobs(tree.read('pnpm-workspace.yaml') ?? '')].filter(glob => !glob.startsWith('!'))
}

/** The list under `packages:`, which is all of the file that matters here. */
function pnpmGlobs(text: string): readonly string[] {
  const lines = text.split(/\r?\n/)
  const start = lines.findIndex(line => /^packages:\s*$/.test(line))
  if (start < 0) return []
  const end = lines.findIndex((line, index) => index > start && /^\S/.test(line) && !line.startsWith('-') && !line.startsWith('#'))
  return lines.slice(start + 1, end < 0 ? undefined : end)
    .map(line => /^\s*- +(?<glob>\S.*)$/.exec(line)?.groups?.glob?.replace(/^(['"])(?<bare>.*)\1$/, '$<bare>').trim() ?? '')
    .filter(Boolean)
}

/** A package deep among another's tests, which locks nothing, is what these tests look at. */
export function isSample(tree: Tree): boolean {
  if (managers.some(one => one.lockfiles.some(name => tree.has(name)))) return false
  for (let above = tree.parent; above; above = above.parent) {
    const outer = above
    if (outer.has('package.json') && ['test', 'tests', '__tests__', 'spec'].some(folder => isMember(outer, `${folder}/*/**`, tree))) return true
  }
  return false
}

/** A tree does not know its own name: the member is known by its manifest. */
function isMember(root: Tree, glob: string, tree: Tree): boolean {
  const manifest = tree.read('package.json')
  const pattern = `${glob.replace(/^\.\//, '').replace(/\/$/, '')}/package.json`
  return manifest !== undefined && root.find(pattern).some(path => root.read(path) === manifest)
}
