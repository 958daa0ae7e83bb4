import type { JsonParser } from '../../core/contract.ts'
import { list, num, position, str } from '../../core/parse/index.ts'

/**
 * Cucumber's `--format json`, the same of every implementation: features, their elements, steps with a result each.
 * A scenario is as good as its worst step. Source: Cucumber's documentation, "Reporting" (the JSON formatter).
 */
export const cucumberJson: JsonParser = {
  json: {
    is: head => /^\s*\[\s*\{/.test(head) && /"elements"\s*:/.test(head) && /"keyword"\s*:/.test(head) && /"uri"\s*:/.test(head),
    each: ['[]'],
    read(value, { emit }) {
      const file = str(value, 'uri')
      const feature = str(value, 'name') ?? ''
      let background: readonly unknown[] = []
      for (const element of list(value, 'elements')) {
        const steps = list(element, 'steps')
        if (str(element, 'type') === 'background') {
          background = steps
          continue
        }
        const all = [...background, ...list(element, 'before'), ...steps, ...list(element, 'after')]
        background = []
        const failed = all.find(step => /^(?:failed|ambiguous)$/.test(str(step, 'result', 'status') ?? ''))
        const unfinished = all.some(step => /^(?:skipped|pending|undefined)$/.test(str(step, 'result', 'status') ?? ''))
        const nanoseconds = all.reduce<number>((sum, step) => sum + (num(step, 'result', 'duration') ?? 0), 0)
        const error = str(failed, 'result', 'error_message')
        emit({
          tool: 'cucumber', test: [feature, str(element, 'name') ?? 'unnamed'].filter(Boolean).join(': '),
          status: failed ? 'failed' : unfinished ? 'skipped' : 'passed', seconds: nanoseconds / 1e9, file,
          line: position(num(failed, 'line')) ?? position(num(element, 'line')),
          ...(error ? { message: error.split('\n', 1)[0] ?? error, trace: error } : {}),
        })
      }
    },
  },
}
