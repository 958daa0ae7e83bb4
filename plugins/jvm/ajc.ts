import type { Finding, LineParser } from '../../core/contract.ts'
import { closed, spot, type Open } from './grammar/source.ts'
import { unwrap } from './grammar/wrapping.ts'

/** `/a/B.java:12 [error] message`, ajc's own; Maven and Ant put a level before. */
const own = /^(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,1000}\.(?:java|aj)):(?<line>\d{1,9})(?:::\d{1,9})? \[(?<level>error|warning)\] (?<message>\S.*)$/
/** Of Maven's plugin the place stands on the line below the message. */
const place = /^\s{0,8}(?<file>(?:[A-Za-z]:(?=[\\/]))?[^\s:][^:]{0,1000}\.(?:java|aj)):(?<line>\d{1,9})$/
const rule = /^(?<message>.*\S) \[Xlint:(?<rule>\w{1,80})\]$/

/** AspectJ's compiler, plain, through Ant's iajc and through Maven's plugins. */
export const ajc: LineParser = {
  lines({ emit }) {
    let open: Open | undefined
    let before: { text: string; level: Finding['level'] } | undefined
    const flush = () => {
      if (open) emit(closed(open))
      open = undefined
    }
    return {
      line(line) {
        const { text, by, level } = unwrap(line)
        const groups = text.includes('[error] ') || text.includes('[warning] ') ? own.exec(text)?.groups : undefined
        if (groups) {
          flush()
          open = { finding: finding(groups.message!, groups.level === 'error' ? 'error' : 'warning', groups), lines: [], seenCaret: false }
          return true
        }
        const said = before
        before = by === 'maven' && level !== undefined && level !== 'note' && text !== '' && !/\.(?:java|aj|kt|scala)\b/.test(text) ? { text, level } : undefined
        if (said) {
          const at = place.exec(text)?.groups
          if (at) {
            flush()
            emit(finding(said.text, said.level, at))
            return true
          }
        }
        if (!open) return false
        if (text === '' || open.lines.length > 6) return flush(), false
        open.lines.push(text)
        return true
      },
      end: flush,
    }
  },
}

function finding(text: string, level: Finding['level'], at: Readonly<Record<string, string | undefined>>): Finding {
  const code = rule.exec(text)?.groups
  return { tool: 'ajc', kind: 'build', level, message: code?.message ?? text, ...code?.rule && { rule: code.rule }, ...spot({ file: at.file, line: at.line }) }
}
