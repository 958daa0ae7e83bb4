import type { TestCase, XmlParser } from '../../core/contract.ts'
import { child } from '../../core/parse/index.ts'
import { explained } from './bats-failure.ts'

/** `bats --report-formatter junit`: the class is the file's name, and the place stands in the failure's text. */
export const batsJunit: XmlParser = {
  xml: {
    is: head => /<testsuites\b/.test(head) && /<testsuite name="[^"]*\.bats"/.test(head),
    each: ['testcase'],
    read(element, _ancestors, { emit }) {
      const name = element.attributes['name']
      if (!name) return
      const failure = child(element, 'failure')
      const skip = child(element, 'skipped')
      const seconds = Number(element.attributes['time'])
      const test: TestCase = {
        tool: 'bats', test: name, status: failure ? 'failed' : skip ? 'skipped' : 'passed',
        ...(Number.isFinite(seconds) ? { seconds } : {}),
        ...(skip?.text.trim() ? { message: skip.text.trim() } : {}),
      }
      emit(failure ? explained(test, failure.text.split('\n')) : test)
    },
  },
}
