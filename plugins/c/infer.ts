import type { JsonParser, Level } from '../../core/contract.ts'
import { list, num, str } from '../../core/parse/index.ts'

const levels: Readonly<Record<string, Level>> = { ERROR: 'error', WARNING: 'warning', ADVICE: 'note', INFO: 'note', LIKE: 'note' }

/** Infer's `report.json`: an array of issues, each with the trace that leads to it. */
export const infer: JsonParser = {
  reports: ['infer-out/report.json'],
  json: {
    is: head => /^\s*\[\s*\{/.test(head) && /"bug_type"\s*:/.test(head) && /"qualifier"\s*:/.test(head),
    each: ['[]'],
    read(value, { emit }) {
      const [rule, message, file] = [str(value, 'bug_type'), str(value, 'qualifier'), str(value, 'file')]
      if (rule === undefined || message === undefined) return
      const [line, column] = [num(value, 'line'), num(value, 'column')]
      const related = list(value, 'bug_trace').flatMap(step => {
        const [where, at, text] = [str(step, 'filename'), num(step, 'line_number'), str(step, 'description')]
        return where === undefined ? [] : [{ file: where, ...at && at > 0 && { line: at }, ...text !== undefined && { message: text } }]
      })
      emit({
        tool: 'infer', kind: 'lint', level: levels[str(value, 'severity') ?? str(value, 'kind') ?? ''] ?? 'warning', rule, message,
        ...file !== undefined && { file, ...line && line > 0 && { line, ...column && column > 0 && { column } } },
        ...related.length > 0 && { related },
      })
    },
  },
}
