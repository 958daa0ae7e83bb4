import type { JsonParser } from '../../core/contract.ts'
import { levelOf, list, num, position, str } from '../../core/parse/index.ts'

/** Tailor's formatter json: violations by file. */
export const tailorJson: JsonParser = {
  json: {
    is: head => head.startsWith('{') && /"violations"\s*:\s*\[/.test(head) && /"parsed"\s*:/.test(head),
    each: ['files[]'],
    read(value, { emit }) {
      const file = str(value, 'path')
      for (const one of list(value, 'violations')) {
        const [rule, message, line, column] = [str(one, 'rule'), str(one, 'message'), position(num(one, 'location', 'line')), position(num(one, 'location', 'column'))]
        if (message) emit({ tool: 'tailor', kind: 'lint', level: levelOf(str(one, 'severity')), message, ...rule && { rule }, ...file && { file, ...line && { line, ...column && { column } } } })
      }
    },
  },
}
