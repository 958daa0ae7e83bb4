import type { Level, Location, XmlParser } from '../../core/contract.ts'
import { children, position } from '../../core/parse/index.ts'

/** Android lint's XML, formats 3 to 6: one finding per issue, placed at its first location. */
export const androidLintXml: XmlParser = {
  reports: ['**/build/reports/lint-results*.xml', '**/build/outputs/lint-results*.xml'],
  xml: {
    is: head => /<issues\s+format=/.test(head.slice(0, 4096)),
    each: ['issue'],
    read(issue, _, { emit }) {
      const { id, severity, message, explanation, url, urls } = issue.attributes
      if (severity === 'Ignore') return
      const [place, ...others] = children(issue, 'location').map(({ attributes: { file, line, column, message: said } }): Location => {
        const [at, col] = [position(line), position(column)]
        return { file: file ?? '', ...at && { line: at }, ...at && col && { column: col }, ...said && { message: said } }
      })
      const link = url ?? urls?.split(',', 1)[0]
      const { message: _said, ...at } = place ?? {}
      emit({
        tool: 'android-lint', kind: 'lint', level: levelOfLint(severity), message: message || id || 'issue', ...id && { rule: id }, ...at,
        ...others.length && { related: others }, ...(explanation || link) && { help: { ...explanation && { text: explanation }, ...link && { url: link } } },
      })
    },
  },
}

/** Fatal, Error, Warning, Informational (Information, Hint). */
export function levelOfLint(word: string | undefined): Level {
  return word === 'Fatal' || word === 'Error' ? 'error' : word === 'Warning' || word === undefined ? 'warning' : 'note'
}
