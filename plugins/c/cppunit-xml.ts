import type { XmlParser } from '../../core/contract.ts'
import { child, position } from '../../core/parse/index.ts'

/** CppUnit's XmlOutputter. */
export const cppunitXml: XmlParser = {
  xml: {
    is: head => /<TestRun>/.test(head) && /<(?:FailedTests|SuccessfulTests)\b/.test(head),
    each: ['FailedTest', 'Test'],
    read(element, _ancestors, { emit }) {
      const test = child(element, 'Name')?.text.trim()
      if (!test) return
      if (element.name === 'Test') return emit({ tool: 'cppunit', test, status: 'passed' })
      const place = child(element, 'Location')
      const file = place && child(place, 'File')?.text.trim()
      const line = position(place && child(place, 'Line')?.text.trim())
      const message = child(element, 'Message')?.text.trim() || child(element, 'FailureType')?.text.trim() || 'failed'
      emit({ tool: 'cppunit', test, status: 'failed', message, ...file && { file, ...line && { line } } })
    },
  },
}
