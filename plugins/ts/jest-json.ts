import { get, list, num, position, str } from '../../core/parse/index.ts'
import { frame, headline } from './frames.ts'
import { afterAdvice, syntaxError } from './jest.ts'
import type { JsonParser, ParseContext, TestCase } from '../../core/contract.ts'

/** `jest --json`, and Vitest's json reporter, which follows it. */
export const jestJson: JsonParser = {
  json: {
    is: head => /"(?:numTotalTests|numFailedTestSuites|assertionResults)"\s*:/.test(head),
    each: ['testResults[]'],
    read(value, context) {
      // Only Jest gives every file a summary, be it empty.
      const tool = get(value, 'summary') === undefined ? 'vitest' : 'jest'
      const file = str(value, 'name')
      const results = list(value, 'assertionResults')
      for (const result of results) context.emit(testCase(tool, file, result))
      if (results.length === 0 && str(value, 'status') === 'failed') suite(tool, file, str(value, 'message') ?? '', context)
    },
  },
}

function testCase(tool: string, file: string | undefined, result: unknown): TestCase {
  const status = statusOf(str(result, 'status'))
  const names = [...list(result, 'ancestorTitles'), get(result, 'title')].filter(name => typeof name === 'string' && name !== '')
  const milliseconds = num(result, 'duration')
  const trace = list(result, 'failureMessages').filter(text => typeof text === 'string').join('\n')
  const lines = trace.split('\n')
  const where = frame(lines)
  return {
    tool, test: names.join(tool === 'jest' ? ' › ' : ' > ') || str(result, 'fullName') || 'unnamed', status,
    file: where?.file ?? file, line: where?.line ?? position(num(result, 'location', 'line')),
    ...(milliseconds === undefined ? {} : { seconds: milliseconds / 1000 }),
    ...(status === 'failed' ? { message: headline(lines) || 'failed', trace } : {}),
  }
}

function statusOf(word: string | undefined): TestCase['status'] {
  if (word === 'passed' || word === 'failed') return word
  return 'skipped'
}

function suite(tool: string, file: string | undefined, message: string, context: ParseContext): void {
  const lines = message.replace(/^ *● Test suite failed to run\n/, '').split('\n')
  const where = frame(lines) ?? syntaxError(lines)
  context.emit({
    tool, rule: file, level: 'error', kind: 'test', message: `Test suite failed to run: ${headline(afterAdvice(lines))}`,
    file: where?.file ?? file, ...(where ? { line: where.line } : {}), trace: message,
  })
}
