import type { Fixer, PackRecipe, Tree } from '../../core/contract.ts'
import { quote } from '../../core/parse/index.ts'
import { gosec, govulncheck } from './audit.ts'
import { lintCommands, vetCommands } from './lint.ts'
import { hasTests, isModule, isOwn, lintersOf, patternsOf, testFlags, testTarget } from './project.ts'
import { all, goTest, prelude } from './shell.ts'

const uses = (...linters: string[]) => (tree: Tree) => lintersOf(tree).join() === linters.join()

const lint = (needs: readonly string[]): PackRecipe => ({
  name: 'lint', title: needs.join(', '), needs: ['go', ...needs],
  when: uses(...needs),
  run: tree => all(tree, lintCommands(tree)),
})

/** With their packages; of subtests, the whole test. */
function again(tree: Tree, tests: Parameters<NonNullable<PackRecipe['rerun']>>[1]): string | undefined {
  const found = tests.map(({ test }) => /^(?<place>\S+?)\.(?<name>(?:Test|Example|Fuzz)\w*)(?:\/.*)?$/s.exec(test)?.groups)
  if (found.some(one => one === undefined)) return undefined
  const all = (key: 'place' | 'name') => [...new Set(found.map(one => one?.[key] ?? ''))]
  return goTest(tree, [...testFlags(tree), '-count=1', '-run', `^(${all('name').join('|')})$`], all('place'))
}

const chosen: readonly PackRecipe[] = [
  {
    name: 'build', title: 'go build', needs: ['go'], timeoutSecs: 1200,
    when: () => true,
    run: tree => `${prelude(tree)}\ngo build -o /dev/null ${patternsOf(tree).map(quote).join(' ')}`,
  },

  {
    name: 'test', title: 'go test', needs: ['go'], timeoutSecs: 1800,
    when: tree => isModule(tree) && hasTests(tree),
    run: tree => goTest(tree, testFlags(tree), patternsOf(tree)),
    rerun: (tree, tests) => again(tree, tests),
  },
  {
    name: 'test', title: 'make test', needs: ['go', 'make'], timeoutSecs: 1800,
    when: tree => testTarget(tree) !== undefined,
    run: tree => `${prelude(tree)}\nmake ${testTarget(tree) ?? 'test'}`,
  },
  {
    name: 'test', title: 'go test, below a GOPATH', needs: ['go'], timeoutSecs: 1800,
    when: hasTests,
    run: tree => goTest(tree, testFlags(tree), patternsOf(tree)),
  },

  ...[['golangci-lint'], ['golangci-lint', 'staticcheck'], ['golangci-lint', 'revive'], ['golangci-lint', 'staticcheck', 'revive'], ['staticcheck'], ['staticcheck', 'revive'], ['revive']].map(lint),
  {
    name: 'lint', title: 'go vet, gofmt', needs: ['go'],
    when: () => true,
    run: tree => all(tree, vetCommands(tree)),
  },

  {
    name: 'audit', title: 'govulncheck', needs: ['go', 'govulncheck'], timeoutSecs: 1200,
    when: isModule,
    run: tree => all(tree, [govulncheck(tree), ...gosec(tree)]),
  },
]

export const recipes: readonly PackRecipe[] = chosen.map(recipe => ({ ...recipe, when: tree => isOwn(tree) && recipe.when(tree) }))

const named = (files: readonly string[]) => files.filter(file => file.endsWith('.go')).map(file => quote(`./${file}`)).join(' ')
const formatters = new Set(['gofmt', 'goimports', 'gofumpt', 'gci', 'golines', 'swaggo'])

export const fixers: readonly Fixer[] = [
  { tool: 'gofmt', kind: 'format', needs: ['go'], run: ({ files }) => files.length === 0 ? 'gofmt -w .' : named(files) ? `gofmt -w ${named(files)}` : undefined },
  {
    tool: 'golangci-lint', needs: ['go', 'golangci-lint'], network: true,
    run({ rules, files }) {
      const linters = rules.filter(rule => /^[a-z][\w-]*$/.test(rule) && rule !== 'typecheck' && !formatters.has(rule))
      if (rules.length > 0 && linters.length === 0) return undefined
      const packages = [...new Set(files.map(file => file.includes('/') ? `./${file.slice(0, file.lastIndexOf('/'))}` : '.'))]
      const where = (packages.length ? packages : ['./...']).map(quote).join(' ')
      const only = linters.length === 0 ? '' : ` --enable-only=${linters.join(',')}`
      const old = linters.length === 0 ? '' : ` --disable-all --enable=${linters.join(',')}`
      return `case $(golangci-lint version 2>/dev/null) in *' 1.'*|*' v1.'*) golangci-lint run --fix${old} ${where} ;; *) golangci-lint run --fix${only} ${where} ;; esac`
    },
  },
  {
    // Formatters are golangci-lint's own command since version 2.
    tool: 'golangci-lint', kind: 'format', needs: ['go', 'golangci-lint'],
    run({ rules, files }) {
      const wanted = rules.filter(rule => formatters.has(rule))
      if (rules.length > 0 && wanted.length === 0) return undefined
      return `golangci-lint fmt${wanted.map(rule => ` -E ${rule}`).join('')}${files.length ? ` ${named(files)}` : ''}`
    },
  },
  {
    tool: 'govulncheck', kind: 'audit', needs: ['go'], network: true,
    run({ packages }) {
      // The standard library is raised with Go itself, which a module does not choose.
      const raised = packages.filter(one => one.fixed && one.name !== 'stdlib' && one.name !== 'toolchain' && /^[\w./~-]+$/.test(one.name))
      if (raised.length === 0) return undefined
      return [...raised.map(one => `go get ${quote(`${one.name}@${one.fixed?.startsWith('v') ? one.fixed : `v${one.fixed}`}`)}`), 'go mod tidy', 'if [ -d vendor ]; then go mod vendor; fi'].join(' && ')
    },
  },
]
