import type { XmlParser } from '../../core/contract.ts'
import { child, children, position } from '../../core/parse/index.ts'

/** `--gtest_output=xml:FILE`: JUnit in outline; a disabled test has `status="notrun"`, the place stands in the failure's text. */
export const googletestXml: XmlParser = {
  reports: ['test_detail.xml'],
  xml: {
    is: head => /<testsuites\b[^>]*\bname="AllTests"/.test(head),
    each: ['testcase'],
    read(element, ancestors, { emit }) {
      const { name, classname, status, result, time, file, line } = element.attributes
      if (name === undefined) return
      const failures = children(element, 'failure').map(one => one.text.trim() || one.attributes['message'] || 'failed')
      const groups = /^(?<file>.{1,1000}?):(?<line>\d{1,9})\n/.exec(failures[0] ?? '')?.groups
      const where = groups?.['file'] ?? file
      const at = position(groups?.['line'] ?? line)
      const skipped = status === 'notrun' || result === 'skipped' || result === 'suppressed' || child(element, 'skipped') !== undefined
      emit({
        tool: 'googletest', test: `${classname ?? ancestors.at(-1)?.attributes['name'] ?? ''}.${name}`,
        status: failures.length ? 'failed' : skipped ? 'skipped' : 'passed',
        ...time !== undefined && { seconds: Number.parseFloat(time) || 0 },
        ...where && { file: where, ...at && { line: at } },
        ...failures.length > 0 && { message: failures[0]!.replace(/^.{1,1000}:\d{1,9}\n/, ''), trace: failures.join('\n\n') },
      })
    },
  },
}
