import { linePattern, mark, marks } from '../../core/parse/index.ts'

/** gometalinter, golangci-lint's forerunner: `file.go:5:2:warning: message (linter)`; the column may be missing. */
export const gometalinter = linePattern({
  tool: 'gometalinter', kind: 'lint',
  might: text => (marks(text) & mark.colonDigit) !== 0 && text.endsWith(')'),
  match: /^(?<file>(?:[A-Za-z]:[\\/])?[^\s:]+\.go):(?<line>\d{1,9}):(?<column>\d{0,9}):(?<level>error|warning): (?<message>\S.*) \((?<rule>[\w-]+)\)$/,
})
