import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { ownPlaces, placeIn } from './own.ts'
import { checkUrl } from './staticcheck-json.ts'

const text = ownPlaces('staticcheck', one => staticcheckFinding(one.rule ?? '', one.message, placeIn(one)))
const stylishFile = /^(?:[A-Za-z]:[\\/])?[^\s:]+\.go$/
const stylishLine = /^ {2}\((?<line>\d{1,9}), (?<column>\d{1,9})\)\s+(?<rule>(?:SA|ST|QF|S|U)\d{4}|compile|config)\s+(?<message>\S.*)$/
const noPlace = /^(?:-|\S*staticcheck\.conf(?::\d+(?::\d+)?)?): (?<message>\S.*) \((?<rule>compile|config)\)$/

/** staticcheck's default text, and `-f stylish`, which names the file on a line of its own. */
export const staticcheck: LineParser = {
  lines(context) {
    const reader = text.lines(context)
    let file: string | undefined
    return {
      line(text) {
        const groups = text.startsWith('  (') ? stylishLine.exec(text)?.groups : undefined
        if (groups && file !== undefined) {
          const line = position(groups.line)
          const column = position(groups.column)
          context.emit(staticcheckFinding(groups.rule ?? '', groups.message ?? '', { file, ...(line ? { line } : {}), ...(column ? { column } : {}) }))
          return true
        }
        const loose = text.endsWith(')') ? noPlace.exec(text)?.groups : undefined
        if (loose) {
          context.emit(staticcheckFinding(loose.rule ?? '', loose.message ?? '', {}))
          return true
        }
        if (!text.startsWith(' ')) file = stylishFile.test(text) ? text : undefined
        return reader.line(text)
      },
      end: () => reader.end?.(),
    }
  },
}

function staticcheckFinding(rule: string, message: string, place: Pick<Finding, 'file' | 'line' | 'column'>): Finding {
  const url = checkUrl(rule)
  return { tool: 'staticcheck', kind: 'lint', rule, level: 'error', message, ...place, ...(url ? { help: { url } } : {}) }
}
