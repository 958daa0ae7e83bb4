import type { Item, ParseContext, XmlParser } from '../../core/contract.ts'
import { junitParser } from '../../core/parse/index.ts'
import { explain } from './failure.ts'

const generic = junitParser({ tool: 'go-test', is: isGoReport })

/** JUnit of gotestsum and go-junit-report: the failure's text is what the test printed, and tells more than its message, `Failed`. */
export const goJunit: XmlParser = {
  xml: {
    ...generic.xml,
    read: (element, ancestors, context) => { generic.xml.read(element, ancestors, telling(context)) },
    end: context => { generic.xml.end?.(telling(context)) },
  },
}

function isGoReport(head: string): boolean {
  return /<testsuites?[\s>]/.test(head) && (/<property name="go\.version"/.test(head) || /<testcase (?:classname="[^"]*" )?name="(?:Test|Example|Fuzz|Benchmark)/.test(head) && /<failure message="Failed"/.test(head))
}

/** One per context, since the counts are kept by it. */
const contexts = new WeakMap<ParseContext, ParseContext>()

function telling(context: ParseContext): ParseContext {
  const known = contexts.get(context)
  if (known) return known
  const made: ParseContext = { report: context.report, emit: item => { context.emit(explained(item)) } }
  contexts.set(context, made)
  return made
}

function explained(item: Item): Item {
  if (!('status' in item) || item.status !== 'failed' || item.file !== undefined) return item
  const why = explain((item.trace ?? item.message ?? '').split('\n').filter(line => !/^\s*(?:=== |--- )/.test(line)))
  if (!why) return item
  const vague = /^(?:Failed|Error|Runtime error|Build error)?$/i.test(item.message ?? '')
  return { ...item, ...why.place, message: vague ? why.message : item.message ?? why.message }
}
