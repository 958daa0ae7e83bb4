import type { JsonParser } from '../../core/contract.ts'
import { list, position, num, str } from '../../core/parse/index.ts'

const formatting = /^(?:WHITESPACE|CHARSET|ENDOFLINE|FINALNEWLINE|IMPORTS)$/

/** `dotnet format --report FILE`: the changes of each document. */
export const dotnetFormatJson: JsonParser = {
  json: {
    is: head => /^\[\s*\{\s*"DocumentId"\s*:/.test(head),
    each: ['[]'],
    read(document, { emit }) {
      const file = str(document, 'FilePath') ?? str(document, 'FileName')
      for (const change of list(document, 'FileChanges')) {
        const rule = str(change, 'DiagnosticId')
        const said = str(change, 'FormatDescription') ?? rule ?? 'not formatted'
        const [line, column] = [position(num(change, 'LineNumber')), position(num(change, 'CharNumber'))]
        emit({
          tool: rule === undefined || formatting.test(rule) ? 'dotnet-format' : 'roslyn', kind: rule === undefined || formatting.test(rule) ? 'format' : 'lint',
          level: /^error\b/.test(said) || rule === undefined || formatting.test(rule) ? 'error' : 'warning',
          message: said.replace(/^(?:error|warning|info) \w{1,40}: /, ''),
          ...rule && { rule }, ...file && { file, ...line && { line, ...column && { column } } },
        })
      }
    },
  },
}
