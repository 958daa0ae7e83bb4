import type { XmlElement, XmlParser } from '../../core/contract.ts'
import { child, position } from '../../core/parse/index.ts'

/** Catch2's and doctest's own XML reporters: the same `<TestCase>`s below another root. */
export const catch2Xml: XmlParser = {
  xml: {
    is: head => /<Catch(?:2TestRun)?\s|<doctest\s/.test(head),
    each: ['TestCase'],
    read(test, ancestors, { emit }) {
      const { name, filename, line, skipped } = test.attributes
      if (name === undefined || test.children.length === 0 && skipped !== 'true') return
      const tool = ancestors[0]?.name === 'doctest' ? 'doctest' : 'catch2'
      const result = child(test, 'OverallResult')?.attributes ?? {}
      const asserts = child(test, 'OverallResultsAsserts')?.attributes ?? {}
      const failed = result['success'] === 'false' || asserts['test_case_success'] === 'false'
      const first = failed ? firstFailure(test) : undefined
      const at = position(first?.attributes['line'] ?? line)
      const file = first?.attributes['filename'] ?? filename
      emit({
        tool, test: name.trim(), status: skipped === 'true' || Number(result['skips']) > 0 && !failed ? 'skipped' : failed ? 'failed' : 'passed',
        ...file && { file, ...at && { line: at } },
        ...first && { message: message(first) },
      })
    },
  },
}

function firstFailure(element: XmlElement): XmlElement | undefined {
  for (const one of element.children) {
    if (one.name === 'Failure' || one.name === 'Exception' || one.name === 'FatalErrorCondition' || one.name === 'Message') return one
    if (one.name === 'Expression' && one.attributes['success'] === 'false') return one
    const inner = firstFailure(one)
    if (inner) return inner
  }
  return undefined
}

function message(element: XmlElement): string {
  const [original, expanded] = [child(element, 'Original')?.text.trim(), child(element, 'Expanded')?.text.trim()]
  const exception = child(element, 'Exception')?.text.trim()
  if (original === undefined) return (child(element, 'Text')?.text ?? element.text).trim() || 'failed'
  return `${element.attributes['type'] ?? 'CHECK'}( ${original} )${expanded ? ` with expansion ${expanded}` : ''}${exception ? ` threw ${exception}` : ''}`
}
