import type { XmlParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

/** `phpcs --report=xml`: the elements' names are the levels. Source: PHP_CodeSniffer's wiki, "Reporting". */
export const phpcsXml: XmlParser = {
  xml: {
    is: head => /<phpcs[\s>]/.test(head.slice(0, 4096)),
    each: ['error', 'warning'],
    read({ name, attributes, text }, ancestors, { emit }) {
      const file = ancestors.findLast(one => one.name === 'file')?.attributes.name
      emit({ tool: 'phpcs', kind: 'lint', level: name === 'error' ? 'error' : 'warning', rule: attributes.source, message: text.trim(), file, line: position(attributes.line), column: position(attributes.column) })
    },
  },
}
