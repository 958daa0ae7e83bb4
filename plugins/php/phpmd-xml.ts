import type { XmlParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { levelOfPriority } from './phpmd-json.ts'

/** `phpmd … xml`: PMD's form. Source: PHPMD's documentation, "Command line usage". */
export const phpmdXml: XmlParser = {
  xml: {
    is: head => /<pmd[\s>]/.test(head.slice(0, 4096)) && (/<file name=(?:"[^"]*|'[^']*)\.(?:php\d?|phtml|inc|module|install|theme)["']/.test(head) || /phpmd/i.test(head)),
    each: ['violation', 'error'],
    read({ name, attributes, text }, ancestors, { emit }) {
      const file = ancestors.findLast(one => one.name === 'file')?.attributes.name
      if (name === 'error') {
        emit({ tool: 'phpmd', kind: 'lint', level: 'error', rule: 'syntax', message: attributes.msg?.split('\n', 1)[0] ?? text.trim(), file: attributes.filename ?? file })
        return
      }
      emit({
        tool: 'phpmd', kind: 'lint', level: levelOfPriority(position(attributes.priority)), rule: attributes.rule, message: text.trim().replace(/\s+/g, ' '), file,
        line: position(attributes.beginline), endLine: position(attributes.endline), ...(attributes.externalInfoUrl ? { help: { url: attributes.externalInfoUrl } } : {}),
      })
    },
  },
}
