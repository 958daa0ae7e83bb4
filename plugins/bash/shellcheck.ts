import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, mark, marks } from '../../core/parse/index.ts'

const place = /^In (?<file>.+) line (?<line>\d+):$/
const remark = /^(?<indent> *)(?<arrow>\^-*\^|\^--) (?<rule>SC\d{4}) ?(?:\((?<level>error|warning|info|style)\))?: (?<message>.*)$/
const broken = /^(?<file>[^:]+): \k<file>: (?<message>openBinaryFile: .*|hGetContents: .*)$/

/** Looked for first: a name that must come twice is slow to look for. */
const haskell = /: (?:openBinaryFile|hGetContents): /

export function wiki(rule: string): string {
  return `https://www.shellcheck.net/wiki/${rule}`
}

/** What shellcheck prints for people (`-f tty`): a place, the source line, and one line of arrows per remark. */
export const shellcheck: LineParser = {
  lines({ emit }) {
    let at: { file: string; line: number } | undefined
    let source: string | undefined
    let list = false
    return {
      line(text) {
        const head = text.charCodeAt(0) !== 73 ? undefined : place.exec(text)?.groups
        if (head) {
          at = { file: head['file']!, line: Number(head['line']) }
          source = undefined
          list = false
          return true
        }
        if (at && source === undefined) {
          source = text
          return true
        }
        const groups = at && remark.exec(text)?.groups
        if (at && groups) {
          emit(finding(at, source ?? '', groups))
          return true
        }
        const failed = !(marks(text) & mark.colonBlank) || !haskell.test(text) ? undefined : broken.exec(text)?.groups
        if (failed) {
          emit({ tool: 'shellcheck', kind: 'lint', level: 'error', message: failed['message']!, file: failed['file']! })
          return true
        }
        // The closing list of links repeats what is known.
        list = text === 'For more information:' || (list && text.startsWith('  https://www.shellcheck.net/wiki/SC'))
        if (list) at = undefined
        return list
      },
    }
  },
}

function finding(at: { file: string; line: number }, source: string, { indent = '', arrow = '', rule = '', level, message = '' }: Record<string, string | undefined>): Finding {
  return {
    // Before 0.7 no level was printed.
    tool: 'shellcheck', kind: 'lint', rule, level: levelOf(level), message, ...at, column: columnOf(source, indent.length),
    // `^--` points at a place, `^--^` spans the text above it.
    ...(arrow.endsWith('^') ? { endLine: at.line, endColumn: columnOf(source, indent.length + arrow.length) } : {}),
    help: { url: wiki(rule) },
  }
}

/** Arrows stand below the text as a terminal shows it, with a tab stop every eight columns. */
function columnOf(source: string, shown: number): number {
  let width = 0
  for (let i = 0; i < source.length; i++) {
    if (width >= shown) return i + 1
    width += source[i] === '\t' ? 8 - width % 8 : 1
  }
  return source.length + 1 + Math.max(0, shown - width)
}
