import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, mark, marks, position } from '../../core/parse/index.ts'

const concise = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d+):(?<column>\d+): (?<level>error|warning|info|fatal)\[(?<rule>[a-z][a-z-]*)\] (?<message>.*)$/
const heading = /^(?<level>error|warning|info|fatal)\[(?<rule>[a-z][a-z-]*)\]:? (?<message>.*)$/
const arrow = /^ *--> (?<file>.*?\.(?:pyi?|ipynb|toml))(?::cell \d+)?(?::(?<line>\d+):(?<column>\d+))?$/
const github = /^::(?<level>error|warning|notice) title=ty \((?<rule>[^)]*)\),file=(?<file>[^,]+),line=(?<line>\d+)(?:,col=(?<column>\d+))?(?:,endLine=(?<endLine>\d+))?(?:,endColumn=(?<endColumn>\d+))?::(?<message>.*)$/

/**
 * ty's text: concise, full (where the first arrow after a heading is the place; notes follow), and for GitHub. rustc's
 * text has the same shape, so the full form is known by the file. Source: ty's documentation, `--output-format`.
 */
export const ty: LineParser = {
  lines({ emit }) {
    let head: Record<string, string | undefined> | undefined
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!head && !(marks(text) & mark.colonBlank) && c !== 58 && !/^\w+\[/.test(text)) return false
        const one = concise.exec(text)?.groups ?? github.exec(text)?.groups
        const place = head && arrow.exec(text)?.groups
        if (one) emit(found(one, withoutPlace(one.message ?? '', one.rule)))
        if (head && place) emit(found({ ...head, ...place }, head.message ?? ''))
        const begun = heading.exec(text)?.groups
        head = begun
        return Boolean(one ?? place ?? begun)
      },
    }
  },
}

function found(groups: Record<string, string | undefined>, message: string): Finding {
  return {
    tool: 'ty', kind: 'lint', rule: groups.rule, level: levelOf(groups.level === 'notice' ? 'note' : groups.level), message,
    file: groups.file, line: position(groups.line), column: position(groups.column),
    endLine: position(groups.endLine), endColumn: position(groups.endColumn),
  }
}

/** For GitHub the place and the rule stand in the message once more, and further lines follow as %0A. */
function withoutPlace(message: string, rule = ''): string {
  const first = (message.split('%0A')[0] ?? '').replaceAll('%25', '%')
  const at = first.indexOf(` ${rule}: `)
  return at > 0 && /:\d+:$/.test(first.slice(0, at)) ? first.slice(at + rule.length + 3) : first
}
