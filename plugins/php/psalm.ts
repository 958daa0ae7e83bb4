import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'

const place = '(?<file>(?:[A-Za-z]:)?[^:\\s][^:]*):(?<line>\\d{1,9}):(?<column>\\d{1,9})'
const type = '(?<rule>[A-Z][A-Za-z]+)'
/** `ERROR: Type - file:3:12 - message`, up to 4. */
const text = new RegExp(`^(?<level>ERROR|INFO): ${type} - ${place} - (?<message>\\S.*)$`)
/** Since 5: the type alone, then `at file:3:12`, then the message. */
const alone = new RegExp(`^(?<level>ERROR|INFO): ${type}$`)
const at = new RegExp(`^at ${place}$`)
const emacs = new RegExp(`^${place}:(?<level>error|warning|info) - ${type}: (?<message>\\S.*)$`)
const pylint = new RegExp(`^(?<file>(?:[A-Za-z]:)?[^:\\s][^:]*\\.(?:php\\d?|phtml|inc|module)):(?<line>\\d{1,9}): \\[(?<level>[EW])\\d{4}\\] ${type}: (?<message>\\S.*)$`)
/** compact: a table for each file. */
const heading = /^FILE: (?<file>\S.*)$/
const row = /^\| *(?<level>ERROR|INFO) *\| *(?<line>\d{1,9}) *\| *(?<rule>[A-Z][A-Za-z]+) *\| *(?<message>\S.*?) *\|$/
const inColumn = / \(column (?<column>\d+)\)$/
const link = / \(see (?<url>https:\/\/psalm\.dev\/\d+)\)$/

/** Psalm's console text of all versions, compact, emacs and pylint. INFO is what the configuration lets pass. Source: Psalm's documentation, "Running Psalm", and its Report classes. */
export const psalm: LineParser = {
  lines({ emit }) {
    let file: string | undefined
    let waiting: Partial<Record<string, string>> | undefined
    return {
      line(printed) {
        if (waiting) {
          if (waiting.line === undefined) {
            const groups = at.exec(printed)?.groups
            waiting = groups ? { ...waiting, ...groups } : undefined
            if (groups) return true
          } else {
            emit(found({ ...waiting, message: printed.trim() }, waiting.file))
            waiting = undefined
            return true
          }
        }
        const c = printed.charCodeAt(0)
        if (c === 124) {
          const groups = file === undefined || printed.length > 8000 ? undefined : row.exec(printed)?.groups
          if (groups) emit(found(groups, file))
          return groups !== undefined
        }
        if (c === 70) file = heading.exec(printed)?.groups?.file ?? file
        if (!printed.includes(': ')) return false
        if (c === 69 || c === 73) {
          const groups = alone.exec(printed)?.groups
          if (groups) {
            waiting = { ...groups }
            return true
          }
        }
        const groups = text.exec(printed)?.groups ?? emacs.exec(printed)?.groups ?? pylint.exec(printed)?.groups
        if (groups) emit(found(groups, groups.file))
        return groups !== undefined
      },
    }
  },
}

function found(groups: Partial<Record<string, string>>, file: string | undefined): Finding {
  const column = groups.column ?? inColumn.exec(groups.message ?? '')?.groups?.column
  const message = (groups.message ?? '').replace(inColumn, '')
  const url = link.exec(message)?.groups?.url
  return {
    tool: 'psalm', kind: 'lint', level: groups.level === 'E' ? 'error' : groups.level === 'W' ? 'warning' : levelOf(groups.level), rule: groups.rule,
    message: message.replace(link, ''), file, line: position(groups.line), column: position(column), ...(url ? { help: { url } } : {}),
  }
}
