import type { JsonParser } from '../../core/contract.ts'
import { list, num, position, str } from '../../core/parse/index.ts'

/** ktlint's reporter json: `[{file, errors: [{line, column, message, rule}]}]`. */
export const ktlintJson: JsonParser = {
  json: {
    is: head => /^\s*\[\s*\{\s*"file"\s*:\s*"[^"]*\.kts?"\s*,\s*"errors"\s*:/.test(head),
    each: ['[]'],
    read(value, { emit }) {
      const file = str(value, 'file')
      for (const one of list(value, 'errors')) {
        const [line, column, rule] = [position(num(one, 'line')), position(num(one, 'column')), str(one, 'rule')]
        emit({ tool: 'ktlint', kind: 'format', level: 'error', message: str(one, 'message') ?? rule ?? 'violation', ...rule && { rule }, ...file && { file }, ...line && { line }, ...column && { column } })
      }
    },
  },
}
