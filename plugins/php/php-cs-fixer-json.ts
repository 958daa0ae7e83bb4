import type { JsonParser } from '../../core/contract.ts'
import { list, str } from '../../core/parse/index.ts'

/** `php-cs-fixer --format=json`, and Pint's. One finding for each file, since a diff belongs to all its fixers. Source: PHP CS Fixer's doc/schemas. */
export const phpCsFixerJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && (/"about"\s*:\s*"PHP CS Fixer/.test(head) || /"files"\s*:\s*\[/.test(head) && (/"appliedFixers"\s*:/.test(head) || /"files"\s*:\s*\[\s*\]\s*,\s*"(?:time|memory)"/.test(head)) || /"tool"\s*:\s*"pint"/.test(head)),
    each: ['files[]'],
    read(value, { emit }) {
      const file = str(value, 'name') ?? str(value, 'path')
      if (file === undefined) return
      const fixers = [...list(value, 'appliedFixers'), ...list(value, 'fixers')].filter(one => typeof one === 'string')
      const diff = str(value, 'diff')
      emit({ tool: 'php-cs-fixer', kind: 'format', level: 'warning', rule: fixers[0], message: `would be changed${fixers.length > 0 ? `: ${fixers.join(', ')}` : ''}`, file, ...(diff ? { trace: diff } : {}) })
    },
  },
}
