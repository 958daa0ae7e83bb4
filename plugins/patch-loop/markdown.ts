import { cleaned } from './prompt.ts'
import { shown } from './text.ts'

/**
 * Text of others as a code span: neither forge looks for markup, HTML, people, issues or links in one. On one line, without what looks like
 * a secret, of `most` characters at most.
 */
export function code(text: string, most: number): string {
  const plain = shown(cleaned(text), most)
  if (plain === '') return '(nothing)'
  const longest = Math.max(0, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length))
  const fence = '`'.repeat(longest + 1)
  return longest > 0 ? `${fence} ${plain} ${fence}` : `${fence}${plain}${fence}`
}

/** Text of others where there is no markup, as in titles and commit messages: it calls nobody, closes no issue and links nowhere. */
export function inert(text: string, most: number): string {
  return shown(cleaned(text).replaceAll(/([@#!])(?=\w)/g, '$1 ').replaceAll(/\bGH-(?=\d)/gi, 'GH ').replaceAll('://', ': //'), most)
}
