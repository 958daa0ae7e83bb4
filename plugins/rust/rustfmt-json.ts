import type { JsonParser } from '../../core/contract.ts'
import { list, num, str } from '../../core/parse/index.ts'
import { message } from './rustfmt.ts'

/** `rustfmt --emit json` (unstable): files with what stands there and what would. Ends are inclusive; an end of 0 means that lines are only added. */
export const rustfmtJson: JsonParser = {
  json: {
    is: head => /^\s*\[\s*\{\s*"name"\s*:/.test(head) && /"mismatches"\s*:\s*\[/.test(head) && /"(?:original_begin_line|expected)"\s*:/.test(head),
    each: ['[]'],
    read(value, { emit }) {
      const file = str(value, 'name')
      if (file === undefined) return
      for (const one of list(value, 'mismatches')) {
        const line = num(one, 'original_begin_line')
        const end = num(one, 'original_end_line')
        const text = str(one, 'expected')
        emit({
          tool: 'rustfmt', kind: 'format', level: 'warning', message, file, ...line && { line }, ...line && end && end > line && { endLine: end },
          ...line && text !== undefined && { fixes: [{ changes: [{ file, replacements: [{ line, column: 1, endLine: Math.max(end ?? line, line - 1) + 1, endColumn: 1, text }] }] }] },
        })
      }
    },
  },
}
