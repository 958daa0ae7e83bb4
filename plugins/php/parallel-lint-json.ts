import type { JsonParser } from '../../core/contract.ts'
import { num, position, str } from '../../core/parse/index.ts'

/** `parallel-lint --json`. Source: PHP Parallel Lint's README and its JsonOutput. */
export const parallelLintJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && /"results"\s*:\s*\{/.test(head) && /"(?:checkedFiles|filesWithSyntaxError|normalizeMessage)"\s*:/.test(head),
    each: ['results.errors[]'],
    read(value, { emit }) {
      const message = str(value, 'normalizeMessage') ?? str(value, 'message')
      if (message) emit({ tool: 'parallel-lint', kind: 'build', level: 'error', rule: str(value, 'type') === 'syntaxError' ? 'Parse error' : str(value, 'type'), message, file: str(value, 'file'), line: position(num(value, 'line')) })
    },
  },
}
