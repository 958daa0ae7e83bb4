import type { Tree } from '../contract.ts'

/** `when` of a recipe: any of the globs exists. */
export function has(...globs: string[]): (tree: Tree) => boolean {
  return tree => globs.some(glob => tree.has(glob))
}

/** A text as a regular expression that matches it and nothing else, in every dialect that knows backslashes. */
export function literally(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/#-]/g, '\\$&')
}

/** One word for /bin/sh, quoted where it needs to be. */
export function quote(word: string): string {
  return /^[\w%+,./:=@^-]+$/.test(word) ? word : `'${word.replaceAll(`'`, `'\\''`)}'`
}
