import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, mark, marks, position } from '../../core/parse/index.ts'

const diagnostic = /^ +(?:(?<file>(?:[A-Za-z]:)?[^\s:][^:]*):)?(?<line>\d+):(?<column>\d+) - (?<level>error|warning|information|info|hint)(?: TS\d+)?: (?<message>.*)$/
const head = /^(?:[A-Za-z]:|\/|\.{1,2}\/)?[^:\s]\S*$/
const ruled = /^(?<message>[^]*) \((?<rule>report[A-Za-z]+)\)$/
const ends = /^\d+ errors?, \d+ warnings?/

/**
 * Pyright's text (basedpyright's too): a path, its findings indented below, and what explains one indented further,
 * with the rule in brackets at the very end. Before 1.1.100 the findings themselves had no path.
 * Source: Pyright's documentation, "Command-line".
 */
export const pyright: LineParser = {
  lines({ emit }) {
    let file: string | undefined
    let held: Finding | undefined

    function release(): void {
      const said = ruled.exec(held?.message ?? '')?.groups
      if (held) emit(said ? { ...held, message: said.message ?? '', rule: said.rule } : held)
      held = undefined
    }

    return {
      line(printed) {
        // Pyright indents with no-break spaces, lest an editor's list trims them.
        const text = printed.replaceAll('\u00a0', ' ')
        const groups = text.charCodeAt(0) === 32 && marks(text) & mark.colonDigit ? diagnostic.exec(text)?.groups : undefined
        const place = groups?.file ?? file
        if (groups && place !== undefined) {
          release()
          held = {
            tool: 'pyright', kind: 'lint', level: levelOf(groups.level === 'information' ? 'info' : groups.level),
            message: groups.message ?? '', file: place, line: position(groups.line), column: position(groups.column),
          }
          return true
        }
        if (held && /^ {4}/.test(text) && held.message.length < 8000) {
          held = { ...held, message: `${held.message}\n${text.slice(2)}` }
          return true
        }
        release()
        file = !text.includes(' ') && head.test(text) ? text : undefined
        const c = text.charCodeAt(0)
        return c >= 48 && c <= 57 && ends.test(text)
      },
      end: release,
    }
  },
}
