import type { Tree } from '../../core/contract.ts'

/** What the files of a Go project say of it. */

export function isModule(tree: Tree): boolean {
  return tree.has('go.mod') || tree.has('go.work')
}

/** The directories that go.work names, without `./`: `.`, `api`, `tools/gen`. */
export function membersOf(tree: Tree): readonly string[] {
  const text = (tree.read('go.work') ?? '').replace(/\/\/.*$/gm, '')
  const block = [...text.matchAll(/^use\s*\((?<body>[^)]*)\)/gm)].flatMap(match => (match.groups?.body ?? '').split('\n'))
  const single = [...text.matchAll(/^use\s+(?<path>[^\s(]+)\s*$/gm)].map(match => match.groups?.path ?? '')
  return [...new Set([...block, ...single].map(path => path.trim().replace(/^"(.*)"$/, '$1').replace(/^\.\/(?=.)/, '').replace(/\/$/, '')).filter(path => path !== ''))]
    .filter(path => !path.startsWith('..') && (path === '.' ? tree.has('go.mod') : tree.has(`${path}/go.mod`)))
}

/** What `go build` is asked for: everything, of all modules of a workspace. */
export function patternsOf(tree: Tree): readonly string[] {
  const members = membersOf(tree)
  return members.length === 0 ? ['./...'] : members.map(path => path === '.' ? './...' : `./${path}/...`)
}

/**
 * A module that a go.work above it names is looked after there. What lies under testdata, or in a directory that go passes over, is somebody's fixture.
 * A tree does not know its own name: it is known by its go.mod.
 */
export function isOwn(tree: Tree): boolean {
  const own = tree.read('go.mod')
  for (let above = tree.parent; above; above = above.parent) {
    const outer = above
    if (own === undefined) {
      if (isModule(outer)) return false
      continue
    }
    if (outer.has('go.work') && membersOf(outer).some(path => outer.read(path === '.' ? 'go.mod' : `${path}/go.mod`) === own)) return false
    if (outer.find('**/{testdata,_*}/**/go.mod').some(path => outer.read(path) === own)) return false
  }
  return own !== undefined || tree.has('go.work') || tree.has('**/*.go')
}

export function hasTests(tree: Tree): boolean { return tree.has('**/*_test.go') }

const callers = ['Makefile', 'GNUmakefile', 'makefile', 'Taskfile.yml', 'Taskfile.yaml', 'justfile', 'magefile.go', '.pre-commit-config.yaml', '.github/workflows/*.yml', '.github/workflows/*.yaml', '.gitlab-ci.yml', 'scripts/*.sh', 'script/*', 'hack/*.sh', 'ci/*.sh']

/** Lines of the project's own build files that match. */
export function callsOf(tree: Tree, pattern: RegExp): readonly string[] {
  return callers.flatMap(glob => tree.find(glob)).flatMap(path => (tree.read(path) ?? '').split('\n').filter(line => pattern.test(line)))
}

export function calls(tree: Tree, pattern: RegExp): boolean { return callsOf(tree, pattern).length > 0 }

/** The first Makefile's target for tests, if it has one. */
export function testTarget(tree: Tree): string | undefined {
  const text = ['GNUmakefile', 'makefile', 'Makefile'].map(name => tree.read(name)).find(found => found !== undefined) ?? ''
  return ['test', 'check', 'tests', 'unit-test'].find(name => new RegExp(`^${name}\\s*:(?!=)`, 'm').test(text))
}

/** What the project itself adds to `go test ./...`; more than these is for its integration tests. */
export function testFlags(tree: Tree): readonly string[] {
  const line = callsOf(tree, /\bgo test\b.*\.\/\.\.\./)[0] ?? ''
  const timeout = /\s--?timeout[ =](?<most>\d[\w.]*)/.exec(line)?.groups?.most
  return [...['-race', '-short'].filter(flag => new RegExp(`\\s${flag}(?:\\s|=true|$)`).test(line)), ...(timeout === undefined ? [] : [`-timeout=${timeout}`])]
}

export const golangciConfigs = ['.golangci.yml', '.golangci.yaml', '.golangci.toml', '.golangci.json'] as const

/** golangci-lint's configuration: the module's own, or the nearest above it in the repository, as golangci-lint itself looks for it. */
export function golangciConfig(tree: Tree): { path: string; text: string } | undefined {
  let up = ''
  for (let here: Tree | undefined = tree; here; here = here.parent) {
    const outer = here
    const name = golangciConfigs.find(one => outer.has(one))
    if (name) return { path: up + name, text: outer.read(name) ?? '' }
    up += '../'
  }
  return undefined
}

/** Linters that the project configures, or calls itself. */
export function lintersOf(tree: Tree): readonly ('golangci-lint' | 'staticcheck' | 'revive')[] {
  return (['golangci-lint', 'staticcheck', 'revive'] as const).filter(name => {
    if (name === 'golangci-lint') return golangciConfig(tree) !== undefined
    if (name === 'staticcheck') return tree.has('staticcheck.conf') || golangciConfig(tree) === undefined && calls(tree, /\bstaticcheck\s+(?:-\S+\s+)*\.\//)
    return tree.has('revive.toml') || tree.has('.revive.toml')
  })
}

/** Tests outside of a package, and examples, import it by its path. */
function importedByTests(tree: Tree): string | undefined {
  const texts = tree.find('*_test.go').slice(0, 20).map(path => tree.read(path) ?? '')
  return texts.map(text => {
    const name = /^package (?<name>\w+)_test$/m.exec(text)?.groups?.name
    return name === undefined ? undefined : new RegExp(`^\\s*(?:import )?"(?<path>[\\w-]+\\.[\\w./~-]+/${name}(?:\\.v\\d+)?)"$`, 'm').exec(text)?.groups?.path
  }).find(path => path !== undefined)
}

/** The import path of a tree from before modules: what its files say of themselves, else none. */
export function importPath(tree: Tree): string {
  const sources = tree.find('*.go').slice(0, 20).map(path => tree.read(path) ?? '')
  const said = sources.map(text => /^package \w+ \/[/*] import "(?<path>[\w./~-]+)"/m.exec(text)?.groups?.path).find(path => path !== undefined)
  const listed = /^package:\s*(?<path>[\w./~-]+)\s*$/m.exec(tree.read('glide.yaml') ?? '')?.groups?.path
    ?? /"(?:ImportPath|rootPath)"\s*:\s*"(?<path>[\w./~-]+)"/.exec((tree.read('Godeps/Godeps.json') ?? '') + (tree.read('vendor/vendor.json') ?? ''))?.groups?.path
  const path = said ?? listed ?? importedByTests(tree) ?? 'local/project'
  return path.split('/').includes('..') ? 'local/project' : path
}
