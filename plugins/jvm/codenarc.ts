import type { LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { levelOfNarc } from './codenarc-xml.ts'
import { unwrap } from './grammar/wrapping.ts'

const file = /^\s{0,8}File: (?<file>\S.{0,1000})$/
const violation = /^\s{0,12}Violation: Rule=(?<rule>\w{1,100}) P=(?<priority>[1-4]) (?:Line|Loc)=(?:\[?(?<line>\d{1,9})?\]?|\S{0,20}) ?(?:Msg=\[(?<message>.*?)\](?: Src=\[.*\])?|Src=\[.*\])?$/
const compact = /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,1000}\.groovy):(?<line>\d{1,9}):(?<rule>[A-Z]\w{2,100}) (?<message>\S.*)$/

/** CodeNarc's text report, and the compact one. */
export const codenarc: LineParser = {
  lines({ emit }) {
    let at: string | undefined
    return {
      line(line) {
        const { text } = unwrap(line)
        if (text.includes('File: ')) {
          const name = file.exec(text)?.groups?.file
          if (name !== undefined) at = name
          return name !== undefined
        }
        const groups = text.includes('Violation: Rule=') ? violation.exec(text)?.groups : text.includes('.groovy:') ? compact.exec(text)?.groups : undefined
        if (!groups) return false
        const place = position(groups.line)
        const path = groups.file ?? at
        emit({ tool: 'codenarc', kind: 'lint', level: levelOfNarc(groups.priority), rule: groups.rule!, message: groups.message || groups.rule!, ...path && { file: path }, ...place && { line: place } })
        return true
      },
    }
  },
}
