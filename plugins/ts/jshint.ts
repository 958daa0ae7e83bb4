import { isBlank, marksPlace, position } from '../../core/parse/index.ts'
import type { Finding, Level, LineParser } from '../../core/contract.ts'

const standard = /^(?<file>(?:[A-Za-z]:)?[^:]+): line (?<line>\d+), col (?<column>\d+), (?!(?:[Ee]rror|[Ww]arning) - )(?<message>.*)$/
const unix = /^(?<file>(?:[A-Za-z]:)?[^\s:]+\.(?:js|jsx|mjs|cjs|html)):(?<line>\d+):(?<column>\d+): (?<message>\S.*)$/
const closing = /^\d+ errors?$/
const levels: Readonly<Record<string, Level>> = { E: 'error', W: 'warning', I: 'note' }

/** JSHint's text: default (with `--verbose` the code) and unix, which is only known by its closing `3 errors`. */
export const jshint: LineParser = {
  lines(context) {
    let waiting: Finding[] = []
    return {
      line(text) {
        const own = !text.includes(': line ') ? undefined : standard.exec(text)?.groups
        if (own) {
          context.emit(finding(own))
          return true
        }
        const maybe = marksPlace(text) ? unix.exec(text)?.groups : undefined
        if (maybe && waiting.length < 10_000) waiting.push(finding(maybe))
        else if (waiting.length && closing.test(text)) for (const one of waiting) context.emit(one)
        if (!maybe && waiting.length && !isBlank(text)) waiting = []
      },
    }
  },
}

function finding(groups: Record<string, string | undefined>): Finding {
  const text = groups.message ?? ''
  const code = / \((?<letter>[EWI])\d+\)$/.exec(text)
  return {
    tool: 'jshint', rule: code?.[0].slice(2, -1), level: levels[code?.groups?.letter ?? 'W'] ?? 'warning', kind: 'lint',
    message: code ? text.slice(0, code.index) : text,
    file: groups.file, line: position(groups.line), column: position(groups.column),
  }
}
