import type { Finding, LineParser } from '../../core/contract.ts'
import { csvCells, levelOf, position } from '../../core/parse/index.ts'

const heading = /^FILE: (?<file>\S.*)$/
const found = /^FOUND \d+ (?:ERROR|WARNING)/
const row = /^ +(?<line>\d{1,9}) +\| (?<level>ERROR|WARNING) *\| (?:\[(?:x| )\] )?(?<message>\S.*)$/
const more = /^ +\| +\| +(?<message>\S.*)$/
/** code */
const coded = /^LINE +(?<line>\d{1,9}): (?<level>ERROR|WARNING) *(?:\[(?:x| )\] )?(?<message>\S.*)$/
const indented = /^ {8,}(?<message>\S.*)$/
const emacs = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d{1,9}):(?<column>\d{1,9}): (?<level>error|warning) - (?<message>\S.*)$/
const csvHead = 'File,Line,Column,Type,Message,Source'
const source = / \((?<rule>[A-Z][\w-]*(?:\.[A-Z]\w*){2,3})\)$/

/** PHP_CodeSniffer's full, code, emacs and csv reports, with `-s` or without; its summaries name no line. Source: its wiki, "Reporting". */
export const phpcs: LineParser = {
  lines({ emit }) {
    let file: string | undefined
    let listed = false
    let columns: string[] | undefined
    let pending: Finding | undefined
    const flush = () => {
      if (pending) emit(sourced(pending))
      pending = undefined
    }
    const open = (groups: Readonly<Record<string, string | undefined>>, where: string | undefined) => {
      flush()
      pending = { tool: 'phpcs', kind: 'lint', level: levelOf(groups.level), message: groups.message ?? '', file: where, line: position(groups.line), column: position(groups.column) }
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c === 70) {
          flush()
          const name = heading.exec(text)?.groups?.file
          if (name !== undefined) {
            file = name
            listed = false
          }
          if (file !== undefined && found.test(text)) listed = true
          if (text.startsWith(csvHead)) columns = csvCells(text)
          return name !== undefined || listed
        }
        if (listed && (c === 32 || c === 76)) {
          const groups = (c === 32 ? row : coded).exec(text)?.groups
          if (groups) {
            open(groups, file)
            return true
          }
          const rest = pending && (more.exec(text) ?? indented.exec(text))?.groups?.message
          if (pending && rest !== undefined && pending.message.length < 4000) {
            pending = { ...pending, message: `${pending.message} ${rest}` }
            return true
          }
          return false
        }
        flush()
        if (columns && c === 34) return record(text, columns, emit)
        columns = undefined
        const groups = text.includes(' - ') ? emacs.exec(text)?.groups : undefined
        // Psalm's emacs form begins its message with the kind of issue.
        if (!groups || /^[A-Z][a-z]+[A-Z][A-Za-z]+: /.test(groups.message ?? '')) return false
        open(groups, groups.file)
        flush()
        return true
      },
      end: flush,
    }
  },
}

function record(text: string, columns: readonly string[], emit: (finding: Finding) => void): boolean {
  const cells = csvCells(text)
  const of = (name: string) => cells[columns.indexOf(name)] || undefined
  if (cells.length < columns.length - 1) return false
  emit({ tool: 'phpcs', kind: 'lint', level: levelOf(of('Type')), rule: of('Source'), message: of('Message') ?? '', file: of('File'), line: position(of('Line')), column: position(of('Column')) })
  return true
}

function sourced(finding: Finding): Finding {
  const rule = source.exec(finding.message)?.groups?.rule
  return rule === undefined ? finding : { ...finding, rule, message: finding.message.slice(0, -rule.length - 3) }
}
