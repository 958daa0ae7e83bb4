import { linePattern, mark, marks } from '../../core/parse/index.ts'

/** errcheck: the place, a tab, the call whose error nobody looks at; with -verbose the function before it. */
export const errcheck = linePattern({
  tool: 'errcheck', kind: 'lint', level: 'warning',
  might: text => (marks(text) & mark.colonDigit) !== 0 && text.includes('.go:'),
  match: /^(?<file>(?:[A-Za-z]:[\\/])?[^\s:]+\.go):(?<line>\d{1,9}):(?<column>\d{1,9}):?\t(?:(?<function>\S+)\t)?(?<call>\S.*)$/,
  map: (finding, { call }) => ({ ...finding, rule: 'errcheck', message: `Error return value is not checked: ${call?.trim()}` }),
})
