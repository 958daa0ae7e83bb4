import { list, num, position, str } from '../../core/parse/index.ts'
import type { JsonParser, ParseContext } from '../../core/contract.ts'

/**
 * ESLint's `--format json` (also xo's, and `json-with-metadata`): an array of files with their messages.
 * https://eslint.org/docs/latest/use/formatters/#json
 */
export const eslintJson: JsonParser = {
  reports: ['eslint-report.json', 'eslint.json'],
  json: {
    is: head => /"filePath"\s*:/.test(head) && /"messages"\s*:/.test(head),
    each: ['[]', 'results[]'],
    read(value, context) {
      for (const message of list(value, 'messages')) emit(str(value, 'filePath'), message, context)
    },
  },
}

function emit(file: string | undefined, message: unknown, context: ParseContext): void {
  if (typeof message !== 'object' || message === null) return
  const severity = num(message, 'severity')
  context.emit({
    tool: 'eslint',
    rule: str(message, 'ruleId'),
    level: severity === 2 || severity === undefined ? 'error' : 'warning',
    kind: 'lint',
    message: str(message, 'message') ?? 'A problem without a message',
    file,
    line: position(num(message, 'line')),
    column: position(num(message, 'column')),
    endLine: position(num(message, 'endLine')),
    endColumn: position(num(message, 'endColumn')),
  })
}
