import { get, list, literally, quote, str } from '../../core/parse/index.ts'
import type { PackRecipe, RecipeName, Tree } from '../../core/contract.ts'
import { denoRecipes } from './deno-recipes.ts'
import { linters, lintCommands } from './linters.ts'
import { dependsOn, hasDependencies, homeOf, managerOf, managers, yarnGeneration, type Manager } from './managers.ts'
import { nodePin } from './pins.ts'
import { inMembers, membersWith } from './workspace.ts'

const placeholder = /no test specified/
const nodeTests = ['**/*{.,-,_}test.{js,mjs,cjs}', '**/test-*.{js,mjs,cjs}', '**/test.{js,mjs,cjs}', '**/test/**/*.{js,mjs,cjs}']

/**
 * A project's own scripts come first, in its own manager's words; then what its configuration says;
 * then nothing. A user's scripts are run as they are: their text is parsed.
 */
export const recipes: readonly PackRecipe[] = [...managers.flatMap(recipesOf), ...denoRecipes]

function recipesOf(manager: Manager): readonly PackRecipe[] {
  const mine = (tree: Tree) => isPackage(tree) && managerOf(tree) === manager.title
  const recipe = (name: RecipeName, title: string, when: (tree: Tree) => boolean, run: (tree: Tree) => string, again?: NonNullable<PackRecipe['rerun']>): PackRecipe => ({
    name,
    title,
    when: tree => mine(tree) && when(tree),
    setup: tree => (hasDependencies(tree) ? setup(manager, tree) : undefined),
    run: tree => shell(prepare(manager, tree), run(tree)),
    ...(again ? { rerun: (tree, tests) => {
      const command = again(tree, tests)
      return command === undefined ? undefined : shell(prepare(manager, tree), command)
    } } : {}),
    needs: manager.needs,
  })
  const script = (name: RecipeName) => recipe(name, `${manager.title} run ${name}`, tree => hasScript(tree, name), () => manager.run(name), name === 'test' ? scriptAgain(manager) : undefined)
  const members = (name: RecipeName) =>
    recipe(name, `${manager.title} run ${name} in each package`, tree => membersWith(tree, name).length > 0, tree => inMembers(membersWith(tree, name), manager.run(name)))
  return [
    script('build'),
    members('build'),
    recipe('build', `tsc, ${manager.title}`, tree => tree.has('tsconfig.json') && compiler(tree) !== undefined, tree => compiler(tree) ?? ''),
    { ...recipe('build', `tsc of the machine, ${manager.title}`, tree => tree.has('tsconfig.json'), () => 'tsc --noEmit'), needs: [...manager.needs, 'tsc'] },
    script('test'),
    members('test'),
    ...(manager.title === 'bun'
      ? [recipe('test', 'bun test', tree => tree.has('**/*{.,_}{test,spec}.{js,jsx,ts,tsx}'), () => 'bun test')]
      : [recipe('test', `node --test, ${manager.title}`, tree => nodeTests.some(glob => tree.has(glob)), nodeTest, nodeTestAgain)]),
    script('lint'),
    members('lint'),
    recipe('lint', `${linters.join(', ')}; ${manager.title}`, tree => lintCommands(tree).length > 0, tree => every(lintCommands(tree))),
    audit(manager, mine),
  ]
}

/** An inner package.json that neither runs nor needs anything only sets a directory's module type, or is somebody's fixture. */
function isPackage(tree: Tree): boolean {
  const manifest = tree.json('package.json')
  if (typeof manifest !== 'object' || manifest === null) return false
  if (get(manifest, 'scripts') !== undefined || hasDependencies(tree)) return true
  for (let above = tree.parent; above; above = above.parent) if (above.has('package.json')) return false
  return true
}

function hasScript(tree: Tree, name: string): boolean {
  const text = str(tree.json('package.json'), 'scripts', name)
  return text !== undefined && !placeholder.test(text)
}

function compiler(tree: Tree): string | undefined {
  const program = ['vue-tsc', 'typescript'].find(name => dependsOn(tree, name) !== undefined)
  if (program === undefined) return undefined
  const name = program === 'typescript' ? 'tsc' : program
  // A solution file compiles nothing itself, it only names projects.
  return list(tree.json('tsconfig.json'), 'references').length > 0 ? `${name} --build` : `${name} --noEmit`
}

/** Text for people, and a report that has the passed tests too. */
function nodeTest(tree: Tree): string {
  const loader = dependsOn(tree, 'tsx') === undefined ? '' : ' --import tsx'
  return `node${loader} --test --test-reporter=spec --test-reporter-destination=stdout --test-reporter=junit --test-reporter-destination="$CRAFTING_REPORTS/node-test.xml"`
}

/** By their own names; what is around them runs too. */
function nodeTestAgain(tree: Tree, tests: readonly { test: string }[]): string {
  return `${nodeTest(tree)} ${tests.map(one => `--test-name-pattern ${quote(`^${literally(one.test.split(' > ').at(-1) ?? '')}$`)}`).join(' ')}`
}

/** A script that is nothing but a call of Jest or Vitest takes a pattern of full names; a file that failed as a whole has none. */
function scriptAgain(manager: Manager): NonNullable<PackRecipe['rerun']> {
  return (tree, tests) => {
    if (!/^(?:jest|vitest)(?: [\w./=:@ -]*)?$/.test(str(tree.json('package.json'), 'scripts', 'test') ?? '')) return undefined
    const names = tests.map(one => one.test.split(/ [>›] /).join(' '))
    if (names.some(name => /\.[cm]?[jt]sx?$/.test(name))) return undefined
    return `${manager.run('test')}${manager.title === 'npm' ? ' --' : ''} -t ${quote(`^(?:${names.map(literally).join('|')})$`)}`
  }
}

/** The report is for the parsers; for people the log has the manager's count, or its complaint. */
function audit(manager: Manager, mine: (tree: Tree) => boolean): PackRecipe {
  return {
    name: 'audit',
    title: `${manager.title} audit`,
    when: tree => mine(tree) && manager.lockfiles.some(name => tree.has(name)),
    run: tree => shell(
      prepare(manager, tree),
      `report="$CRAFTING_REPORTS/${manager.title.replaceAll(' ', '')}-audit.json"`,
      `${manager.audit} > "$report"; status=$?`,
      // A client that reaches no service says so in JSON too, with the status of one that found something.
      `if [ "$status" -ne 0 ] && ! grep -qE '"(vulnerabilities|advisories|vulnerable_versions|auditSummary|children)"' "$report"; then
  cat "$report"
  reason=$(sed -n 's/^ *"message": *"\\(.*\\)",*$/\\1/p' "$report" | head -n 1)
  echo "the advisory service gave no report, nothing was audited\${reason:+: $reason}"
  exit "$status"
fi`,
      'echo "audit ended with status $status"; exit $status',
    ),
    needs: manager.needs,
  }
}

function setup(manager: Manager, tree: Tree): string {
  const home = homeOf(tree)
  const frozen = manager.lockfiles.some(name => home.tree.has(name))
  const above = home.up > 0 ? `cd ${'../'.repeat(home.up)}` : ''
  return shell(prepare(manager, tree), above, manager.install(frozen))
}

const managerFor = (tree: Tree) => managers.find(one => one.title === managerOf(tree))

/** What a command needs in front of it, and what must be installed before, by the project's own manager. */
export const prepareFor = (tree: Tree): string => {
  const manager = managerFor(tree)
  return manager ? prepare(manager, tree) : ''
}
export const setupFor = (tree: Tree): string | undefined => {
  const manager = managerFor(tree)
  return manager && hasDependencies(tree) ? setup(manager, tree) : undefined
}

/** Puts the right Node, the manager and the local programs on the PATH. */
function prepare(manager: Manager, tree: Tree): string {
  const home = homeOf(tree)
  const bins = Array.from({ length: home.up + 1 }, (_, level) => `$PWD/${'../'.repeat(level)}node_modules/.bin`)
  return shell(
    nodePin(tree, home.tree),
    manager.corepack ? corepack(manager.corepack, home.tree) : '',
    `PATH="${bins.join(':')}:$PATH"`,
  )
}

/**
 * Corepack brings the version that the project declares; a global program would refuse, or be another. Where none is declared the
 * machine's own will do, except that Yarn's lockfile tells which of its generations wrote it. From the registry that npm is
 * configured for: by itself corepack asks a host of Yarn's own.
 */
function corepack(name: string, home: Tree): string {
  const declared = str(home.json('package.json'), 'packageManager') !== undefined
  const generation = declared || name !== 'yarn' ? undefined : yarnGeneration(home)
  const wanted = declared || generation ? '' : `command -v ${name} >/dev/null 2>&1 || `
  const shim = generation
    ? `printf '#!/bin/sh\\nexec corepack yarn@${generation} "$@"\\n' > "$HOME/bin/yarn" && chmod +x "$HOME/bin/yarn"`
    : `corepack enable --install-directory "$HOME/bin" ${name}`
  return `${wanted}if command -v corepack >/dev/null 2>&1; then
  export COREPACK_ENABLE_DOWNLOAD_PROMPT=0 COREPACK_ENABLE_AUTO_PIN=0 COREPACK_NPM_REGISTRY="\${COREPACK_NPM_REGISTRY:-$(npm config get registry)}"
  COREPACK_NPM_REGISTRY="\${COREPACK_NPM_REGISTRY%/}"
  mkdir -p "$HOME/bin" && ${shim}
  if "$HOME/bin/${name}" --version >"$TMPDIR/corepack.log" 2>&1 || ! command -v ${name} >/dev/null 2>&1; then PATH="$HOME/bin:$PATH"
  else grep -m 1 Error "$TMPDIR/corepack.log"; echo "Corepack did not bring the ${name} that the project asks for: ${name} of the machine runs."; fi
fi`
}

/** All of them, and a failure if one of them fails. */
function every(commands: readonly string[]): string {
  return commands.length === 1 ? commands[0] ?? '' : ['status=0', ...commands.map(command => `${command} || status=$?`), 'exit $status'].join('\n')
}

function shell(...lines: readonly string[]): string {
  return lines.filter(Boolean).join('\n')
}
