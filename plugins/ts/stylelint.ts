import { isBlank, levelOf, mark, marks, marksPlace, position } from '../../core/parse/index.ts'
import { mayName, ruleAtEnd, ruleInColumn } from './frames.ts'
import type { Finding, LineParser } from '../../core/contract.ts'

const header = /^(?<file>(?:[A-Za-z]:)?[^\s:*?"<>|][^:*?"<>|]*\.[\w-]+|<input css[^>]*>)$/
const row = /^ *(?<line>\d+):(?<column>\d+) +(?<level>[✖⚠ℹ×‼]) +(?<rest>\S.*)$/
const wrapped = /^ {8,}(?<rest>\S.*)$/
const unix = /^(?<file>(?:[A-Za-z]:)?[^:]+):(?<line>\d+):(?<column>\d+): (?<rest>.*\)) \[(?<level>error|warning)\]$/
const compact = /^(?<file>(?:[A-Za-z]:)?[^:]+): line (?<line>\d+), col (?<column>\d+), (?<level>error|warning) - (?<rest>.*)$/
const signs: Readonly<Record<string, string>> = { '✖': 'error', '×': 'error', '⚠': 'warning', '‼': 'warning', 'ℹ': 'info' }

/** Stylelint's text: string and verbose (long messages are wrapped), unix, compact. */
export const stylelint: LineParser = {
  lines(context) {
    let file: string | undefined
    let open: Finding | undefined
    const close = () => {
      if (open) context.emit(open)
      open = undefined
    }
    return {
      line(text) {
        const more = open && wrapped.exec(text)?.groups?.rest
        if (open && more) {
          open = { ...open, message: `${open.message} ${more.trim()}` }
          return true
        }
        close()
        const flat = marksPlace(text) || text.includes(': line ') ? (compact.exec(text) ?? unix.exec(text))?.groups : undefined
        const groups = flat ?? (file === undefined || !(marks(text) & mark.colonDigit) ? undefined : row.exec(text)?.groups)
        if (groups) {
          open = finding(groups.file ?? file, groups, flat ? ruleAtEnd(groups.rest ?? '') : ruleInColumn(groups.rest ?? ''))
          return true
        }
        if (!isBlank(text)) file = mayName(text) ? header.exec(text)?.groups?.file : undefined
      },
      end: close,
    }
  },
}

function finding(file: string | undefined, groups: Record<string, string | undefined>, said: { message: string; rule: string | undefined }): Finding {
  const level = groups.level ?? ''
  return {
    tool: 'stylelint', rule: said.rule, level: levelOf(signs[level] ?? level), kind: 'lint', message: said.message,
    file, line: position(groups.line), column: position(groups.column),
  }
}
