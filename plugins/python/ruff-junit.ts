import type { XmlParser } from '../../core/contract.ts'
import { child, position } from '../../core/parse/index.ts'
import { levelOfCode } from './codes.ts'

const place = /^line (?<line>\d+), col (?<column>\d+), (?<message>[^]*)$/

/** `ruff check --output-format junit`: a suite per file, a failed case per finding. These are no tests. */
export const ruffJunit: XmlParser = {
  xml: {
    is: head => head.includes('package="org.ruff"'),
    each: ['testcase'],
    read(element, ancestors, { emit }) {
      const failure = child(element, 'failure')
      if (!failure) return
      const said = place.exec(failure.text.trim())?.groups
      const rule = (element.attributes.name ?? '').replace(/^org\.ruff\.?/, '') || 'invalid-syntax'
      emit({
        tool: 'ruff', kind: 'lint', rule, level: levelOfCode(rule),
        message: failure.attributes.message ?? said?.message ?? failure.text.trim(),
        file: ancestors.findLast(ancestor => ancestor.name === 'testsuite')?.attributes.name,
        line: position(element.attributes.line ?? said?.line),
        column: position(element.attributes.column ?? said?.column),
      })
    },
  },
}
