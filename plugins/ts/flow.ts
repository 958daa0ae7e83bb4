import { levelOf, list, num, position, str } from '../../core/parse/index.ts'
import type { JsonParser } from '../../core/contract.ts'

/** `flow check --json`: every error is a message in pieces, some of them with a place; the first place is the error's. End columns are inclusive. */
export const flow: JsonParser = {
  json: {
    is: head => /"flowVersion"\s*:/.test(head),
    each: ['errors[]'],
    read(value, context) {
      const pieces = list(value, 'message')
      const placed = pieces.find(piece => str(piece, 'loc', 'source') !== undefined)
      const end = num(placed, 'loc', 'end', 'column')
      const rule = list(value, 'error_codes').find(code => typeof code === 'string') as string | undefined
      context.emit({
        tool: 'flow', rule: rule ?? str(value, 'kind'), level: levelOf(str(value, 'level') ?? 'error'), kind: 'build',
        message: pieces.map(piece => str(piece, 'descr') ?? '').join(' ').trim() || 'Flow error',
        file: str(placed, 'loc', 'source'),
        line: position(num(placed, 'loc', 'start', 'line')), column: position(num(placed, 'loc', 'start', 'column')),
        endLine: position(num(placed, 'loc', 'end', 'line')), endColumn: end === undefined ? undefined : end + 1,
      })
    },
  },
}
