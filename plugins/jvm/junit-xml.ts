import type { Item, ParseContext, XmlParser } from '../../core/contract.ts'
import { junitParser } from '../../core/parse/index.ts'
import { placeIn } from './grammar/stack.ts'

const base = junitParser({ tool: 'junit', is: isJvm }).xml

/** Surefire's, Failsafe's, Gradle's, sbt's and Ant's reports: JUnit XML, a failure placed by the frame of the test's own class. */
export const junitXml: XmlParser = {
  reports: [
    '**/target/surefire-reports/TEST-*.xml', '**/target/failsafe-reports/TEST-*.xml', '**/build/test-results/**/TEST-*.xml',
    '**/target/test-reports/TEST-*.xml', '**/build/outputs/androidTest-results/**/TEST-*.xml',
  ],
  xml: {
    is: base.is,
    each: base.each,
    read: (element, ancestors, context) => base.read(element, ancestors, placing(context)),
    end: context => base.end?.(placing(context)),
  },
}

/** Stack frames, Surefire's schema, the system's properties, Gradle's order of attributes, or a suite that is named as its tests' class. */
const evidence = /maven\.apache\.org\/surefire|<property name="java\.|\bat [\w$.]{1,200}\([\w$]{1,100}\.(?:java|kt|scala|groovy):\d|<testsuite name="[^"]{0,500}" tests="\d{1,9}" skipped="\d{1,9}" failures="\d{1,9}" errors="\d{1,9}" timestamp=/

function isJvm(head: string): boolean {
  if (!/<testsuites?[\s/>]/.test(head.slice(0, 4096))) return false
  if (evidence.test(head)) return true
  const suite = /<testsuite\s[^>]{0,2000}?\bname="(?<name>[^"]{1,500})"/.exec(head)?.groups?.name
  const owner = /<testcase\s[^>]{0,2000}?\bclassname="(?<name>[^"]{1,500})"/.exec(head)?.groups?.name
  return owner !== undefined && suite === owner && /^(?:[a-z]\w*\.)+[A-Z][\w$]*$/.test(owner)
}

const contexts = new WeakMap<ParseContext, ParseContext>()

/** The same context, whose failures are placed; one for each, since the parser counts by it. */
function placing(context: ParseContext): ParseContext {
  let found = contexts.get(context)
  if (!found) contexts.set(context, found = { report: context.report, emit: item => { context.emit(placed(item)) } })
  return found
}

function placed(item: Item): Item {
  if (!('status' in item) || item.status !== 'failed' || item.file !== undefined || item.trace === undefined) return item
  const place = placeIn(item.trace, item.test.replace(/\.[^.]*$/, ''))
  return place ? { ...item, ...place } : item
}
