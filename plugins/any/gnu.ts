import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, marksPlace, position } from '../../core/parse/index.ts'

/** A path that looks like one: with a dot or a slash, or a well-known name. `12:30:45: error:` is a time. */
const line = /^(?<file>(?:[A-Za-z]:[\\/])?(?=[^\s:]*(?:[./\\][^\s:]|[mM]akefile|[dD]ockerfile))(?=[^\s:]*[A-Za-z])[^\s:]+):(?<line>\d{1,9}):(?:(?<column>\d{1,9}):)? ?(?<level>fatal error|error|warning|note|info|style): (?<message>\S.*)$/
/** Looked for first: few places have it behind them. */
const leveled = /: ?(?:fatal error|error|warning|note|info|style): /
const ruleAtEnd = / \[(?<rule>[A-Za-z][\w.,/=+:-]*)\]$/
const maxRelated = 20

/** GNU's form of messages, `file:line:column: error: message [rule]`, of any tool that no other parser knows. Notes belong to what they follow. */
export const gnu: LineParser = {
  lines({ emit }) {
    let pending: Finding | undefined
    const flush = () => {
      if (pending) emit(pending)
      pending = undefined
    }
    return {
      line(text) {
        const groups = !marksPlace(text) || !leveled.test(text) ? undefined : line.exec(text)?.groups
        if (!groups) return false
        const finding = findingOf(groups)
        if (groups.level === 'note' && pending && finding.file && (pending.related?.length ?? 0) < maxRelated) {
          const { file, line, column, message } = finding
          pending = { ...pending, related: [...pending.related ?? [], { file, message, ...(line ? { line } : {}), ...(column ? { column } : {}) }] }
          return true
        }
        flush()
        pending = finding
        return true
      },
      end: flush,
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
