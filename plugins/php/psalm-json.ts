import type { JsonParser } from '../../core/contract.ts'
import { levelOf, list, num, position, str } from '../../core/parse/index.ts'

/** `psalm --output-format=json`. Columns count from 1, `column_to` is exclusive. Source: Psalm's JsonReport. */
export const psalmJson: JsonParser = {
  json: {
    is: head => /^\s*\[\s*\{/.test(head) && /"line_from"\s*:/.test(head) && /"(?:file_name|file_path)"\s*:/.test(head) && /"type"\s*:/.test(head),
    each: ['[]'],
    read(value, { emit }) {
      const message = str(value, 'message')
      if (message === undefined) return
      const url = str(value, 'link')
      const related = list(value, 'other_references').slice(0, 20).flatMap(one => {
        const file = str(one, 'file_name')
        const line = position(num(one, 'line_from'))
        return file ? [{ file, ...(line ? { line } : {}), message: str(one, 'label') ?? '' }] : []
      })
      emit({
        tool: 'psalm', kind: 'lint', level: levelOf(str(value, 'severity')), rule: str(value, 'type'), message,
        file: str(value, 'file_name') ?? str(value, 'file_path'),
        line: position(num(value, 'line_from')), endLine: position(num(value, 'line_to')),
        column: position(num(value, 'column_from')), endColumn: position(num(value, 'column_to')),
        ...(url ? { help: { url } } : {}), ...(related.length > 0 ? { related } : {}),
      })
    },
  },
}
