import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'
import { ownPlaces, placeIn } from './own.ts'

/** Before version 2 without a rule. */
const oldIssue = /^\[(?<file>(?:[A-Za-z]:[\\/])?[^\s:\]]+\.go):(?<line>\d+)\] - (?<message>\S.*) \(Confidence: ?(?<confidence>\w+), Severity: ?(?<severity>\w+)\)$/
const issue = /^\[(?<file>(?:[A-Za-z]:[\\/])?[^\s:\]]+\.go):(?<line>\d+)(?:-(?<endLine>\d+))?(?::(?<column>\d+))?\] - (?<rule>G\d+)(?<ignored> \(NoSec\))?(?: \((?<cwe>CWE(?:-\d+)?)\))?: (?<message>\S.*) \(Confidence: ?(?<confidence>\w+), Severity: ?(?<severity>\w+)\)$/
const record = /^(?<file>[^,"\s][^,"]*\.go),(?<line>\d+)(?:-(?<endLine>\d+))?,(?<message>"(?:[^"]|"")*"|[^",]*),(?<severity>LOW|MEDIUM|HIGH),(?<confidence>LOW|MEDIUM|HIGH),/
const golint = /^(?:\[CWE-\d+\] )?(?<message>\S.*) \(Rule:(?<rule>G\d+), Severity:(?<severity>\w+), Confidence:\w+\)$/
const endOfRecord = /,(?<cwe>CWE-\d+)$/

const lints = ownPlaces('gosec', one => {
  const { message = one.message, rule = '', severity } = golint.exec(one.message)?.groups ?? {}
  return { tool: 'gosec', kind: 'audit', rule, level: levelOf(severity), message, ...placeIn(one) }
})

/** gosec's text, golint and csv formats (github.com/securego/gosec/report). Its code excerpts are not read. */
export const gosec: LineParser = {
  lines(context) {
    const reader = lints.lines(context)
    let row: Finding | undefined
    const flush = () => {
      if (row) context.emit(row)
      row = undefined
    }
    return {
      line(text) {
        if (row) {
          const cwe = endOfRecord.exec(text)?.groups?.cwe
          if (cwe) row = { ...row, rule: cwe }
          if (cwe || record.test(text)) flush()
          if (cwe) return true
        }
        const groups = text.charCodeAt(0) === 91 ? (issue.exec(text) ?? oldIssue.exec(text))?.groups : undefined
        if (groups) {
          if (!groups.ignored) context.emit(findingOf(groups, groups.rule ?? 'gosec'))
          return true
        }
        const fields = text.includes('.go,') ? record.exec(text)?.groups : undefined
        if (!fields) return reader.line(text)
        row = findingOf(fields, endOfRecord.exec(text)?.groups?.cwe ?? 'gosec')
        if (endOfRecord.test(text)) flush()
        return true
      },
      end() {
        flush()
        reader.end?.()
      },
    }
  },
}

function findingOf(groups: Record<string, string | undefined>, rule: string | undefined): Finding {
  const line = position(groups.line)
  const endLine = position(groups.endLine)
  const column = position(groups.column)
  const said = groups.message ?? ''
  return {
    tool: 'gosec', kind: 'audit', ...(rule ? { rule } : {}), level: levelOf(groups.severity), message: said.startsWith('"') ? said.slice(1, -1).replaceAll('""', '"') : said,
    ...(groups.file ? { file: groups.file } : {}), ...(line ? { line } : {}), ...(endLine ? { endLine } : {}), ...(column ? { column } : {}),
    ...(rule?.startsWith('G') ? { help: { url: gosecUrl(rule) } } : {}),
  }
}

function gosecUrl(rule: string): string { return `https://securego.io/docs/rules/${rule.toLowerCase()}` }
