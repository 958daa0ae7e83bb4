import type { ParseContext, TestCase, XmlElement, XmlParser } from '../../core/contract.ts'
import { child } from '../../core/parse/index.ts'
import { frameOf } from './grammar/stack.ts'

/** The attributes of the suites in which a case was read. */
const withCases = new WeakMap<ParseContext, WeakSet<object>>()

/**
 * NUnit's results: `test-results` of NUnit 2 (and of 2.4, which knew only `executed` and `success`), `test-run` of NUnit 3, which
 * Unity's test runner writes too.
 */
export const nunitXml: XmlParser = {
  reports: ['TestResult.xml', '*/TestResult.xml'],
  xml: {
    is: head => /<test-run\b[^>]*\b(?:testcasecount|total|engine-version|id)=/.test(head) || /<test-results\b[^>]*\b(?:total|failures|not-run)=/.test(head),
    each: ['test-case', 'test-suite'],
    read(element, ancestors, context) {
      const counted = withCases.get(context) ?? new WeakSet()
      withCases.set(context, counted)
      if (element.name === 'test-suite' && (counted.has(element.attributes) || !child(element, 'failure'))) return
      for (const { attributes } of ancestors) counted.add(attributes)
      context.emit(caseOf(element))
    },
  },
}

function caseOf(element: XmlElement): TestCase {
  const { name = '', fullname = name, time, duration = time } = element.attributes
  const failure = child(element, 'failure')
  const message = child(failure ?? element, 'message')?.text.trim()
  const stack = child(failure ?? element, 'stack-trace')?.text.trimEnd()
  const seconds = Number((duration ?? '').replace(',', '.'))
  const status = statusOf(element, failure)
  return {
    tool: 'nunit', test: fullname, status,
    ...duration && Number.isFinite(seconds) && { seconds },
    ...status === 'failed' && { ...message && { message }, ...stack && { trace: stack, ...frameOf(stack.split('\n', 400).map(line => line.trimEnd())) } },
  }
}

function statusOf({ attributes }: XmlElement, failure: XmlElement | undefined): TestCase['status'] {
  const { result, executed, success } = attributes
  switch (result?.toLowerCase()) {
    case 'passed': case 'success': case 'warning': return 'passed'
    case 'failed': case 'failure': case 'error': case 'notrunnable': case 'cancelled': case 'invalid': return 'failed'
    case undefined: return executed?.toLowerCase() === 'false' ? 'skipped' : failure || success?.toLowerCase() === 'false' ? 'failed' : 'passed'
    default: return 'skipped'
  }
}
