import type { LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { warned } from './brakeman-json.ts'
import { withoutLine } from './brakeman.ts'

const row = /^(?<file>\S+)\s+(?<line>\d{1,9})\s+(?<rest>[A-Z].*)$/
const group = /\s(?:General|Controller|Model|Template)\s/

/** `brakeman -f tabs`: file, line, type, group, message, confidence; where the tabs have been made blanks the groups still tell the columns. */
export const brakemanTabs: LineParser = {
  lines({ emit }) {
    return {
      line(text) {
        const confidence = text.endsWith('High') ? 'High' : text.endsWith('Medium') ? 'Medium' : text.endsWith('Weak') ? 'Weak' : undefined
        const groups = confidence === undefined || text.length > 8000 ? undefined : row.exec(text)?.groups
        const rest = groups?.rest ?? ''
        const found = group.exec(rest)
        if (!groups || !found || confidence === undefined) return false
        emit(warned({
          rule: rest.slice(0, found.index).trim(), message: withoutLine(rest.slice(found.index + found[0].length, rest.length - confidence.length).trim()), confidence,
          file: groups.file, line: position(groups.line),
        }))
        return true
      },
    }
  },
}
