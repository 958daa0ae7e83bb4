import type { XmlElement, XmlParser } from '../../core/contract.ts'
import { child } from '../../core/parse/index.ts'
import { failureOf } from './frames.ts'

const risky = /RiskyTest|PHPUnit_Framework_RiskyTestError/

/**
 * PHPUnit's `--log-junit`, Pest's and Codeception's: names as the runner itself says them, the place from the stack in the failure's text.
 * Up to version 9 a risky test stands there as an error, although it fails nothing. Source: PHPUnit's Logging/JUnit.
 */
export const phpunitJunit: XmlParser = {
  xml: {
    is: head => /<testsuites?[\s>]/.test(head.slice(0, 4096)) && !/<testsuites?\s[^>]*name=["'](?:psalm|PHP CS Fixer)["']/.test(head.slice(0, 8192)) && /<test(?:suite|case)\s[^>]*assertions=/.test(head) && /file=(?:"[^"]*|'[^']*)\.php(?:["']|::)|class=["'][\w\\]+\\/.test(head),
    each: ['testcase'],
    read(element, _, { emit }) {
      const { attributes } = element
      const fault = child(element, 'failure') ?? child(element, 'error')
      const failed = fault !== undefined && !risky.test(fault.attributes.type ?? '')
      const skipped = child(element, 'skipped') ?? child(element, 'incomplete')
      const seconds = Number(attributes.time)
      emit({
        tool: 'phpunit', test: nameOf(attributes), status: failed ? 'failed' : skipped ? 'skipped' : 'passed',
        ...(attributes.time !== undefined && Number.isFinite(seconds) ? { seconds } : {}),
        file: attributes.file?.replace(/::.*$/, ''),
        ...(failed ? reasonOf(fault, nameOf(attributes)) : {}),
      })
    },
  },
}

function nameOf({ name = 'unnamed', class: type, classname }: XmlElement['attributes']): string {
  const owner = type ?? classname?.replaceAll('.', '\\')
  return owner && name !== owner ? `${owner}::${name}` : name
}

/** The text begins with the test's name again, of which a data set's part may have several lines. */
function reasonOf({ text, attributes }: XmlElement, name: string): { message: string | undefined; trace: string | undefined } {
  const said = text.trim().replaceAll('\r\n', '\n')
  const own = said.startsWith(name) && said.includes('\n', name.length) ? said.slice(name.length) : said
  const lines = own.split('\n')
  const { message, trace, ...place } = failureOf(own !== said || /::|: /.test(lines[0] ?? '') && lines.length > 1 ? lines.slice(1) : lines)
  return { message: message ?? attributes.message ?? attributes.type, trace, ...place }
}
