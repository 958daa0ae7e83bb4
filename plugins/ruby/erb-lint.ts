import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const compact = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*\.(?:erb|html)):(?<line>\d{1,9}):(?<column>\d{1,9}): (?<message>\S.*)$/
const place = /^In file: (?<file>(?:[A-Za-z]:)?[^:]+):(?<line>\d{1,9})$/
const mostLines = 20

/**
 * ERB Lint's compact and multiline text; neither names the linter, but the offenses that RuboCop found in ERB name their cop.
 * Source: ERB Lint's README and lib/erb_lint/reporters.
 */
export const erbLint: LineParser = {
  lines({ emit }) {
    let above: string[] = []
    return {
      line(text) {
        const at = text.startsWith('In file: ') ? place.exec(text)?.groups : undefined
        if (at && above.length > 0) {
          emit(found(above.join('\n'), at))
          above = []
          return true
        }
        if (text.trim() === '') above = []
        else if (above.length < mostLines) above.push(text)
        const groups = text.includes(': ') ? compact.exec(text)?.groups : undefined
        if (!groups || /^(?:\[?[EWCFRI]\]?|error|warning|note)\b/.test(groups.message ?? '')) return false
        emit(found(groups.message ?? '', groups))
        return true
      },
    }
  },
}

function found(said: string, { file, line, column }: Readonly<Record<string, string | undefined>>): Finding {
  const { rule, message } = /^(?<rule>[A-Z]\w*(?:\/[A-Z]\w*)+): (?<message>[^]*)$/.exec(said)?.groups ?? {}
  // Columns of this tool count from 0.
  const at = column === undefined ? undefined : position(Number(column) + 1)
  return { tool: 'erb-lint', kind: 'lint', level: 'warning', rule, message: (message ?? said).replace(/ \(not autocorrected\)$/, ''), file, line: position(line), column: at }
}
