import type { JsonParser, ParseContext, TestCase } from '../../core/contract.ts'
import { list, num, str } from '../../core/parse/index.ts'

/**
 * `xcrun xcresulttool get test-results tests`: a tree of nodes with the cases as leaves, and what failed below a case as `File.swift:12: text`;
 * `get test-results summary`: the counts and the failures; `get build-results`: issues with a URL whose fragment tells the line.
 */
export const xcresult: JsonParser = {
  json: {
    is: head => head.startsWith('{') && (/"testNodes"\s*:/.test(head) && /"nodeType"\s*:/.test(head) || /"totalTestCount"\s*:/.test(head) || /"(?:analyzerWarnings|errorCount)"\s*:/.test(head) && /"(?:destination|actionTitle|warningCount)"\s*:/.test(head)),
    read(value, context) {
      for (const node of list(value, 'testNodes')) walk(node, '', context, 0)
      if (num(value, 'totalTestCount') !== undefined) summary(value, context)
      for (const [key, level] of [['errors', 'error'], ['warnings', 'warning'], ['analyzerWarnings', 'warning']] as const) {
        for (const issue of list(value, key)) build(issue, level, context)
      }
    },
  },
}

function walk(node: unknown, suite: string, context: ParseContext, depth: number): void {
  if (depth > 50) return
  const name = str(node, 'name') ?? ''
  const type = str(node, 'nodeType') ?? ''
  if (type === 'Test Case') return context.emit(caseOf(node, suite ? `${suite}.${name.replace(/\(\)$/, '')}` : name))
  for (const child of list(node, 'children')) walk(child, type === 'Test Suite' ? name : suite, context, depth + 1)
}

function caseOf(node: unknown, test: string): TestCase {
  const result = str(node, 'result')
  const status = result === 'Failed' ? 'failed' : result === 'Skipped' ? 'skipped' : 'passed'
  const seconds = num(node, 'durationInSeconds')
  const messages = status === 'failed' ? messagesOf(node, 0) : []
  const groups = /^(?<file>[^:]{1,500}\.\w{1,12}):(?<line>\d{1,9}): (?<message>[^]*)$/.exec(messages[0] ?? '')?.groups
  return {
    tool: 'xcresult', test, status, ...seconds !== undefined && { seconds },
    ...messages.length > 0 && { message: groups?.['message'] ?? messages[0]!, ...groups && { file: groups['file']!, line: Number(groups['line']) }, ...messages.length > 1 && { trace: messages.join('\n') } },
  }
}

/** They may stand below a device, a repetition or the arguments. */
function messagesOf(node: unknown, depth: number): string[] {
  if (depth > 10) return []
  return list(node, 'children').flatMap(child => str(child, 'nodeType') === 'Failure Message' ? [str(child, 'name') ?? 'failed'] : messagesOf(child, depth + 1))
}

function summary(value: unknown, context: ParseContext): void {
  const number = (key: string) => num(value, key) ?? 0
  for (const one of list(value, 'testFailures')) {
    const test = str(one, 'testIdentifierString')?.replace('/', '.').replace(/\(\)$/, '') ?? str(one, 'testName') ?? 'test'
    context.emit({ tool: 'xcresult', test, status: 'failed', message: str(one, 'failureText') ?? 'failed' })
  }
  const total = number('totalTestCount')
  if (total > 0) context.emit({ tool: 'xcresult', totals: { total, failed: number('failedTests'), skipped: number('skippedTests'), passed: number('passedTests') + number('expectedFailures') } })
}

function build(issue: unknown, level: 'error' | 'warning', context: ParseContext): void {
  const message = str(issue, 'message')
  if (!message) return
  const [url = '', fragment = ''] = (str(issue, 'sourceURL') ?? '').split('#', 2)
  const number = (name: string) => /^\d{1,9}$/.test(new URLSearchParams(fragment).get(name) ?? '') ? Number(new URLSearchParams(fragment).get(name)) : undefined
  const [line, column] = [number('StartingLineNumber'), number('StartingColumnNumber')]
  const rule = str(issue, 'issueType')
  context.emit({
    tool: 'xcodebuild', kind: 'build', level, message, ...rule && { rule },
    // Lines and columns count from 0 there.
    ...url && { file: url, ...line !== undefined && { line: line + 1, ...column !== undefined && { column: column + 1 } } },
  })
}
