import type { TestCase, XmlElement, XmlParser } from '../../core/contract.ts'
import { child } from '../../core/parse/index.ts'
import { frameOf } from './grammar/stack.ts'

/** xUnit.net's own results: `assembly/class/test` of version 1, `assemblies/assembly/collection/test` since. Errors outside of a test fail as well. */
export const xunitXml: XmlParser = {
  xml: {
    is: head => /<assemblies[\s>]/.test(head) && /<(?:assembly|collection)[\s>]/.test(head) || /<assembly\b[^>]*\b(?:run-date|test-framework|run-time|config-file)=/.test(head) || /<assemblies\b[^>]*\b(?:timestamp|schema-version|finish-rtf)=/.test(head),
    each: ['test', 'error'],
    read(element, _ancestors, { emit }) {
      const { name = '', type = '' } = element.attributes
      if (element.name === 'test') return emit({ ...resultOf(element), test: name })
      const { message, trace, ...place } = faultOf(element)
      emit({ tool: 'xunit', level: 'error', kind: 'test', rule: name || type || 'error', message: message ?? `${type} failed`, ...place, ...trace !== undefined && { trace } })
    },
  },
}

function resultOf(element: XmlElement): Omit<TestCase, 'test'> {
  const { result = '', time } = element.attributes
  const status = /^fail/i.test(result) ? 'failed' : /^pass/i.test(result) ? 'passed' : 'skipped'
  const seconds = Number((time ?? '').replace(',', '.'))
  return { tool: 'xunit', status, ...time && Number.isFinite(seconds) && { seconds }, ...status === 'failed' && faultOf(element) }
}

function faultOf(element: XmlElement): Pick<TestCase, 'message' | 'trace' | 'file' | 'line'> {
  const failure = child(element, 'failure')
  const [message, stack] = [child(failure ?? element, 'message')?.text.trim(), child(failure ?? element, 'stack-trace')?.text.trimEnd()]
  return { ...message && { message }, ...stack && { trace: stack, ...frameOf(stack.split('\n', 400).map(line => line.trimEnd())) } }
}
