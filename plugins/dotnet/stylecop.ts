import type { XmlParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

/** StyleCop's `StyleCopViolations.xml` (before 4.4: SourceAnalysis). A rule is named as a suppression names it: `SA1600:ElementsMustBeDocumented`. */
export const stylecop: XmlParser = {
  reports: ['**/StyleCopViolations.xml', '**/SourceAnalysisViolations.xml'],
  xml: {
    is: head => /<(?:StyleCop|SourceAnalysis)Violations[\s/>]/.test(head),
    each: ['Violation'],
    read({ attributes, text }, _ancestors, { emit }) {
      const { RuleId: id, CheckId: check = id, Rule: name, Source: source, LineNumber: number } = attributes
      const line = position(number)
      const rule = [check, name].filter(Boolean).join(':')
      emit({
        tool: 'stylecop', kind: 'lint', level: 'warning', message: text.trim() || rule,
        ...rule && { rule }, ...source && { file: source.replaceAll('\\', '/'), ...line && { line } },
      })
    },
  },
}
