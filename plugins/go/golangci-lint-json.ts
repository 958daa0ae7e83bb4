import type { JsonParser } from '../../core/contract.ts'
import { num, position, str } from '../../core/parse/index.ts'
import { golangciFinding } from './golangci-lint.ts'

/** golangci-lint's JSON of versions 1 and 2 (pkg/result.Issue). */
export const golangciLintJson: JsonParser = {
  json: {
    is: head => /^\{\s*"Issues"\s*:\s*(?:null|\[\s*(?:\]|\{\s*"(?:FromLinter|Text|Severity|Pos)"))/.test(head) && /"FromLinter"|"Report"|"Linters"|^\{\s*"Issues"\s*:\s*(?:null|\[\s*\])\s*\}/.test(head),
    each: ['Issues[]'],
    read(issue, { emit }) {
      const linter = str(issue, 'FromLinter') ?? 'golangci-lint'
      const file = str(issue, 'Pos', 'Filename')
      const line = position(num(issue, 'Pos', 'Line'))
      const column = position(num(issue, 'Pos', 'Column'))
      const endLine = position(num(issue, 'LineRange', 'To'))
      emit({
        ...golangciFinding(linter, str(issue, 'Text') ?? linter, str(issue, 'Severity'), { ...(file ? { file } : {}), ...(line ? { line } : {}), ...(column ? { column } : {}) }),
        ...(endLine && line && endLine > line ? { endLine } : {}),
      })
    },
  },
}
