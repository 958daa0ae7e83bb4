import type { JsonParser } from '../../core/contract.ts'
import { levelOf, list, num, position, str } from '../../core/parse/index.ts'

/** HAML-Lint's and Slim-Lint's `--reporter json`. Source: their READMEs. */
export const hamlLintJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && (/"(?:haml|slim)_?lint_version"\s*:/.test(head) || /"offenses"\s*:\s*\[/.test(head) && /"linter_name"\s*:/.test(head)),
    each: ['files[]'],
    read(value, { emit }) {
      const file = str(value, 'path')
      for (const one of list(value, 'offenses')) {
        const message = str(one, 'message')
        if (message === undefined) continue
        emit({
          tool: file?.endsWith('.slim') ? 'slim-lint' : 'haml-lint', kind: 'lint', level: levelOf(str(one, 'severity')), rule: str(one, 'linter_name'),
          message, file, line: position(num(one, 'location', 'line')),
        })
      }
    },
  },
}
