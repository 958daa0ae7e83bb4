import type { LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const advice = /\b(?:is slower than|is faster than|rather check with respond_to|Use tr instead|Use attr_(?:reader|writer)|Use #cover\?|Using tr)\b/
const single = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*\.rb):(?<line>\d{1,9}) (?<message>\S.*)$/
const grouped = /^(?<message>\S.*?)\.? Occurr?ed at lines: (?<lines>\d+(?:, \d+)*)\.$/
const heading = /^(?:[A-Za-z]:)?[^:\s][^:]*\.rb$/

/** Fasterer's text: since 0.9 a line for each place, before it a file with the lines of each advice. Source: Fasterer's README. */
export const fasterer: LineParser = {
  lines({ emit }) {
    let file: string | undefined
    const tell = (message: string, where: string | undefined, line: string | undefined) => emit({ tool: 'fasterer', kind: 'lint', level: 'note', message: message.replace(/\.$/, ''), file: where, line: position(line) })
    return {
      line(text) {
        if (text.endsWith('.rb') && heading.test(text)) {
          file = text
          return false
        }
        if (!text.endsWith('.') && !advice.test(text)) return false
        const groups = file !== undefined && text.includes('ed at lines: ') ? grouped.exec(text)?.groups : undefined
        if (groups) {
          for (const line of groups.lines?.split(', ') ?? []) tell(groups.message ?? '', file, line)
          return true
        }
        const one = advice.test(text) ? single.exec(text)?.groups : undefined
        if (one) tell(one.message ?? '', one.file, one.line)
        return one !== undefined
      },
    }
  },
}
