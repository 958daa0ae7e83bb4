import type { LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const heading = /^(?<rule>Methods exceeded maximum allowed ABC complexity|Lines violated style requirements|Class and Module definitions require explanatory comments on preceding line|Missing documentation|Quality threshold crossed) \(\d+\):$/
const row = /^ {2}(?<file>\S[^:]*?)(?::(?<line>\d{1,9}))?(?: {2,}(?<message>\S.*))?$/

/** Cane's text: a table for each kind of fault. Source: cane's README. */
export const cane: LineParser = {
  lines({ emit }) {
    let rule: string | undefined
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c !== 32) {
          if (text !== '') rule = text.endsWith('):') ? heading.exec(text)?.groups?.rule : undefined
          return rule !== undefined && text !== ''
        }
        const groups = rule === undefined || text.length > 2000 ? undefined : row.exec(text)?.groups
        if (!groups) return false
        emit({ tool: 'cane', kind: 'lint', level: 'warning', rule, message: groups.message?.replace(/ {2,}/g, ' ') ?? rule ?? '', file: groups.file, line: position(groups.line) })
        return true
      },
    }
  },
}
