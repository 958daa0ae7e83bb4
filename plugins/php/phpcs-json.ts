import type { JsonParser } from '../../core/contract.ts'
import { entries, levelOf, list, num, position, str } from '../../core/parse/index.ts'

/** `phpcs --report=json`. Source: PHP_CodeSniffer's wiki, "Reporting". */
export const phpcsJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"totals"\s*:\s*\{\s*"errors"\s*:\s*\d+\s*,\s*"warnings"\s*:/.test(head),
    read(value, { emit }) {
      for (const [file, checked] of entries(value, 'files')) {
        for (const one of list(checked, 'messages')) {
          const message = str(one, 'message')
          if (!message) continue
          emit({
            tool: 'phpcs', kind: 'lint', level: levelOf(str(one, 'type')), rule: str(one, 'source'), message, file,
            line: position(num(one, 'line')), column: position(num(one, 'column')),
          })
        }
      }
    },
  },
}
