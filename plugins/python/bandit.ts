import type { Finding, LineParser } from '../../core/contract.ts'
import { csvCells, levelOf, marksPlace, position } from '../../core/parse/index.ts'

const issue = /^>> Issue: \[(?<rule>[A-Z]\d{3})(?::(?<name>[^\]]*))?\] (?<message>.*)$/
const detail = /^ {3}(?<key>Severity|CWE|More Info|Location): (?<value>.*)$/
const where = /^(?<file>.*?):(?<line>\d+)(?::(?<column>\d+))?$/
const custom = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d+):(?:(?<column>\d+):)? (?:(?<rule>[A-Z]\d{3})\[bandit\]: (?<level>LOW|MEDIUM|HIGH|UNDEFINED)|(?<level2>LOW|MEDIUM|HIGH|UNDEFINED): (?<rule2>B\d{3})): (?<message>.*)$/
const csvHead = 'filename,test_name,test_id,'

/**
 * Bandit's txt and screen forms, its custom form with the default template, and csv. Columns count from 0.
 * Source: Bandit's documentation, "Report Formatters".
 */
export const bandit: LineParser = {
  lines({ emit }) {
    let held: Finding | undefined
    let columns: string[] | undefined

    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!held && !columns && c !== 62 && c !== 102 && !marksPlace(text)) return
        const begun = issue.exec(text)?.groups
        if (begun) {
          if (held) emit(held)
          held = { tool: 'bandit', kind: 'audit', rule: begun.rule, level: 'warning', message: begun.message ?? '' }
          return true
        }
        const said = held && detail.exec(text)?.groups
        if (held && said) {
          held = withDetail(held, said.key ?? '', said.value ?? '')
          if (said.key === 'Location') {
            // Before 1.7.1 `More Info` came after the location; then it is not worth waiting for.
            emit(held)
            held = undefined
          }
          return true
        }
        const one = custom.exec(text)?.groups
        if (one) {
          emit({
            tool: 'bandit', kind: 'audit', rule: one.rule ?? one.rule2, level: levelOfBandit(one.level ?? one.level2),
            message: one.message ?? '', file: one.file, line: position(one.line), column: fromZero(one.column),
          })
          return true
        }
        if (text.startsWith(csvHead)) columns = csvCells(text)
        else if (columns) {
          const finding = fromCsv(columns, csvCells(text))
          if (finding) emit(finding)
          else columns = undefined
          return finding !== undefined
        }
      },
      end() {
        if (held) emit(held)
      },
    }
  },
}

export function levelOfBandit(word: string | undefined): Finding['level'] {
  return levelOf(word === 'UNDEFINED' ? undefined : word)
}

function withDetail(finding: Finding, key: string, value: string): Finding {
  if (key === 'Severity') return { ...finding, level: levelOfBandit(value.split(/\s/)[0]?.toUpperCase()) }
  if (key === 'More Info') return { ...finding, help: { url: value } }
  const place = key === 'Location' ? where.exec(value)?.groups : undefined
  return place ? { ...finding, file: place.file, line: position(place.line), column: fromZero(place.column) } : finding
}

function fromCsv(columns: readonly string[], cells: readonly string[]): Finding | undefined {
  const cell = (name: string) => cells[columns.indexOf(name)]
  const rule = cell('test_id')
  if (!rule || !/^[A-Z]\d{3}$/.test(rule)) return undefined
  const url = cell('more_info')
  return {
    tool: 'bandit', kind: 'audit', rule, level: levelOfBandit(cell('issue_severity')), message: cell('issue_text') ?? '',
    file: cell('filename'), line: position(cell('line_number')), column: fromZero(cell('col_offset')),
    help: url ? { url } : undefined,
  }
}

function fromZero(column: string | undefined): number | undefined {
  return column === undefined || column === '' ? undefined : position(Number(column) + 1)
}
