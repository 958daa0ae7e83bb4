import { RE2JS } from 're2js'

/**
 * Whether a branch is one that some globs name. Both are other people's, and a dozen stars keep a matcher that tries every way at work for years: RE2
 * takes as long as the name is.
 */
export function isOneOf(branch: string, globs: readonly string[]): boolean {
  return globs.some(glob => glob.startsWith('!') ? !isNamed(branch, glob.slice(1)) : isNamed(branch, glob))
}

function isNamed(branch: string, glob: string): boolean {
  try {
    return RE2JS.compile(expressionOf(glob)).matches(branch)
  } catch { /* no glob: braces without an end, a range backwards */ }
  return branch === glob
}

const part = /\\(?<plain>.)|(?<above>(?<=^|\/)\*\*\/)|(?<below>\/\*\*$)|(?<all>^\*\*$)|(?<stars>\*+)|(?<one>\?)|\[(?<not>[!^]?)(?<set>[^\]/]+)\]|(?<mark>[{},])|(?<other>[^\w/-])/gu

/** `*` and `?` stay between slashes, `**` goes beyond them; `[a-z]`, `{a,b}`, and `\` before what stands for itself. */
function expressionOf(glob: string): string {
  let open = 0
  return glob.replaceAll(part, (...found) => {
    const { plain, above, below, all, stars, one, not, set, mark, other } = found.at(-1) as Record<string, string | undefined>
    if (above) return '(?:.*/)?'
    if (below) return '(?:/.*)?'
    if (all) return '.*'
    if (stars) return '[^/]*'
    if (one) return '[^/]'
    if (set) return `[${not ? '^' : ''}${set.replaceAll(/[[\]\\^]/g, '\\$&')}]`
    if (mark === '{') {
      open++
      return '(?:'
    }
    if (mark === '}') {
      open--
      return ')'
    }
    if (mark === ',') return open > 0 ? '|' : ','
    return RE2JS.quote(plain ?? other ?? '')
  })
}
