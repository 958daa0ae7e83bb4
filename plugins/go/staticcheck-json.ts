import type { Finding, JsonParser, Location } from '../../core/contract.ts'
import { levelOf, list, num, position, str } from '../../core/parse/index.ts'

/** `staticcheck -f json`: one object per line. https://staticcheck.dev/docs/running-staticcheck/cli/formatters/ */
export const staticcheckJson: JsonParser = {
  json: {
    is: head => /^\{"code":"[A-Za-z]+\d*","severity":"[a-z]*","location":\{/.test(head),
    read(value, { emit }) {
      const rule = str(value, 'code') ?? 'staticcheck'
      const message = str(value, 'message') ?? rule
      const severity = str(value, 'severity')
      if (severity === 'ignored') return
      const url = checkUrl(rule)
      const related = list(value, 'related').map((one): Location => ({ file: str(one, 'location', 'file') ?? '', ...placeOf(one), message: str(one, 'message') ?? '' }))
      const file = str(value, 'location', 'file')
      const place = file ? { file, ...placeOf(value) } : firstPlace(message)
      emit({
        tool: 'staticcheck', kind: rule === 'compile' ? 'build' : 'lint', rule, level: levelOf(severity ?? 'error'), message, ...place,
        ...(related.length ? { related } : {}), ...(url ? { help: { url } } : {}),
      })
    },
  },
}

type Place = Partial<Pick<Finding, 'file' | 'line' | 'column' | 'endLine' | 'endColumn'>>

function placeOf(value: unknown): Place {
  const at = { line: num(value, 'location', 'line'), column: num(value, 'location', 'column'), endLine: num(value, 'end', 'line'), endColumn: num(value, 'end', 'column') }
  return Object.fromEntries(Object.entries(at).flatMap(([key, number]) => position(number) ? [[key, number]] : []))
}

/** What does not compile has its place in the message only. */
function firstPlace(message: string): Place {
  const groups = /^(?<file>[^\s:]+\.go):(?<line>\d+)(?::(?<column>\d+))?: /m.exec(message)?.groups
  const line = position(groups?.line)
  const column = position(groups?.column)
  return groups?.file ? { file: groups.file, ...(line ? { line } : {}), ...(column ? { column } : {}) } : {}
}

export function checkUrl(rule: string): string | undefined {
  return /^(?:SA|ST|QF|S|U)\d{4}$/.test(rule) ? `https://staticcheck.dev/docs/checks/#${rule}` : undefined
}
