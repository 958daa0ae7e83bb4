import type { JsonParser, Level } from '../../core/contract.ts'
import { list, num, position, str } from '../../core/parse/index.ts'

/** PHPMD's priorities count from 1, the worst. */
export function levelOfPriority(priority: number | undefined): Level {
  return priority === undefined ? 'warning' : priority <= 1 ? 'error' : priority <= 3 ? 'warning' : 'note'
}

/** `phpmd … json`. Source: PHPMD's documentation, "Command line usage". */
export const phpmdJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && /"package"\s*:\s*"phpmd"/.test(head),
    each: ['files[]', 'errors[]'],
    read(value, { emit }, path) {
      if (path === 'errors[]') {
        const message = str(value, 'message')
        const at = /, line: (?<line>\d+), col: \d+, file: (?<file>[^\n]*)\.(?:\n|$)/.exec(message?.slice(0, 4000) ?? '')?.groups
        if (message) emit({ tool: 'phpmd', kind: 'lint', level: 'error', rule: 'syntax', message: message.split(', line: ', 1)[0]?.split('\n', 1)[0] ?? message, file: str(value, 'fileName') ?? at?.file, line: position(at?.line) })
        return
      }
      for (const one of list(value, 'violations')) {
        const url = str(one, 'externalInfoUrl')
        emit({
          tool: 'phpmd', kind: 'lint', level: levelOfPriority(num(one, 'priority')), rule: str(one, 'rule'), message: str(one, 'description') ?? '', file: str(value, 'file'),
          line: position(num(one, 'beginLine')), endLine: position(num(one, 'endLine')), ...(url ? { help: { url } } : {}),
        })
      }
    },
  },
}
