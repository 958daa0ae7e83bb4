import { marksPlace, position } from '../../core/parse/index.ts'
import { perPackage } from './monorepo.ts'
import type { Finding, LineParser } from '../../core/contract.ts'

const heading = /^ {2}(?<sign>[⚠×✖!x]) (?:(?<rule>[\w@-]+\([\w@/-]+\)): )?(?<message>\S.*)$/
const place = /^ *[╭,][─-]\[(?<file>.+):(?<line>\d+):(?<column>\d+)\]$/
const more = /^ {2}[│|] (?<text>.*)$/
const help = /^ {2}help: (?<text>.*)$/
const agent = /^(?<file>(?:[A-Za-z]:)?[^:]+):(?<line>\d+):(?<column>\d+): (?<level>error|warning) (?<rule>[\w@-]+\([\w@/-]+\)): (?<message>.*)$/
const advised = /^(?<message>.*?) help: (?<help>[A-Z].*)$/

/** oxlint's default, graphical text (one per diagnostic: sign, rule and message, then `╭─[a.js:1:2]`) and its one-line text for agents. */
export const oxlint: LineParser = perPackage({
  lines(context) {
    let waiting: Finding | undefined
    let open: Finding | undefined
    const close = () => {
      if (open) context.emit(open)
      open = undefined
    }
    return {
      line(text) {
        const placed = marksPlace(text)
        if (!waiting && !open && !placed && text.charCodeAt(0) !== 32) return
        const flat = placed ? agent.exec(text)?.groups : undefined
        if (flat) {
          const said = advised.exec(flat.message ?? '')?.groups
          context.emit({
            ...finding(flat), level: flat.level === 'error' ? 'error' : 'warning',
            ...(said ? { message: said.message ?? '', help: { text: said.help ?? '' } } : {}),
          })
          return true
        }
        const head = heading.exec(text)?.groups
        if (head) {
          close()
          waiting = finding(head)
          return true
        }
        const where = waiting && place.exec(text)?.groups
        if (waiting && where) {
          open = { ...waiting, file: where.file, line: position(where.line), column: position(where.column) }
          waiting = undefined
          return true
        }
        const rest = waiting && more.exec(text)?.groups?.text
        if (waiting && rest !== undefined) waiting = { ...waiting, message: `${waiting.message}\n${rest}` }
        else waiting = undefined
        const advice = open && help.exec(text)?.groups?.text
        if (open && advice) open = { ...open, help: { text: advice } }
      },
      end: close,
    }
  },
})

function finding(groups: Record<string, string | undefined>): Finding {
  return {
    tool: 'oxlint', rule: groups.rule, level: /[⚠!]/.test(groups.sign ?? '') ? 'warning' : 'error', kind: 'lint',
    message: groups.message ?? '', file: groups.file, line: position(groups.line), column: position(groups.column),
  }
}
