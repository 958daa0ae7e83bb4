import type { JsonParser } from '../../core/contract.ts'
import { num, position, str } from '../../core/parse/index.ts'

/** SwiftLint's reporter sonarqube. */
export const swiftlintSonar: JsonParser = {
  json: {
    is: head => head.startsWith('{') && /"engineId"\s*:\s*"SwiftLint"/.test(head),
    each: ['issues[]'],
    read(value, { emit }) {
      const [rule, message, file] = [str(value, 'ruleId'), str(value, 'primaryLocation', 'message'), str(value, 'primaryLocation', 'filePath')]
      const line = position(num(value, 'primaryLocation', 'textRange', 'startLine'))
      if (!message) return
      emit({ tool: 'swiftlint', kind: 'lint', level: /^(?:MAJOR|CRITICAL|BLOCKER)$/.test(str(value, 'severity') ?? '') ? 'error' : 'warning', message, ...rule && { rule }, ...file && { file, ...line && { line } } })
    },
  },
}
