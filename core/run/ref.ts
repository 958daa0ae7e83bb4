import { FarmError } from '../errors.ts'

/**
 * Throws `invalid` unless the text can be the name of a branch, a tag, any other ref, or a sha (git check-ref-format(1)),
 * and nothing else: no option, no pattern, no revision expression.
 */
export function checkRef(ref: string, field: string): void {
  const bad = ref === '' || ref.length > 1024 || ref === '@'
    || /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\//.test(ref)
    || /(?:^|\/)[.-]|\.lock(?:\/|$)|[/.]$|^\//.test(ref)
  if (bad) throw new FarmError('invalid', `${JSON.stringify(ref.slice(0, 100))} cannot be the name of a branch, a tag or a commit`, { field, hint: 'Give a branch, a tag or a sha.' })
}

/** The full names that a name may stand for, the likeliest first. */
export function refNames(name: string | undefined): string[] {
  if (name === undefined || name === 'HEAD') return ['HEAD']
  return name.startsWith('refs/') ? [name] : [`refs/heads/${name}`, `refs/tags/${name}`]
}
