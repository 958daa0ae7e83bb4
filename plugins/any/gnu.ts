import type { Finding, LineParser } from '../../core/contract.ts'
import { held, levelOf, marksPlace, position } from '../../core/parse/index.ts'

/** A path that looks like one: with a dot or a slash, or a well-known name. `12:30:45: error:` is a time. */
const line = /^(?<file>(?:[A-Za-z]:[\\/])?(?=[^\s:]*(?:[./\\][^\s:]|[mM]akefile|[dD]ockerfile))(?=[^\s:]*[A-Za-z])[^\s:]+):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)? ?(?<level>fatal error|error|warning|note|info|style): (?<message>\S.*)$/
/** Looked for first: few places have it behind them. */
const leveled = /: ?(?:fatal error|error|warning|note|info|style): /
const ruleAtEnd = / \[(?<rule>[A-Za-z][\w.,/=+:-]*)\]$/

/** GNU's form of messages, `file:line:column: error: message [rule]`, of any tool that no other parser knows. Notes belong to what they follow. */
export const gnu: LineParser = {
  lines(context) {
    const pending = held(context)
    return {
      line(text) {
        const groups = !marksPlace(text) || !leveled.test(text) ? undefined : line.exec(text)?.groups
        if (!groups) return false
        const finding = findingOf(groups)
        const { file, line: at, column, message } = finding
        if (groups.level === 'note' && file && pending.relate({ file, message, ...(at ? { line: at } : {}), ...(column ? { column } : {}) })) return true
        pending.hold(finding)
        return true
      },
      end: pending.flush,
    }
  },
}

function findingOf(groups: Record<string, string | undefined>): Finding {
  const said = groups.message ?? ''
  const rule = ruleAtEnd.exec(said)
  const at = position(groups.line)
  const column = position(groups.column)
  return {
    tool: 'gnu', kind: 'build', level: levelOf(groups.level),
    message: rule ? said.slice(0, rule.index) : said,
    ...(groups.file ? { file: groups.file } : {}),
    ...(at ? { line: at } : {}), ...(at && column ? { column } : {}),
    ...(rule?.groups?.rule ? { rule: rule.groups.rule } : {}),
  }
}
