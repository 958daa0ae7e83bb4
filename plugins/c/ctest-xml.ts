import type { XmlParser } from '../../core/contract.ts'
import { child } from '../../core/parse/index.ts'
import { explain } from './ctest.ts'

/** `ctest --output-junit`: JUnit in outline, but the verdict is the attribute `status`, and failures carry no text of their own: the log says which crashed or took too long. */
export const ctestXml: XmlParser = {
  xml: {
    is: head => /<testsuite\b[^>]*\bhostname=/.test(head) && /<testcase\b[^>]*\bstatus="(?:run|fail|notrun|disabled)"/.test(head) && !/<testsuites\b/.test(head),
    each: ['testcase'],
    read(element, _ancestors, { emit }) {
      const { name, status, time } = element.attributes
      if (name === undefined) return
      const output = child(element, 'system-out')?.text ?? ''
      const message = (child(element, 'failure') ?? child(element, 'skipped'))?.attributes['message']
      // A program that is not there counts as not run in the file, but as failed by ctest itself.
      const lost = status === 'notrun' && message?.startsWith('Unable to find executable')
      const seconds = Number(time)
      const test = { tool: 'ctest', test: name, ...Number.isFinite(seconds) && { seconds }, ...message && { message } }
      if (status === 'run') emit({ ...test, status: 'passed' })
      else if (status === 'fail' || lost) emit(explain({ ...test, status: 'failed' }, output.split('\n').slice(0, 500)))
      else emit({ ...test, status: 'skipped' })
    },
  },
}
