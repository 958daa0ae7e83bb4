import type { XmlElement, XmlParser } from '../../core/contract.ts'
import { child } from '../../core/parse/index.ts'
import { placeIn } from './grammar/stack.ts'

/** testng-results.xml. Configuration methods count only where they fail, as TestNG itself counts. */
export const testngXml: XmlParser = {
  reports: ['**/testng-results.xml'],
  xml: {
    is: head => /<testng-results[\s>]/.test(head.slice(0, 4096)),
    each: ['test-method'],
    read(method, ancestors, { emit }) {
      const { status, name, ...attributes } = method.attributes
      if (attributes['is-config'] === 'true' && status !== 'FAIL') return
      const owner = ancestors.findLast(one => one.name === 'class')?.attributes.name
      const test = owner ? `${owner}.${name ?? ''}` : name ?? 'unnamed'
      const milliseconds = Number(attributes['duration-ms'])
      emit({
        tool: 'testng', test: test + parameters(method), status: status === 'FAIL' ? 'failed' : status === 'SKIP' ? 'skipped' : 'passed',
        ...attributes['duration-ms'] && Number.isFinite(milliseconds) && { seconds: milliseconds / 1000 },
        ...status === 'FAIL' && failureOf(method, owner),
      })
    },
  },
}

function parameters(method: XmlElement): string {
  const values = child(method, 'params')?.children.map(one => child(one, 'value')?.text.trim() ?? '') ?? []
  return values.length ? `(${values.join(', ').slice(0, 200)})` : ''
}

function failureOf(method: XmlElement, owner: string | undefined): { message?: string; trace?: string; file?: string; line?: number } {
  const exception = child(method, 'exception')
  if (!exception) return {}
  const message = child(exception, 'message')?.text.trim() || exception.attributes.class
  const trace = child(exception, 'full-stacktrace')?.text.trim()
  return { ...message && { message }, ...trace && { trace }, ...trace && placeIn(trace, owner) }
}
