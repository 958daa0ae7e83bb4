import type { JsonParser, TestCase } from '../../core/contract.ts'
import { num, str } from '../../core/parse/index.ts'
import { failure, tool } from './libtest.ts'

/**
 * `cargo test -- -Z unstable-options --format json`, and nextest's `--message-format libtest-json`: one event per line. A suite's own numbers are
 * passed over: its tests are all told. Documents keep no order, so that a log of several binaries at once is read as well.
 */
export const libtestJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && /"type"\s*:\s*"(?:suite|test|bench|report)"/.test(head.slice(0, 200)) && /"(?:event|median|total_time)"\s*:/.test(head),
    read(value, { emit }) {
      const name = str(value, 'name')
      const type = str(value, 'type')
      if (name === undefined || type !== 'test' && type !== 'bench') return
      const seconds = num(value, 'exec_time')
      const event = type === 'bench' && str(value, 'event') === undefined ? 'ok' : str(value, 'event')
      const status = statuses.get(event ?? '')
      if (!status) return
      const timed = seconds === undefined ? {} : { seconds }
      if (status === 'failed') emit({ ...failed(name, value), ...timed })
      else emit({ tool, test: name, status, ...timed })
    },
  },
}

const statuses = new Map<string, TestCase['status']>([['ok', 'passed'], ['allowed_failure', 'passed'], ['failed', 'failed'], ['ignored', 'skipped']])

function failed(name: string, value: unknown): TestCase {
  const said = str(value, 'message')
  const printed = [str(value, 'stdout'), str(value, 'stderr')].flatMap(text => text === undefined ? [] : text.split('\n'))
  const found = failure(name, [...said === undefined ? [] : [`note: ${said}`], ...printed])
  return said === undefined || found.message !== 'failed' ? found : { ...found, message: said }
}
