import { entries, get } from '../../core/parse/index.ts'
import type { Tree } from '../../core/contract.ts'
import { dependsOn, homeOf, managerOf } from './managers.ts'

interface Linter {
  program: string
  package: string
  /** Its configuration files, or its field in package.json. */
  files: readonly string[]
  field?: string
  command(tree: Tree): string
}

const known: readonly Linter[] = [
  {
    program: 'eslint', package: 'eslint', field: 'eslintConfig',
    files: ['eslint.config.{js,mjs,cjs,ts,mts,cts}', '.eslintrc', '.eslintrc.{js,cjs,json,yml,yaml}'],
    // The older configuration looks at .js only, unless told.
    command: tree => called(tree, 'eslint') ?? (tree.has('.eslintrc*') && !tree.has('eslint.config.*') ? 'eslint --ext .js,.jsx,.mjs,.cjs,.ts,.tsx .' : 'eslint .'),
  },
  {
    program: 'biome', package: '@biomejs/biome', files: ['biome.json', 'biome.jsonc'],
    command: tree => `biome check --max-diagnostics=${/^\D*1\./.test(dependsOn(tree, '@biomejs/biome') ?? '') ? '200' : 'none'} .`,
  },
  { program: 'oxlint', package: 'oxlint', files: ['.oxlintrc.json', 'oxlint.json', 'oxlint.config.ts'], command: () => 'oxlint' },
  {
    program: 'stylelint', package: 'stylelint', field: 'stylelint', files: ['.stylelintrc', '.stylelintrc.*', 'stylelint.config.*'],
    command: tree => called(tree, 'stylelint') ?? `stylelint --allow-empty-input '**/*.{css,scss,sass,less}'`,
  },
  {
    program: 'prettier', package: 'prettier', field: 'prettier', files: ['.prettierrc', '.prettierrc.*', 'prettier.config.*'],
    command: () => 'prettier --check .',
  },
]

/** What a script of the project's own calls the linter with, which knows better what is source: a call that changes nothing and is no part of a pipe. */
function called(tree: Tree, program: string): string | undefined {
  return entries(tree.json('package.json'), 'scripts').flatMap(([, text]) => (typeof text === 'string' ? text.split('&&') : [])).map(call => call.trim())
    .find(call => call.startsWith(`${program} `) && !/ --(?:fix|init|stdin|version|help|print-config|watch)\b|[|;&<>$`\n]/.test(call))
}

export const linters: readonly string[] = known.map(one => one.program)

/** One command for each linter that the project (or its workspace) both configures and depends on. */
export function lintCommands(tree: Tree): readonly string[] {
  const home = homeOf(tree).tree
  const configured = (linter: Linter, where: Tree) =>
    linter.files.some(name => where.has(name)) || (linter.field !== undefined && get(where.json('package.json'), linter.field) !== undefined)
  // Yarn's plug'n'play has no directory of programs.
  const prefix = managerOf(tree) === 'yarn' ? 'yarn run ' : ''
  return known
    .filter(linter => dependsOn(tree, linter.package) !== undefined && (configured(linter, tree) || configured(linter, home)))
    .map(linter => prefix + linter.command(tree))
}
