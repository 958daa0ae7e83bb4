import type { LineParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'

const csvHead = /^file,line,character,severity,type,reason,rule_id$/
const csvRow = /^(?<file>"(?:[^"]|""){1,1000}"|[^",]{1,1000}),(?<line>\d{0,9}),(?<column>\d{0,9}),(?<severity>Warning|Error),(?:"(?:[^"]|""){1,200}"|[^",]{1,200}),(?<message>"(?:[^"]|""){1,4000}"|[^",]{1,4000}),(?<rule>\w{2,100})$/
const markdownHead = /^file \| line \| severity \| reason \| rule\\?_id$/
const markdownRow = /^(?<file>[^|]{1,1000}?) \| (?<line>\d{0,9}) \| :?(?<severity>warning|error|stop_sign|no_entry):? \| (?<message>.{1,4000}?) \| (?<rule>[\w\\]{2,100})$/i
const emojiFile = /^(?<file>(?:\S.{0,1000}\.swift|Other))$/
const emojiRow = /^(?<mark>\u26d4\ufe0f?|\u26a0\ufe0f?) (?:Line (?<line>\d{1,9}): )?(?<message>\S.{0,4000})$/

/** SwiftLint's reporters csv, markdown and emoji; the last names no rules. */
export const swiftlintTable: LineParser = {
  lines({ emit }) {
    let form: 'csv' | 'markdown' | undefined
    let file: string | undefined
    return {
      line(text) {
        if (csvHead.test(text)) form = 'csv'
        else if (markdownHead.test(text)) form = 'markdown'
        else if (form === 'csv' && emitRow(csvRow.exec(text)?.groups)) return true
        else if (form === 'markdown' && emitRow(markdownRow.exec(text)?.groups)) return true
        else return emoji(text)
        return true
      },
    }

    function emitRow(groups: Record<string, string | undefined> | undefined): boolean {
      if (!groups) return false
      const [line, column] = [position(groups['line']), position(groups['column'])]
      const cell = (name: string) => (groups[name] ?? '').replace(/^"|"$/g, '').replaceAll('""', '"')
      emit({
        tool: 'swiftlint', kind: 'lint', level: /warning/i.test(groups['severity']!) ? 'warning' : levelOf('error'), rule: groups['rule']!.replaceAll('\\', ''),
        message: cell('message'), file: cell('file'), ...line && { line, ...column && { column } },
      })
      return true
    }

    function emoji(text: string): boolean {
      const c = text.charCodeAt(0)
      if (c === 0x26d4 || c === 0x26a0) {
        const groups = file === undefined ? undefined : emojiRow.exec(text)?.groups
        if (!groups) return false
        const line = position(groups['line'])
        emit({ tool: 'swiftlint', kind: 'lint', level: groups['mark']!.startsWith('\u26d4') ? 'error' : 'warning', message: groups['message']!, ...file !== 'Other' && { file: file!, ...line && { line } } })
        return true
      }
      const name = text.endsWith('.swift') || text === 'Other' ? emojiFile.exec(text)?.groups?.['file'] : undefined
      file = name
      return false
    }
  },
}
