import type { JsonParser } from '../../core/contract.ts'
import { list, num, position, str } from '../../core/parse/index.ts'

/** `rector --output-format=json`. Source: Rector's documentation. */
export const rectorJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && /"totals"\s*:\s*\{\s*"changed_files"\s*:/.test(head),
    each: ['file_diffs[]', 'errors[]'],
    read(value, { emit }, path) {
      const file = str(value, 'file')
      if (path === 'errors[]') {
        emit({ tool: 'rector', kind: 'lint', level: 'error', rule: 'not-processed', message: str(value, 'message') ?? 'could not be processed', file, line: position(num(value, 'line')) })
        return
      }
      const rules = list(value, 'applied_rectors').filter(one => typeof one === 'string').map(name => name.replace(/^.*\\/, ''))
      const line = /^@@ -(?<line>\d+)/m.exec((str(value, 'diff') ?? '').slice(0, 4000))?.groups?.line
      if (file) emit({ tool: 'rector', kind: 'lint', level: 'warning', rule: rules[0], message: `would be changed: ${rules.join(', ')}`, file, line: position(num(value, 'line')) ?? position(line), trace: str(value, 'diff') })
    },
  },
}
