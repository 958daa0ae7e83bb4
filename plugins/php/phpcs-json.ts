import type { JsonParser } from '../../core/contract.ts'
import { entries, levelOf, list, num, position, str } from '../../core/parse/index.ts'

/** `phpcs --report=json`. Source: PHP_CodeSniffer's wiki, "Reporting". */
export const phpcsJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"totals"\s*:\s*\{\s*"errors"\s*:\s*\d+\s*,\s*"warnings"\s*:/.test(head),
    read(value, { emit }) {
      for (const [file, { messages }] of entries(value, 'files') as [string, { messages?: unknown }][]) {
        for (const one of list(messages)) {
          emit({
            tool: 'phpcs', kind: 'lint', level: levelOf(str(one, 'type')), rule: str(one, 'source'), message: str(one, 'message') ?? '', file,
            line: position(num(one, 'line')), column: position(num(one, 'column')),
          })
        }
      }
    },
  },
}
