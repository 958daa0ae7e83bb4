import type { JsonParser } from '../../core/contract.ts'
import { levelOf, num, position, str } from '../../core/parse/index.ts'

/** `pyright --outputjson`. Lines and characters count from 0, ends are exclusive. */
export const pyrightJson: JsonParser = {
  json: {
    is: head => /^\s*\{/.test(head) && head.includes('"generalDiagnostics"'),
    each: ['generalDiagnostics[]'],
    read(value, { emit }) {
      const message = str(value, 'message')?.replaceAll('\u00a0', ' ')
      const severity = str(value, 'severity')
      if (message === undefined) return
      const at = (edge: string, what: string) => {
        const number = num(value, 'range', edge, what)
        return number === undefined ? undefined : position(number + 1)
      }
      emit({
        tool: 'pyright', kind: 'lint', message,
        rule: str(value, 'rule'),
        level: levelOf(severity === 'information' ? 'info' : severity),
        file: str(value, 'file') ?? str(value, 'uri', '_filePath'),
        line: at('start', 'line'), column: at('start', 'character'),
        endLine: at('end', 'line'), endColumn: at('end', 'character'),
      })
    },
  },
}
