import type { XmlParser } from '../../core/contract.ts'
import { child, levelOf, position } from '../../core/parse/index.ts'

/** `psalm --output-format=xml`: the JSON's keys as elements. Source: Psalm's XmlReport. */
export const psalmXml: XmlParser = {
  xml: {
    is: head => /<report>/.test(head.slice(0, 4096)) && /<item>/.test(head) && /<line_from>/.test(head),
    each: ['item'],
    read(element, _, { emit }) {
      const of = (name: string) => child(element, name)?.text.trim() || undefined
      const message = of('message')
      if (message === undefined) return
      const url = of('link')
      emit({
        tool: 'psalm', kind: 'lint', level: levelOf(of('severity')), rule: of('type'), message, file: of('file_name') ?? of('file_path'),
        line: position(of('line_from')), endLine: position(of('line_to')), column: position(of('column_from')), endColumn: position(of('column_to')), ...(url ? { help: { url } } : {}),
      })
    },
  },
}
