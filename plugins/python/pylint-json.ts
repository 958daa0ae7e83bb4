import type { JsonParser } from '../../core/contract.ts'
import { num, position, str } from '../../core/parse/index.ts'
import { levelOfPylint } from './pylint.ts'

/** `pylint --output-format=json` (an array) and `json2` (an object with `messages`). Columns count from 0. */
export const pylintJson: JsonParser = {
  json: {
    is: head => /^\s*\[/.test(head)
      ? head.includes('"message-id"')
      : head.includes('"messageId"') && /^\s*\{\s*"(?:messages|statistics)"\s*:/.test(head),
    each: ['[]', 'messages[]'],
    read(value, { emit }) {
      const message = str(value, 'message')
      if (message === undefined) return
      const id = str(value, 'message-id') ?? str(value, 'messageId')
      emit({
        tool: 'pylint', kind: 'lint', message,
        rule: str(value, 'symbol') ?? id,
        level: levelOfPylint(id?.[0] ?? str(value, 'type')?.[0]?.toUpperCase()),
        file: str(value, 'path'),
        line: position(num(value, 'line')),
        column: fromZero(num(value, 'column')),
        endLine: position(num(value, 'endLine')),
        endColumn: fromZero(num(value, 'endColumn')),
      })
    },
  },
}

function fromZero(column: number | undefined): number | undefined {
  return column === undefined ? undefined : position(column + 1)
}
