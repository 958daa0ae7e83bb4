import type { JsonParser } from '../../core/contract.ts'
import { levelOf, list, num, position, str } from '../../core/parse/index.ts'

/** `erb_lint --format json`. Lines count from 1, columns from 0. Source: ERB Lint's README. */
export const erbLintJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && (/"erb_lint_version"\s*:/.test(head) || /"offenses"\s*:\s*\[/.test(head) && /"linter"\s*:/.test(head)),
    each: ['files[]'],
    read(value, { emit }) {
      for (const one of list(value, 'offenses')) {
        const message = str(one, 'message')
        if (message === undefined) continue
        const column = num(one, 'location', 'start_column')
        const last = num(one, 'location', 'last_column')
        const severity = str(one, 'severity')
        emit({
          tool: 'erb-lint', kind: 'lint', level: severity ? levelOf(severity) : 'warning', rule: str(one, 'linter'), message, file: str(value, 'path'),
          line: position(num(one, 'location', 'start_line')), endLine: position(num(one, 'location', 'last_line')),
          column: column === undefined ? undefined : column + 1, endColumn: last === undefined ? undefined : last + 1,
        })
      }
    },
  },
}
