import { children } from '../../core/parse/index.ts'
import type { XmlParser } from '../../core/contract.ts'
import { failureOf, withoutCode } from './failure.ts'

/** RspecJunitFormatter: names are whole descriptions, so the class, which is only the file again, is left out. Source: its README. */
export const rspecJunit: XmlParser = {
  xml: {
    is: head => /<testsuite\s[^>]*name=["']rspec\d*["']/.test(head.slice(0, 4096)),
    each: ['testcase'],
    read(element, _, { emit }) {
      const { attributes } = element
      const fault = children(element, 'failure')[0] ?? children(element, 'error')[0]
      const skipped = children(element, 'skipped')[0]
      const seconds = Number(attributes.time)
      const { message, trace, ...place } = fault ? failureOf(withoutCode(fault.text.trim().split('\n'))) : { message: undefined, trace: undefined }
      emit({
        tool: 'rspec', test: attributes.name ?? 'unnamed', status: fault ? 'failed' : skipped ? 'skipped' : 'passed',
        ...(attributes.time !== undefined && Number.isFinite(seconds) ? { seconds } : {}),
        file: attributes.file, ...place,
        ...(fault ? { message: message ?? (fault.attributes.message?.trim() || fault.attributes.type), trace } : {}),
      })
    },
  },
}
