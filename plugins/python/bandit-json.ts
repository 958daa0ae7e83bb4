import type { JsonParser } from '../../core/contract.ts'
import { num, position, str } from '../../core/parse/index.ts'
import { levelOfBandit } from './bandit.ts'

/** `bandit -f json`. Lines count from 1, columns from 0. Source: Bandit's documentation, "json". */
export const banditJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && (/"(?:CONFIDENCE|SEVERITY)\.[A-Z]+"/.test(head) || head.includes('"issue_confidence"')),
    each: ['results[]'],
    read(value, { emit }) {
      const message = str(value, 'issue_text')
      if (message === undefined) return
      const column = num(value, 'col_offset')
      const endColumn = num(value, 'end_col_offset')
      const url = str(value, 'more_info')
      const line = position(num(value, 'line_number'))
      emit({
        tool: 'bandit', kind: 'audit', message, line,
        rule: str(value, 'test_id'),
        level: levelOfBandit(str(value, 'issue_severity')),
        file: str(value, 'filename'),
        column: column === undefined ? undefined : position(column + 1),
        // With an issue on many lines the end column belongs to a line that is not named.
        ...(endColumn !== undefined && str(value, 'line_range', 1) === undefined && line ? { endLine: line, endColumn: position(endColumn + 1) } : {}),
        help: url ? { url } : undefined,
      })
    },
  },
}
