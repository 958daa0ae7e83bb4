import type { ParseContext, TestCase, TestCounts, XmlElement, XmlParser } from '../contract.ts'
import { position } from './level.ts'
import { child, children } from './xml.ts'

interface Options {
  tool: string
  is(head: string): boolean
  reports?: readonly string[]
}

const failures = new Set(['failure', 'error'])

/**
 * JUnit XML as Ant began it and Surefire, Gradle, pytest, jest, bats and others write it. Cases are counted, since the suites' own
 * numbers are often absent or wrong; a suite that holds no case counts by its attributes.
 * Surefire's flakyFailure and flakyError stand in a case that passed in the end, rerunFailure and rerunError beside a failure.
 */
export function junitParser({ tool, is, reports }: Options): XmlParser {
  const counted = new WeakMap<ParseContext, Summary>()
  return {
    ...(reports ? { reports } : {}),
    xml: {
      is,
      each: ['testcase', 'testsuite'],
      read(element, ancestors, context) {
        const summary = counted.get(context) ?? { counts: { total: 0, passed: 0, failed: 0, skipped: 0 }, withCases: new WeakSet(), byAttributes: false }
        counted.set(context, summary)
        if (element.name === 'testsuite') return readSuite(element, ancestors, summary, context, tool)
        const one = caseOf(element, ancestors, tool)
        summary.counts.total++
        summary.counts[one.status]++
        for (const { attributes } of ancestors) summary.withCases.add(attributes)
        context.emit(one)
      },
      end(context) {
        const summary = counted.get(context)
        if (summary?.byAttributes) context.emit({ tool, totals: summary.counts })
        counted.delete(context)
      },
    },
  }
}

interface Summary {
  counts: TestCounts
  /** The attributes of the suites in which something was counted. */
  withCases: WeakSet<object>
  byAttributes: boolean
}

/** A suite has ended. Only one that nothing was counted in says anything that its cases did not. */
function readSuite({ name, attributes, children }: XmlElement, ancestors: readonly Ancestor[], summary: Summary, context: ParseContext, tool: string): void {
  const fault = children.find(one => failures.has(one.name))
  if (fault) context.emit({ tool, test: attributes.name || name, status: 'failed', ...messageOf(fault, { name, attributes, children, text: '' }) })
  if (summary.withCases.has(attributes)) return
  const number = (...keys: string[]) => keys.reduce((sum, key) => sum + (/^\d{1,9}$/.test(attributes[key] ?? '') ? Number(attributes[key]) : 0), 0)
  const total = number('tests')
  const failed = Math.min(total, number('failures', 'errors'))
  const skipped = Math.min(total - failed, number('skipped', 'disabled', 'ignored'))
  if (total === 0) return
  for (const outer of ancestors) summary.withCases.add(outer.attributes)
  summary.byAttributes = true
  const { counts } = summary
  counts.total += total
  counts.failed += failed
  counts.skipped += skipped
  counts.passed += total - failed - skipped
  if (failed > 0 && !fault) context.emit({ tool, rule: attributes.name || 'junit', level: 'error', kind: 'test', message: `${failed} of ${total} tests failed; the report does not name them` })
}

type Ancestor = Omit<XmlElement, 'children' | 'text'>

function caseOf(element: XmlElement, ancestors: readonly Ancestor[], tool: string): TestCase {
  const { attributes } = element
  const suite = ancestors.findLast(one => one.name === 'testsuite')?.attributes
  const skipped = child(element, 'skipped') ?? child(element, 'disabled')
  // node:test reports the failure of a todo beside its being skipped.
  const fault = skipped ? undefined : element.children.find(one => failures.has(one.name))
  const notRun = /^(?:notrun|skipped|disabled|ignored)$/i.test(attributes.status ?? attributes.result ?? '')
  const seconds = Number((attributes.time ?? '').replaceAll(',', ''))
  const file = attributes.file ?? suite?.file ?? suite?.filepath
  const line = position(attributes.line ?? attributes.lineno)
  return {
    tool,
    test: nameOf(attributes, suite),
    status: fault ? 'failed' : skipped || notRun ? 'skipped' : 'passed',
    ...(attributes.time && Number.isFinite(seconds) ? { seconds } : {}),
    ...(file ? { file } : {}),
    ...(file && line ? { line } : {}),
    ...(fault ? messageOf(fault, element) : {}),
  }
}

/** `classname.name`, as Surefire, pytest and GitLab call it; where there is no class, the suite stands for it. */
function nameOf(attributes: XmlElement['attributes'], suite: XmlElement['attributes'] | undefined): string {
  const name = attributes.name ?? ''
  const group = attributes.classname ?? attributes.class ?? suite?.name ?? ''
  if (!group || name === group || name.startsWith(`${group}.`) || name.startsWith(`${group} `)) return name || group
  return name ? `${group}.${name}` : group
}

function messageOf(fault: XmlElement, element: XmlElement): Pick<TestCase, 'message' | 'trace'> {
  const text = fault.text.trim()
  const message = fault.attributes.message?.trim() || text.split('\n', 1)[0]?.trim() || fault.attributes.type || 'failed'
  const error = text === '' ? children(element, 'system-err').map(one => one.text.trim()).join('\n').slice(-8192) : text
  return error && error !== message ? { message, trace: error } : { message }
}
