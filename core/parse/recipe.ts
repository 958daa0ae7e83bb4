import type { Tree } from '../contract.ts'

/** `when` of a recipe: any of the globs exists. */
export function has(...globs: string[]): (tree: Tree) => boolean {
  return tree => globs.some(glob => tree.has(glob))
}

/** One word for /bin/sh, quoted where it needs to be. */
export function quote(word: string): string {
  return /^[\w%+,./:=@^-]+$/.test(word) ? word : `'${word.replaceAll(`'`, `'\\''`)}'`
}
