import { num, str } from '../../core/parse/index.ts'
import { frame } from './frames.ts'
import type { JsonParser, TestCase } from '../../core/contract.ts'

const statuses: Readonly<Record<string, TestCase['status']>> = { 'passes[]': 'passed', 'failures[]': 'failed', 'pending[]': 'skipped' }

/** Mocha's json reporter. `tests` lacks the failed hooks, so that the three lists by outcome are read instead. */
export const mochaJson: JsonParser = {
  json: {
    is: head => /"stats"\s*:\s*\{\s*"suites"\s*:/.test(head) && /"passes"\s*:/.test(head) && !/"results"\s*:/.test(head),
    each: ['passes[]', 'failures[]', 'pending[]'],
    read(value, context, path) {
      const test = str(value, 'fullTitle') ?? str(value, 'title')
      const status = statuses[path]
      if (test === undefined || status === undefined) return
      const milliseconds = num(value, 'duration')
      const trace = str(value, 'err', 'stack')
      const where = trace === undefined ? undefined : frame(trace.split('\n'))
      context.emit({
        tool: 'mocha', test, status, file: where?.file ?? str(value, 'file'), line: where?.line,
        ...(milliseconds === undefined ? {} : { seconds: milliseconds / 1000 }),
        ...(status === 'failed' ? { message: str(value, 'err', 'message')?.trim() ?? 'failed', trace } : {}),
      })
    },
  },
}
