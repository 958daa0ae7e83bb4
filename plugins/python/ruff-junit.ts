import type { XmlParser } from '../../core/contract.ts'
import { child, children, levelOf, position } from '../../core/parse/index.ts'
import { levelOfCode } from './codes.ts'

const place = /^line (?<line>\d+), col (?<column>\d+), (?<message>[^]*)$/

/** `ruff check --output-format junit`, and ty's, which shares the writer: a suite per file, a failed case per finding. These are no tests. */
export const ruffJunit: XmlParser = {
  xml: {
    is: head => /package="org\.(?:ruff|ty)"/.test(head),
    each: ['testcase'],
    read(element, ancestors, { emit }) {
      const failure = child(element, 'failure')
      if (!failure) return
      const said = place.exec(failure.text.trim())?.groups
      const rule = (element.attributes.name ?? '').replace(/^org\.(?:ruff|ty)\.?/, '') || 'invalid-syntax'
      const isTy = ancestors.some(ancestor => ancestor.attributes.package === 'org.ty')
      const severity = children(child(element, 'properties') ?? element, 'property').find(one => one.attributes.name === 'severity')?.attributes.value
      emit({
        tool: isTy ? 'ty' : 'ruff', kind: 'lint', rule, level: isTy ? levelOf(severity) : levelOfCode(rule),
        message: failure.attributes.message ?? said?.message ?? failure.text.trim(),
        file: ancestors.findLast(ancestor => ancestor.name === 'testsuite')?.attributes.name,
        line: position(element.attributes.line ?? said?.line),
        column: position(element.attributes.column ?? said?.column),
      })
    },
  },
}
