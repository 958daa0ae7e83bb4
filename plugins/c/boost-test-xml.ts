import type { XmlParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

/** `--log_format=XML --log_level=test_suite`: the test's errors are its children. */
export const boostTestXml: XmlParser = {
  xml: {
    is: head => /<TestLog>/.test(head),
    each: ['TestCase'],
    read(test, ancestors, { emit }) {
      const { name, file, line, skipped } = test.attributes
      if (name === undefined) return
      const faults = test.children.filter(one => one.name === 'Error' || one.name === 'FatalError' || one.name === 'Exception')
      const first = faults[0]
      const known = first && first.attributes['file'] !== 'unknown location' ? first.attributes : { file, line }
      const at = position(known['line'])
      // The outermost suite is the module, which Boost leaves out of the names it prints.
      const path = [...ancestors.filter(one => one.name === 'TestSuite').slice(1).map(one => one.attributes['name'] ?? ''), name].join('/')
      emit({
        tool: 'boost-test', test: path, status: skipped === 'yes' ? 'skipped' : first ? 'failed' : 'passed',
        ...known['file'] && { file: known['file'], ...at && { line: at } },
        ...first && { message: first.text.trim(), trace: faults.map(one => one.text.trim()).join('\n') },
      })
    },
  },
}
