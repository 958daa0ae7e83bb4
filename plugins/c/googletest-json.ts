import type { JsonParser } from '../../core/contract.ts'
import { list, num, str } from '../../core/parse/index.ts'

/** `--gtest_output=json:FILE`. */
export const googletestJson: JsonParser = {
  reports: ['test_detail.json'],
  json: {
    is: head => /^\s*\{/.test(head) && /"testsuites"\s*:/.test(head) && /"disabled"\s*:/.test(head),
    each: ['testsuites[]'],
    read(suite, { emit }) {
      for (const test of list(suite, 'testsuite')) {
        const name = str(test, 'name')
        if (name === undefined) continue
        const failures = list(test, 'failures').map(one => str(one, 'failure') ?? '')
        const groups = /^(?<file>.{1,1000}?):(?<line>\d{1,9})\n/.exec(failures[0] ?? '')?.groups
        const file = groups?.['file'] ?? str(test, 'file')
        const line = Number(groups?.['line']) || num(test, 'line')
        const skipped = str(test, 'status') !== 'RUN' || str(test, 'result') === 'SKIPPED'
        emit({
          tool: 'googletest', test: `${str(test, 'classname') ?? str(suite, 'name') ?? ''}.${name}`,
          status: failures.length ? 'failed' : skipped ? 'skipped' : 'passed',
          seconds: Number.parseFloat(str(test, 'time') ?? '0') || 0,
          ...file && { file, ...line && { line } },
          ...failures.length > 0 && { message: failures[0]!.replace(/^.{1,1000}:\d{1,9}\n/, ''), trace: failures.join('\n\n') },
        })
      }
    },
  },
}
