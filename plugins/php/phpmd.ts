import type { LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

/** Since 2.11 with the rule's name between; the columns are padded, or parted by tabs. */
const text = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d{1,9})(?:\t+| {2,})(?:(?<rule>[A-Z]\w+)(?:\t+| {2,}))?(?<message>\S.*)$/
const unparsed = /^(?<file>\S.*)?\t-\t(?<message>\S.*)$/
const place = /, line: (?<line>\d+), col: (?<column>\d+), file: (?<file>.*)\.$/
/** ansi */
const heading = /^FILE: (?<file>\S.*)$/
const row = /^ +(?<line>\d{1,9}) +\| (?<level>VIOLATION|ERROR) *\| (?<message>\S.*)$/
const source = /\.(?:php\d?|phtml|inc|module|install|theme)$/

/** PHPMD's text, old and new, and ansi. It grades by priority, which text does not tell. Source: PHPMD's documentation, "Command line usage". */
export const phpmd: LineParser = {
  lines({ emit }) {
    let file: string | undefined
    return {
      line(line) {
        const c = line.charCodeAt(0)
        if (c === 70) {
          file = heading.exec(line)?.groups?.file ?? file
          return false
        }
        if (c === 32) {
          const groups = file === undefined ? undefined : row.exec(line)?.groups
          // PHP_CodeSniffer's rows look alike; its errors stand among warnings, these among violations.
          if (!groups || groups.level === 'ERROR') return false
          emit({ tool: 'phpmd', kind: 'lint', level: 'warning', message: groups.message ?? '', file, line: position(groups.line) })
          return true
        }
        if (line.includes('\t-\t')) {
          const groups = unparsed.exec(line)?.groups
          const at = place.exec(groups?.message ?? '')?.groups
          if (!groups || !at) return false
          emit({ tool: 'phpmd', kind: 'lint', level: 'error', rule: 'syntax', message: (groups.message ?? '').replace(place, ''), file: at.file, line: position(at.line), column: position(at.column) })
          return true
        }
        const groups = line.includes('\t') || line.includes('  ') ? text.exec(line)?.groups : undefined
        if (!groups?.file || !source.test(groups.file)) return false
        emit({ tool: 'phpmd', kind: 'lint', level: 'warning', rule: groups.rule, message: groups.message ?? '', file: groups.file, line: position(groups.line) })
        return true
      },
    }
  },
}
