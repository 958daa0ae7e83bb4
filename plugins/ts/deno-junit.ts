import { child, junitParser } from '../../core/parse/index.ts'
import { frame } from './frames.ts'
import type { XmlElement, XmlParser } from '../../core/contract.ts'

const base = junitParser({ tool: 'deno-test', is: head => /<testsuites name="deno test"/.test(head) })

/** `deno test --junit-path`: the class is the file, the line that of the test; where it failed is in the stack. */
export const denoJunit: XmlParser = {
  xml: { ...base.xml, read: (element, ancestors, context) => base.xml.read(element.name === 'testcase' ? placed(element) : element, ancestors, context) },
}

function placed(element: XmlElement): XmlElement {
  const { classname = '', line = '' } = element.attributes
  const at = frame((child(element, 'failure')?.text ?? '').split('\n'))
  return { ...element, attributes: { ...element.attributes, ...(at ? { file: at.file, line: String(at.line) } : { file: classname, line }) } }
}
