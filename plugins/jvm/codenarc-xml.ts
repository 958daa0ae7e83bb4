import type { Level, XmlParser } from '../../core/contract.ts'
import { child, position } from '../../core/parse/index.ts'

/** CodeNarc's XML: `<CodeNarc><Package path><File name><Violation ruleName priority lineNumber>`. */
export const codenarcXml: XmlParser = {
  reports: ['**/build/reports/codenarc/*.xml', '**/target/CodeNarc.xml'],
  xml: {
    is: head => /<CodeNarc[\s>]/.test(head.slice(0, 4096)),
    each: ['Violation'],
    read(violation, ancestors, { emit }) {
      const { ruleName, priority, lineNumber } = violation.attributes
      const folder = ancestors.findLast(one => one.name === 'Package')?.attributes.path
      const name = ancestors.findLast(one => one.name === 'File')?.attributes.name
      const line = position(lineNumber)
      const file = name === undefined || name.includes('/') || !folder ? name : `${folder}/${name}`
      emit({
        tool: 'codenarc', kind: 'lint', level: levelOfNarc(priority), message: child(violation, 'Message')?.text.trim() || ruleName || 'violation',
        ...ruleName && { rule: ruleName }, ...file && { file }, ...line && { line },
      })
    },
  },
}

/** Priorities 1 to 3. */
export function levelOfNarc(priority: string | undefined): Level {
  return priority === '1' ? 'error' : priority === '3' ? 'note' : 'warning'
}
