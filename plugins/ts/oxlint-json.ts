import { levelOf, list, num, position, str } from '../../core/parse/index.ts'
import type { JsonParser } from '../../core/contract.ts'

/** oxlint's `--format json`: `diagnostics`, each with labels; the first label is the place, the others explain. */
export const oxlintJson: JsonParser = {
  json: {
    is: head => /"diagnostics"\s*:/.test(head) && (/"labels"\s*:/.test(head) || /"number_of_rules"\s*:/.test(head)),
    each: ['diagnostics[]'],
    read(value, context) {
      const message = str(value, 'message')
      if (message === undefined) return
      const [first, ...others] = list(value, 'labels')
      const file = str(value, 'filename')
      const url = str(value, 'url')
      const text = str(value, 'help')
      context.emit({
        tool: 'oxlint', rule: str(value, 'code'), level: levelOf(str(value, 'severity')), kind: 'lint', message, file,
        line: position(num(first, 'span', 'line')), column: position(num(first, 'span', 'column')),
        ...(url || text ? { help: { ...(text ? { text } : {}), ...(url ? { url } : {}) } } : {}),
        ...(others.length && file
          ? { related: others.map(label => ({ file, line: position(num(label, 'span', 'line')), column: position(num(label, 'span', 'column')), message: str(label, 'label') })) }
          : {}),
      })
    },
  },
}
