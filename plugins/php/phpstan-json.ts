import type { JsonParser } from '../../core/contract.ts'
import { entries, list, num, position, str } from '../../core/parse/index.ts'

/** `phpstan --error-format=json` and `prettyJson`. Source: PHPStan's documentation, "Output format". */
export const phpstanJson: JsonParser = {
  json: {
    is: head => /^\s*\{\s*"totals"\s*:\s*\{\s*"errors"\s*:\s*\d+\s*,\s*"file_errors"\s*:/.test(head),
    read(value, { emit }) {
      for (const [name, file] of entries(value, 'files')) {
        for (const one of list(file, 'messages')) {
          const tip = str(one, 'tip')
          emit({
            tool: 'phpstan', kind: 'lint', level: 'error', rule: str(one, 'identifier'), message: str(one, 'message') ?? '',
            file: name.replace(/ \(in context of .*\)$/, ''), line: position(num(one, 'line')), ...(tip ? { help: { text: tip } } : {}),
          })
        }
      }
      for (const error of list(value, 'errors')) {
        if (typeof error === 'string') emit({ tool: 'phpstan', kind: 'lint', level: 'error', message: error })
      }
    },
  },
}
