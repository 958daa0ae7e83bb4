import type { JsonParser } from '../../core/contract.ts'
import { levelOf, num, position, str } from '../../core/parse/index.ts'

/** SonarQube's generic issues as Psalm writes them (`--output-format=sonarqube`), whose columns count from 0. https://docs.sonarsource.com/sonarqube-server/analyzing-source-code/importing-external-issues/generic-issue-import-format/ */
export const sonarqube: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"issues"\s*:/.test(head) && /"engineId"\s*:\s*"Psalm"/i.test(head),
    each: ['issues[]'],
    read(value, { emit }) {
      const message = str(value, 'primaryLocation', 'message')
      if (message === undefined) return
      const range = (key: string) => num(value, 'primaryLocation', 'textRange', key)
      const [column, endColumn] = [range('startColumn'), range('endColumn')]
      emit({
        tool: 'psalm', kind: 'lint', level: /^critical$/i.test(str(value, 'severity') ?? '') ? 'error' : levelOf(str(value, 'severity')), rule: str(value, 'ruleId'), message,
        file: str(value, 'primaryLocation', 'filePath'), line: position(range('startLine')), endLine: position(range('endLine')),
        column: column === undefined ? undefined : column + 1, endColumn: endColumn === undefined ? undefined : endColumn + 1,
      })
    },
  },
}
