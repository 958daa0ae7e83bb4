import { diffParser } from './diff.ts'

/** `shellcheck -f diff`: git's form, but without git's own lines before it, which mark a diff that says nothing of faults. */
export const shellcheckDiff = diffParser({
  tool: 'shellcheck',
  kind: 'lint',
  message: 'shellcheck proposes a change',
  header: /^--- a\/(?<file>.*\S)$/,
  foreign: /^(?:diff |index |(?:new|deleted) file mode |similarity )/,
})
