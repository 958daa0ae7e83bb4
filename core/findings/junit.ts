import type { Finding } from '../contract.ts'
import type { TestResult } from '../ledger/tests.ts'
import { clean } from './sarif-text.ts'

export interface JunitSuite {
  name: string
  /** ISO 8601. */
  timestamp?: string
  /** Of the whole suite; default: the sum of its cases. */
  seconds?: number
  cases: readonly TestResult[]
  /** Shown as failed cases, for readers that know no other way to show a problem. Those of kind `test` are cases already. */
  findings?: readonly Finding[]
}

interface Entry {
  classname: string
  name: string
  seconds: number
  file: string | undefined
  line: number | undefined
  /** The child element, '' for a passed test. */
  outcome: 'failure' | 'flakyFailure' | 'skipped' | ''
  type: string
  message: string
  text: string
}

/** JUnit XML with the elements and attributes that Jenkins, GitLab and the Surefire schema have in common; `flakyFailure` is Surefire's, in a case that passed in the end. */
export function junitDocument(suites: readonly JunitSuite[]): string {
  const parts = suites.map(suite => ({ suite, entries: [...suite.cases.map(ofCase), ...(suite.findings ?? []).filter(({ kind }) => kind !== 'test').map(ofFinding)] }))
  const all = parts.flatMap(({ entries }) => entries)
  return [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites${attributes(counts(all))}>`,
    ...parts.flatMap(({ suite, entries }) => [...suiteLines(suite, entries)]),
    '</testsuites>',
    '',
  ].join('\n')
}

function* suiteLines({ name, seconds, timestamp }: JunitSuite, entries: readonly Entry[]): Iterable<string> {
  const { time, ...numbers } = counts(entries)
  const date = new Date(timestamp ?? Number.NaN)
  yield `  <testsuite${attributes({
    name, ...numbers, time: seconds === undefined ? time : decimal(seconds),
    // The schema knows neither fractions nor zones.
    timestamp: Number.isNaN(date.getTime()) ? undefined : date.toISOString().slice(0, 19),
  })}>`
  for (const entry of entries) yield caseText(entry)
  yield '  </testsuite>'
}

function caseText({ classname, name, seconds, file, line, outcome, type, message, text }: Entry): string {
  const head = `    <testcase${attributes({ classname, name, time: decimal(seconds), file, line })}`
  if (outcome === '') return `${head}/>`
  const child = outcome === 'skipped'
    ? `<skipped${attributes({ message: message || undefined })}/>`
    : `<${outcome}${attributes({ message, type })}>${escape(text)}</${outcome}>`
  return `${head}>${child}</testcase>`
}

function ofCase({ tool, test, status, seconds = 0, file, line, message = '', trace, flaky }: TestResult): Entry {
  return {
    // Not the file: many tools name it for failed tests only, and readers follow a test by class and name.
    classname: tool, name: test, seconds, file, line, message, type: tool,
    outcome: status === 'failed' ? 'failure' : flaky ? 'flakyFailure' : status === 'skipped' ? 'skipped' : '',
    text: trace?.includes(message) ? trace : [message, trace].filter(Boolean).join('\n'),
  }
}

function ofFinding({ tool, rule, level, message, file, line, trace }: Finding): Entry {
  const place = [file, line].filter(part => part !== undefined).join(':')
  return {
    classname: tool, name: [rule, place].filter(Boolean).join(' ') || message, seconds: 0, file, line, message,
    outcome: level === 'note' ? '' : 'failure', type: level, text: [place, message, trace].filter(Boolean).join('\n'),
  }
}

function counts(entries: readonly Entry[]) {
  const of = (outcome: Entry['outcome']) => entries.filter(entry => entry.outcome === outcome).length
  const seconds = entries.reduce((sum, entry) => sum + entry.seconds, 0)
  return { tests: entries.length, failures: of('failure'), errors: 0, skipped: of('skipped'), time: decimal(seconds) }
}

function attributes(values: Record<string, string | number | undefined>): string {
  return Object.entries(values).map(([name, value]) => value === undefined ? '' : ` ${name}="${escape(String(value))}"`).join('')
}

/** Line ends too: a reader turns those that are not escaped into spaces, in attributes. */
function escape(text: string): string {
  return clean(text).replace(/[&<>"\r\n\t]/g, character => `&#${character.charCodeAt(0)};`)
}

/** Seconds, never in the form 1e-7. */
function decimal(seconds: number): string {
  return Number.isFinite(seconds) && seconds > 0 ? seconds.toFixed(3) : '0.000'
}
