import type { XmlParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { levelOfPriority } from './pmd.ts'

const besideMaven = /(?:^|\/)target\/pmd\.xml$/

/** PMD's XML of versions 3 to 7: `<pmd><file name><violation …>`, and `<error>` for files that it could not read. */
export const pmdXml: XmlParser = {
  reports: ['**/target/pmd.xml', '**/build/reports/pmd/*.xml'],
  xml: {
    is: head => /<pmd[\s>]/.test(head.slice(0, 4096)),
    each: ['violation', 'error'],
    read({ name, attributes, text }, ancestors, { emit, report }) {
      if (name === 'error') {
        const { filename, msg } = attributes
        if (filename !== undefined) emit({ tool: 'pmd', kind: 'lint', level: 'error', rule: 'processing-error', message: msg ?? 'could not be processed', file: filename })
        return
      }
      const { beginline, line, endline, begincolumn, endcolumn, rule, priority, externalInfoUrl } = attributes
      const file = ancestors.findLast(one => one.name === 'file')?.attributes.name
      const [start, end] = [position(beginline ?? line), position(endline)]
      // Maven's plugin prints the same without columns; both are one finding.
      const [column, last] = besideMaven.test(report ?? '') ? [] : [position(begincolumn), position(endcolumn)]
      emit({
        tool: 'pmd', kind: 'lint', level: levelOfPriority(priority), message: text.trim() || rule || 'violation',
        ...rule && { rule }, ...file && { file }, ...start && { line: start }, ...end && { endLine: end },
        ...column && { column }, ...column && last && { endColumn: last + 1 }, ...externalInfoUrl && { help: { url: externalInfoUrl } },
      })
    },
  },
}
