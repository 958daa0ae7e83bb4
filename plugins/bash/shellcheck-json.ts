import type { Fix, JsonParser } from '../../core/contract.ts'
import { get, levelOf, list, num, position, str } from '../../core/parse/index.ts'
import { wiki } from './shellcheck.ts'

/** `shellcheck -f json1` (tabs count one column) and `-f json` (eight). */
export const shellcheckJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"comments"\s*:\s*\[/.test(head) || (/^\s*\[\s*\{\s*"file"\s*:/.test(head) && /"code"\s*:\s*\d+/.test(head) && /"endLine"\s*:/.test(head)),
    each: ['[]', 'comments[]'],
    read(value, { emit }) {
      const file = str(value, 'file')
      const code = num(value, 'code')
      const message = str(value, 'message')
      if (file === undefined || code === undefined || message === undefined) return
      const fix = fixOf(file, value)
      emit({
        tool: 'shellcheck', kind: 'lint', rule: `SC${code}`, level: levelOf(str(value, 'level')), message, file,
        line: position(num(value, 'line')), column: position(num(value, 'column')),
        endLine: position(num(value, 'endLine')), endColumn: position(num(value, 'endColumn')),
        help: { url: wiki(`SC${code}`) },
        ...(fix ? { fixes: [fix] } : {}),
      })
    },
  },
}

function fixOf(file: string, value: unknown): Fix | undefined {
  const replacements = list(value, 'fix', 'replacements').flatMap(edit => {
    const [line, column, endLine, endColumn] = ['line', 'column', 'endLine', 'endColumn'].map(name => position(num(edit, name)))
    const text = get(edit, 'replacement')
    return line && column && endLine && endColumn && typeof text === 'string' ? [{ line, column, endLine, endColumn, text }] : []
  })
  return replacements.length > 0 ? { changes: [{ file, replacements }] } : undefined
}
