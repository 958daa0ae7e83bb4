import { children, position } from '../../core/parse/index.ts'
import { ruleAtEnd } from './frames.ts'
import type { Level, XmlParser } from '../../core/contract.ts'

const levels: Readonly<Record<string, Level>> = { E: 'error', W: 'warning', I: 'note' }

/** `<jslint><file name><issue line char reason evidence/>`: JSLint's report, which JSHint, ESLint, Stylelint and CSSLint write too. */
export const jslintXml: XmlParser = {
  xml: {
    is: head => /<(?:jslint|lint)\b[^>]*>/.test(head) && /<file\b/.test(head),
    each: ['file'],
    read(element, _ancestors, context) {
      for (const issue of children(element, 'issue')) {
        const said = ruleAtEnd(issue.attributes.reason ?? '')
        const severity = issue.attributes.severity ?? ''
        context.emit({
          tool: 'jslint',
          rule: said.rule,
          level: levels[severity] ?? (severity === 'error' ? 'error' : 'warning'),
          kind: 'lint',
          message: said.message || 'jslint issue',
          file: element.attributes.name,
          line: position(issue.attributes.line),
          column: position(issue.attributes.char),
        })
      }
    },
  },
}
