import type { JsonParser } from '../../core/contract.ts'
import { levelOf, num, position, str } from '../../core/parse/index.ts'

/** `gosec -fmt sonarqube`: SonarQube's generic issues. */
export const gosecSonarqube: JsonParser = {
  json: {
    is: head => /^\{\s*"(?:rules|issues)"\s*:/.test(head) && /"engineId"\s*:\s*"gosec"/.test(head),
    each: ['issues[]'],
    read(issue, { emit }) {
      const rule = str(issue, 'ruleId') ?? 'gosec'
      const file = str(issue, 'primaryLocation', 'filePath')
      const line = position(num(issue, 'primaryLocation', 'textRange', 'startLine'))
      const endLine = position(num(issue, 'primaryLocation', 'textRange', 'endLine'))
      emit({
        tool: 'gosec', kind: 'audit', rule, level: levelOf(str(issue, 'severity') ?? 'warning'), message: str(issue, 'primaryLocation', 'message') ?? rule,
        ...(file ? { file } : {}), ...(line ? { line } : {}), ...(endLine && line && endLine > line ? { endLine } : {}),
      })
    },
  },
}
