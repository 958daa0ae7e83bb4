import { children, position } from '../../core/parse/index.ts'
import type { XmlParser } from '../../core/contract.ts'
import { plain } from './rubocop.ts'

const place = /^(?<file>.+):(?<line>\d+):(?<column>\d+)$/

/** RuboCop's `--format junit`: a "test case" for each cop and file. Not tests, so they are not counted as such. */
export const rubocopJunit: XmlParser = {
  xml: {
    is: head => /<testsuite\s[^>]*name=["']rubocop["']/.test(head.slice(0, 4096)),
    each: ['testcase'],
    read(element, _, { emit }) {
      for (const failure of children(element, 'failure')) {
        const { file, line, column } = place.exec(failure.text.trim())?.groups ?? {}
        const rule = failure.attributes.type ?? element.attributes.name
        const message = plain(failure.attributes.message ?? rule ?? '')
        emit({
          tool: 'rubocop', kind: 'lint', level: 'warning', rule, message: rule && message.startsWith(`${rule}: `) ? message.slice(rule.length + 2) : message,
          file: file ?? `${(element.attributes.classname ?? '').replaceAll('.', '/')}.rb`, line: position(line), column: position(column),
        })
      }
    },
  },
}
