import type { JsonParser } from '../../core/contract.ts'
import { levelOf, num, position, str } from '../../core/parse/index.ts'

/** `revive -formatter json` (an array) and `ndjson` (an object per line). */
export const reviveJson: JsonParser = {
  json: {
    is: head => /^(?:\[\s*)?\{\s*"Severity"\s*:/.test(head) && /"RuleName"\s*:/.test(head),
    read(value, { emit }) {
      for (const one of Array.isArray(value) ? value : [value]) {
        const rule = str(one, 'RuleName') ?? 'revive'
        const file = str(one, 'Position', 'Start', 'Filename')
        const at = (point: string, what: string) => position(num(one, 'Position', point, what))
        const [line, column, endLine, endColumn] = [at('Start', 'Line'), at('Start', 'Column'), at('End', 'Line'), at('End', 'Column')]
        emit({
          tool: 'revive', kind: 'lint', rule, level: levelOf(str(one, 'Severity')), message: str(one, 'Failure') ?? rule,
          ...(file ? { file } : {}), ...(line ? { line } : {}), ...(column ? { column } : {}), ...(endLine ? { endLine } : {}), ...(endColumn ? { endColumn } : {}),
          help: { url: `https://revive.run/r#${rule}` },
        })
      }
    },
  },
}
