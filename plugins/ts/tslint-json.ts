import { levelOf, num, str } from '../../core/parse/index.ts'
import type { JsonParser } from '../../core/contract.ts'

/** TSLint's `--format json`: an array of failures, lines and characters counted from 0. */
export const tslintJson: JsonParser = {
  json: {
    is: head => /"ruleName"\s*:/.test(head) && /"startPosition"\s*:/.test(head),
    each: ['[]'],
    read(value, context) {
      const message = str(value, 'failure')
      if (message === undefined) return
      context.emit({
        tool: 'tslint',
        rule: str(value, 'ruleName'),
        level: levelOf(str(value, 'ruleSeverity') ?? 'error'),
        kind: 'lint',
        message,
        file: str(value, 'name'),
        line: next(value, 'startPosition', 'line'),
        column: next(value, 'startPosition', 'character'),
        endLine: next(value, 'endPosition', 'line'),
        endColumn: next(value, 'endPosition', 'character'),
      })
    },
  },
}

function next(value: unknown, ...path: string[]): number | undefined {
  const zeroBased = num(value, ...path)
  return zeroBased === undefined ? undefined : zeroBased + 1
}
