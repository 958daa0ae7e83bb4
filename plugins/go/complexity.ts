import { linePattern } from '../../core/parse/index.ts'

/** gocyclo and gocognit: `15 package function file.go:10:1`. Both say the same; it is named after the older one. */
export const complexity = linePattern({
  tool: 'gocyclo', kind: 'lint', level: 'warning',
  might: text => {
    const c = text.charCodeAt(0)
    return c >= 48 && c <= 57 && text.includes('.go:')
  },
  match: /^(?<score>\d{1,6}) (?<package>\w+) (?<function>\S.{0,200}?) (?<file>(?:[A-Za-z]:[\\/])?[^\s:]+\.go):(?<line>\d{1,9}):(?<column>\d{1,9})$/,
  map: (finding, groups) => ({ ...finding, rule: 'gocyclo', message: `complexity ${groups.score} of ${groups.package}.${groups.function}` }),
})
