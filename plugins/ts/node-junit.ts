import { child } from '../../core/parse/index.ts'
import { frame } from './frames.ts'
import type { XmlParser } from '../../core/contract.ts'

/** The order of the attributes is Node's own. */
const suite = /<testsuite name="[^"]*" time="[^"]*" disabled="\d+" errors="\d+" tests="\d+"/

/**
 * `node --test-reporter=junit`: suites nest; the class is `test`, since Node 24 the suite's name. Names are joined as in the text,
 * and the stack, whose first lines are the runner's own, says where.
 */
export const nodeJunit: XmlParser = {
  xml: {
    is: head => /<testsuites>/.test(head) && (suite.test(head) || /<testcase name="[^"]*" time="[^"]*" classname="test"/.test(head)),
    each: ['testcase'],
    read(element, ancestors, context) {
      const suites = ancestors.filter(one => one.name === 'testsuite').map(one => one.attributes.name ?? '')
      // A failed test that is still to do counts as one to do, as it does for Node.
      const skipped = child(element, 'skipped')
      const failure = skipped ? undefined : child(element, 'failure') ?? child(element, 'error')
      const trace = failure?.text.trim() ?? ''
      const where = frame(trace.split('\n'))
      const file = where?.file ?? element.attributes.file
      const seconds = Number(element.attributes.time)
      context.emit({
        tool: 'node-test',
        test: [...suites, element.attributes.name ?? ''].join(' > '),
        status: skipped ? 'skipped' : failure ? 'failed' : 'passed',
        ...(Number.isFinite(seconds) ? { seconds } : {}),
        ...(file ? { file } : {}),
        ...(where ? { line: where.line } : {}),
        ...(failure ? { message: withLines(failure.attributes.message ?? 'failed', trace), trace } : {}),
      })
    },
  },
}

/** The attribute is the message without its line ends: a word then runs into a value. The stack begins with the message as it was. */
function withLines(message: string, trace: string): string {
  const [, whole = ''] = /^\w*Error(?: \[\w+\])?: ([^]*?)(?=\n\s+at |\n {2}\w+: |$(?![^]))/.exec(trace.slice(0, 10_000)) ?? []
  const letters = (text: string) => text.replaceAll(/\s/g, '')
  return letters(whole) === letters(message) ? whole.trim() : message
}
