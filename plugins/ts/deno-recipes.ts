import { get, list } from '../../core/parse/index.ts'
import type { PackRecipe, RecipeName, Tree } from '../../core/contract.ts'

const sources = '**/*.{ts,tsx,js,jsx,mjs,mts}'
const tests = '**/*{.,_}test.{ts,tsx,js,jsx,mjs,mts}'

/** For projects with a Deno configuration and no package.json: their tasks, else Deno's own commands. */
export const denoRecipes: readonly PackRecipe[] = [
  ...(['build', 'test', 'lint'] as const).map(task),
  { name: 'build', title: 'deno check', when: tree => isDeno(tree) && tree.has(sources), run: 'deno check .', needs: ['deno'] },
  { name: 'test', title: 'deno test', when: tree => isDeno(tree) && tree.has(tests), run: 'deno test --allow-all', needs: ['deno'] },
  { name: 'lint', title: 'deno lint', when: tree => isDeno(tree) && tree.has(sources), run: 'deno lint', needs: ['deno'] },
]

function task(name: RecipeName): PackRecipe {
  return {
    name, title: `deno task ${name}`, needs: ['deno'], run: `deno task ${name}`,
    when: tree => isDeno(tree) && get(configuration(tree), 'tasks', name) !== undefined,
  }
}

function isDeno(tree: Tree): boolean {
  return tree.has('deno.json{,c}') && !tree.has('package.json')
}

function configuration(tree: Tree): unknown {
  return tree.json('deno.json') ?? tree.json('deno.jsonc')
}

/** Deno's own commands, called at a workspace's root, take every member. */
export function isDenoMember(tree: Tree): boolean {
  const own = tree.read('deno.json') ?? tree.read('deno.jsonc')
  if (own === undefined || !isDeno(tree)) return false
  for (let above = tree.parent; above; above = above.parent) {
    const outer = above
    if (isDeno(outer) && membersIn(outer).some(path => outer.read(path) === own)) return true
  }
  return false
}

function membersIn(root: Tree): readonly string[] {
  const field = get(configuration(root), 'workspace')
  const globs = [...list(field), ...list(field, 'members')].filter(glob => typeof glob === 'string')
  return globs.flatMap(glob => root.find(`${glob.replace(/^\.\//, '').replace(/\/$/, '')}/deno.json{,c}`))
}
