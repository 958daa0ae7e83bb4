import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const friendly = /^ {2}(?<mark>⚠|✘) {2}https:\/\/revive\.run\/r#(?<rule>[\w-]+) {2}(?<message>\S.*?) *$/
const below = /^ {2}(?<file>(?:[A-Za-z]:)?[^\s:]+):(?<line>\d+):(?<column>\d+) *$/
const stylish = /^ {2}\((?<line>\d+), (?<column>\d+)\) {2,}https:\/\/revive\.run\/r#(?<rule>[\w-]+) {2,}(?<message>\S.*?) *$/
const heading = /^(?:[A-Za-z]:[\\/])?[^\s:]+\.go$/

/** revive's friendly format (a finding, its place below) and its stylish one (a file, its findings below). The others have one line per finding: `linter`. */
export const revive: LineParser = {
  lines({ emit }) {
    let held: Finding | undefined
    let file: string | undefined
    return {
      line(text) {
        if (!text.startsWith('  ')) {
          held = undefined
          if (text !== '') file = heading.test(text) ? text : undefined
          return false
        }
        const groups = friendly.exec(text)?.groups
        if (groups) {
          held = finding(groups, groups.mark === '⚠' ? 'warning' : 'error')
          return true
        }
        const place = held && below.exec(text)?.groups
        if (held && place) {
          emit({ ...held, ...placeOf(place) })
          held = undefined
          return true
        }
        const row = file === undefined ? undefined : stylish.exec(text)?.groups
        if (!row) return false
        emit({ ...finding(row, 'warning'), ...placeOf({ ...row, file }) })
        return true
      },
    }
  },
}

function finding(groups: Record<string, string | undefined>, level: 'warning' | 'error'): Finding {
  const rule = groups.rule ?? ''
  return { tool: 'revive', kind: 'lint', level, rule, message: groups.message ?? rule, help: { url: `https://revive.run/r#${rule}` } }
}

function placeOf(groups: Record<string, string | undefined>): Pick<Finding, 'file' | 'line' | 'column'> {
  const line = position(groups.line)
  const column = position(groups.column)
  return { ...(groups.file ? { file: groups.file } : {}), ...(line ? { line } : {}), ...(column ? { column } : {}) }
}
