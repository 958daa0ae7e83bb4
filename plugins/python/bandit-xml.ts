import type { XmlParser } from '../../core/contract.ts'
import { child, position } from '../../core/parse/index.ts'
import { levelOfBandit } from './bandit.ts'

/** `bandit -f xml`: JUnit's clothes, but no tests. */
export const banditXml: XmlParser = {
  xml: {
    is: head => /<testsuite\s+name="bandit"/.test(head),
    each: ['testcase'],
    read(element, _ancestors, { emit }) {
      const error = child(element, 'error')
      if (!error) return
      const file = element.attributes.classname
      const url = error.attributes.more_info
      emit({
        tool: 'bandit', kind: 'audit',
        rule: /Test ID: (?<id>[A-Z]\d{3})/.exec(error.text)?.groups?.id ?? element.attributes.name,
        level: levelOfBandit(error.attributes.type),
        message: error.attributes.message ?? '',
        file,
        line: position(/^Location .*?:(?<line>\d+)(?::\d+)?\s*$/m.exec(error.text)?.groups?.line),
        help: url ? { url } : undefined,
      })
    },
  },
}
