import { get, list, num, position, str } from '../../core/parse/index.ts'
import type { Finding, JsonParser, ParseContext } from '../../core/contract.ts'

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
      const source = linesOf(get(value, 'source'))
      for (const message of list(value, 'messages')) emit(str(value, 'filePath'), message, source, context)
    },
  },
}

function emit(file: string | undefined, message: unknown, source: Lines | undefined, context: ParseContext): void {
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
    ...file !== undefined && source && fixOf(message, file, source),
  })
}

/** Where each line of a file begins, and where the last ends, in UTF-16 units from 0. */
interface Lines { starts: readonly number[]; length: number }

/** ESLint prints the whole text of a file with its messages. */
function linesOf(source: unknown): Lines | undefined {
  if (typeof source !== 'string') return undefined
  return { starts: [0, ...[...source.matchAll(/\n/g)].map(match => match.index + 1)], length: source.length }
}

/** `fix` is what `--fix` would do; `range` are UTF-16 units of the text without its byte order mark, the end exclusive. Suggestions are for people to choose from, and left out. */
function fixOf(message: object, file: string, { starts, length }: Lines): Pick<Finding, 'fixes'> {
  const [from, to] = [num(message, 'fix', 'range', 0), num(message, 'fix', 'range', 1)]
  const text = get(message, 'fix', 'text')
  if (!Number.isSafeInteger(from) || !Number.isSafeInteger(to) || typeof text !== 'string' || from === undefined || to === undefined || from < 0 || from > to || to > length) return {}
  const start = placeOf(from, starts)
  const end = placeOf(to, starts)
  return { fixes: [{ changes: [{ file, replacements: [{ ...start, endLine: end.line, endColumn: end.column, text }] }] }] }
}

function placeOf(offset: number, starts: readonly number[]): { line: number; column: number } {
  let [low, high] = [0, starts.length - 1]
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((starts[middle] ?? 0) <= offset) low = middle
    else high = middle - 1
  }
  return { line: low + 1, column: offset - (starts[low] ?? 0) + 1 }
}
