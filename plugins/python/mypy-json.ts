import type { JsonParser } from '../../core/contract.ts'
import { get, levelOf, num, position, str } from '../../core/parse/index.ts'
import { explained } from './mypy.ts'

/** `mypy --output json`: one document per finding, the notes that explain it under `hint`. Columns count from 0. */
export const mypyJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"file"\s*:/.test(head) && head.includes('"severity"') && head.includes('"hint"') && head.includes('"code"'),
    read(value, { emit }) {
      const message = str(value, 'message')
      const file = str(value, 'file')
      const line = position(num(value, 'line'))
      const level = levelOf(str(value, 'severity'))
      // Lines such as `In function "g":` only say where the next finding stands.
      if (message === undefined || file === undefined || level === 'note' && line === undefined) return
      const hint = get(value, 'hint')
      const notes = typeof hint === 'string' ? hint.split('\n').slice(0, 100).map(text => ({ file, line, message: text })) : []
      emit(explained({
        tool: 'mypy', kind: 'lint', rule: str(value, 'code'), level, message, file, line,
        column: fromZero(num(value, 'column')),
        endLine: position(num(value, 'end_line')),
        endColumn: fromZero(num(value, 'end_column')),
      }, notes))
    },
  },
}

function fromZero(column: number | undefined): number | undefined {
  return column === undefined || column < 0 ? undefined : position(column + 1)
}
