import { levelOf, list, num, position, str } from '../../core/parse/index.ts'
import { ruleAtEnd } from './frames.ts'
import type { JsonParser } from '../../core/contract.ts'

/** Stylelint's `--formatter json`: an array of sources with their warnings and parse errors. */
export const stylelintJson: JsonParser = {
  json: {
    is: head => /"warnings"\s*:/.test(head) && /"(?:invalidOptionWarnings|deprecations)"\s*:/.test(head),
    each: ['[]'],
    read(value, context) {
      const file = str(value, 'source')
      for (const warning of [...list(value, 'warnings'), ...list(value, 'parseErrors')]) {
        const said = ruleAtEnd(str(warning, 'text') ?? '')
        context.emit({
          tool: 'stylelint',
          rule: str(warning, 'rule') ?? said.rule,
          level: levelOf(str(warning, 'severity') ?? 'error'),
          kind: 'lint',
          message: said.message,
          file,
          line: position(num(warning, 'line')),
          column: position(num(warning, 'column')),
          endLine: position(num(warning, 'endLine')),
          endColumn: position(num(warning, 'endColumn')),
        })
      }
      for (const option of list(value, 'invalidOptionWarnings')) {
        context.emit({ tool: 'stylelint', level: 'error', kind: 'lint', message: str(option, 'text') ?? 'Invalid option', file })
      }
    },
  },
}
