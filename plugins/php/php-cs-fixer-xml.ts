import type { XmlParser } from '../../core/contract.ts'
import { child, children } from '../../core/parse/index.ts'

/** `php-cs-fixer --format=xml`. Source: PHP CS Fixer's doc/schemas/fix/xml.xsd. */
export const phpCsFixerXml: XmlParser = {
  xml: {
    is: head => /<report[\s>]/.test(head.slice(0, 4096)) && (/<applied_fixers?[\s>]/.test(head) || /<about [^>]*PHP CS Fixer/.test(head)),
    each: ['file'],
    read(element, _, { emit }) {
      const list = child(element, 'applied_fixers')
      const fixers = list ? children(list, 'applied_fixer').map(one => one.attributes.name).filter(Boolean) : []
      emit({ tool: 'php-cs-fixer', kind: 'format', level: 'warning', rule: fixers[0], message: `would be changed${fixers.length > 0 ? `: ${fixers.join(', ')}` : ''}`, file: element.attributes.name })
    },
  },
}
