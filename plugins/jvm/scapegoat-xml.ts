import type { XmlParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'

/** scapegoat.xml: `<scapegoat><warning line text snippet level file inspection>`. Older versions write the file's path with dots. */
export const scapegoatXml: XmlParser = {
  reports: ['**/scapegoat-report/scapegoat.xml', '**/target/**/scapegoat.xml'],
  xml: {
    is: head => /<scapegoat[\s>]/.test(head.slice(0, 4096)),
    each: ['warning'],
    read({ attributes: { line, text, snippet, level, file, inspection } }, _, { emit }) {
      const at = position(line)
      const rule = inspection?.replace(/^.*\./, '')
      const path = file && !/[\\/]/.test(file) ? file.replace(/\.(?=.*\.scala$)/g, '/') : file
      emit({
        tool: 'scapegoat', kind: 'lint', level: levelOf(level), message: text || rule || 'warning',
        ...rule && { rule }, ...path && { file: path }, ...at && { line: at }, ...snippet && { trace: snippet },
      })
    },
  },
}
