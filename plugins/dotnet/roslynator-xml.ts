import type { XmlParser } from '../../core/contract.ts'
import { child, levelOf, position } from '../../core/parse/index.ts'

/** `roslynator analyze --output FILE`. The summary at its top has no places and is not read. */
export const roslynatorXml: XmlParser = {
  xml: {
    is: head => /<Roslynator[\s>]/.test(head),
    each: ['Diagnostic'],
    read(element, ancestors, { emit }) {
      if (!ancestors.some(one => one.name === 'Diagnostics')) return
      const text = (name: string) => child(element, name)?.text.trim() || undefined
      const at = child(element, 'Location')?.attributes
      const [line, column] = [position(at?.['Line']), position(at?.['Character'])]
      const file = text('FilePath') ?? ancestors.findLast(one => one.name === 'Project')?.attributes['FilePath']
      const { Id: rule } = element.attributes
      const message = text('Message')
      if (!message) return
      emit({ tool: 'roslynator', kind: 'lint', level: levelOf(text('Severity')), message, ...rule && { rule }, ...file && { file, ...line && { line, ...column && { column } } } })
    },
  },
}
