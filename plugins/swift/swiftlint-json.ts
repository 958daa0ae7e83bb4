import type { JsonParser } from '../../core/contract.ts'
import { levelOf, num, position, str } from '../../core/parse/index.ts'

/** SwiftLint's reporter json, and swiftformat's, which has less of it. */
export const swiftlintJson: JsonParser = {
  json: {
    is: head => /^\[\s*\{/.test(head) && /"rule_id"\s*:/.test(head) && /"reason"\s*:/.test(head) && /"file"\s*:/.test(head),
    each: ['[]'],
    read(value, { emit }) {
      const [file, rule, message, severity] = [str(value, 'file'), str(value, 'rule_id'), str(value, 'reason'), str(value, 'severity')]
      if (!message) return
      const [line, column] = [position(num(value, 'line')), position(num(value, 'character'))]
      const own = severity !== undefined || str(value, 'type') !== undefined
      emit({
        tool: own ? 'swiftlint' : 'swiftformat', kind: own ? 'lint' : 'format', level: levelOf(severity), message,
        ...rule && { rule }, ...file && { file, ...line && { line, ...column && { column } } },
      })
    },
  },
}
