import { num, position, str, list } from '../../core/parse/index.ts'
import { frame, path } from './frames.ts'
import type { JsonParser } from '../../core/contract.ts'

/** `deno lint --json`: lines from 1, columns from 0; `errors` are files that could not be read. */
export const denoLintJson: JsonParser = {
  json: {
    is: head => /"diagnostics"\s*:/.test(head) && /"bytePos"\s*:/.test(head),
    read(value, context) {
      for (const one of list(value, 'diagnostics')) {
        const text = str(one, 'hint')
        context.emit({
          tool: 'deno', rule: str(one, 'code'), level: 'error', kind: 'lint', message: str(one, 'message') ?? 'problem',
          file: path(str(one, 'filename') ?? ''),
          line: position(num(one, 'range', 'start', 'line')), column: column(num(one, 'range', 'start', 'col')),
          endLine: position(num(one, 'range', 'end', 'line')), endColumn: column(num(one, 'range', 'end', 'col')),
          ...(text ? { help: { text } } : {}),
        })
      }
      for (const one of list(value, 'errors')) {
        const [message = 'unreadable', ...more] = (str(one, 'message') ?? 'unreadable').split('\n')
        const at = frame(more)
        context.emit({
          tool: 'deno', rule: 'syntax', level: 'error', kind: 'lint', message, file: path(str(one, 'file_path') ?? ''),
          ...(at ? { line: at.line, column: at.column } : {}), ...(more.length ? { trace: more.join('\n') } : {}),
        })
      }
    },
  },
}

function column(zeroBased: number | undefined): number | undefined {
  return zeroBased === undefined ? undefined : zeroBased + 1
}
