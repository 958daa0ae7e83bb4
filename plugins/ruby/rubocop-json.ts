import type { JsonParser } from '../../core/contract.ts'
import { get, levelOf, list, num, position, str } from '../../core/parse/index.ts'
import { plain } from './rubocop.ts'

/** RuboCop's `--format json`, and Standard's. Lines and columns count from 1, `last_column` is the last one that belongs to it. */
export const rubocopJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && (/"rubocop_version"\s*:/.test(head) || /"offenses"\s*:\s*\[/.test(head) && /"cop_name"\s*:/.test(head)),
    each: ['files[]'],
    read(value, { emit }) {
      const file = str(value, 'path')
      for (const one of list(value, 'offenses')) {
        const message = str(one, 'message')
        if (message === undefined || get(one, 'corrected') === true) continue
        const last = num(one, 'location', 'last_column')
        emit({
          tool: 'rubocop', kind: 'lint', level: levelOf(str(one, 'severity')), rule: str(one, 'cop_name'), file, message: ruleless(plain(message), str(one, 'cop_name')),
          line: position(num(one, 'location', 'start_line') ?? num(one, 'location', 'line')),
          column: position(num(one, 'location', 'start_column') ?? num(one, 'location', 'column')),
          endLine: position(num(one, 'location', 'last_line')),
          endColumn: last === undefined ? undefined : position(last + 1),
        })
      }
    },
  },
}

/** With `DisplayCopNames` the message begins with the cop's name. */
function ruleless(message: string, rule: string | undefined): string {
  return rule !== undefined && message.startsWith(`${rule}: `) ? message.slice(rule.length + 2) : message
}
