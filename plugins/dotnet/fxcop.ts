import type { Level, XmlParser } from '../../core/contract.ts'
import { children, position } from '../../core/parse/index.ts'

const levels: Readonly<Record<string, Level>> = { criticalerror: 'error', error: 'error', criticalwarning: 'warning', warning: 'warning', informational: 'note' }

/** FxCop's report, which Visual Studio's code analysis wrote too (`*.CodeAnalysisLog.xml`). What is said of no line is said of a type or a member. */
export const fxcop: XmlParser = {
  reports: ['**/*.CodeAnalysisLog.xml'],
  xml: {
    is: head => /<FxCopReport[\s>]/.test(head),
    each: ['Message'],
    read(message, ancestors, { emit }) {
      const { CheckId: rule, TypeName: name, Status: status } = message.attributes
      if (/^excluded/i.test(status ?? '')) return
      const subject = ancestors.findLast(one => /^(?:Target|Module|Namespace|Type|Member|Resource)$/.test(one.name) && one.attributes['Name'])?.attributes['Name']
      for (const issue of children(message, 'Issue')) {
        const { Path: folder, File: base, Line: line, Level: level = '' } = issue.attributes
        const file = [folder, base].filter(Boolean).join('/').replaceAll('\\', '/')
        const at = position(line)
        const text = issue.text.trim() || name || rule || 'issue'
        emit({
          tool: 'fxcop', kind: 'lint', level: levels[level.toLowerCase()] ?? 'warning',
          message: file || !subject || text.includes(subject) ? text : `${subject}: ${text}`,
          ...rule && { rule }, ...file && { file, ...at && { line: at } },
        })
      }
    },
  },
}
