import type { TestCase, XmlElement, XmlParser } from '../contract.ts'
import { position } from './level.ts'
import { child, children } from './xml.ts'

interface Options {
  tool: string
  is(head: string): boolean
  reports?: readonly string[]
}

const failures = ['failure', 'error']

/**
 * JUnit XML as Ant began it and Surefire, Gradle, pytest, jest, bats and others write it. Cases are counted, since the suites' own
 * numbers are often absent or wrong; a suite that names no case at all counts by its attributes.
 * Surefire's flakyFailure and flakyError stand in a case that passed in the end, rerunFailure and rerunError beside a failure.
 */
export function junitParser({ tool, is, reports }: Options): XmlParser {
  return {
    ...(reports ? { reports } : {}),
    xml: {
      is,
      each: ['testcase'],
      read(element, ancestors, { emit }) {
        emit(caseOf(element, ancestors, tool))
      },
    },
  }
}

type Ancestor = Omit<XmlElement, 'children' | 'text'>

function caseOf(element: XmlElement, ancestors: readonly Ancestor[], tool: string): TestCase {
  const { attributes } = element
  const suite = ancestors.findLast(one => one.name === 'testsuite')?.attributes
  const fault = element.children.find(one => failures.includes(one.name))
  const skipped = child(element, 'skipped') ?? child(element, 'disabled')
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
