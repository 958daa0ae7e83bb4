import { linePattern, marksPlace } from '../../core/parse/index.ts'

/** zsh, from `zsh -n` and from running scripts: `x.zsh:3: command not found: foo`. */
export const zsh = linePattern({
  tool: 'zsh',
  kind: 'build',
  might: marksPlace,
  match: /^(?<file>[^\s:][^:]*):(?:[\w-]+:)?(?<line>\d+): (?<message>(?:parse error|command not found: |no such file or directory: |permission denied: |bad substitution|unmatched |no matches found: |read-only variable: |bad math expression: |.*: parameter not set$).*)$/,
  level: 'error',
})
