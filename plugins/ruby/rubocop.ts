import type { Finding, LineParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'

const letters: Readonly<Record<string, string>> = { F: 'fatal', E: 'error', W: 'warning', C: 'convention', R: 'refactor', I: 'info' }
const cop = '(?<rule>[A-Z]\\w*(?:/[A-Z]\\w*)+|Syntax|[A-Z][a-z]\\w+)'
/** clang, progress, emacs, tap, `--display-only-…`: one offense a line, the code below. */
const clang = new RegExp(`^(?:# )?(?<file>(?:[A-Za-z]:)?[^:\\s][^:]*):(?<line>\\d{1,9}):(?<column>\\d{1,9}): (?<level>[FEWCRI]): (?<state>\\[[A-Z][a-z]+\\] )?(?:${cop}: )?(?<message>\\S.*)$`)
/** simple and quiet: the file as a heading. */
const heading = /^== (?<file>\S.*) ==$/
const simple = new RegExp(`^(?<level>[FEWCRI]): *(?<line>\\d{1,9}): *(?<column>\\d{1,9}): (?<state>\\[[A-Z][a-z]+\\] )?(?:${cop}: )?(?<message>\\S.*)$`)
/** markdown */
const section = /^### (?<file>\S.*) - \(\d+ offenses?\)$/
const bullet = new RegExp(`^ {2}\\* \\*\\*Line # (?<line>\\d{1,9}) - (?<level>[a-z]+):\\*\\* (?:${cop}: )?(?<message>\\S.*)$`)
const crashed = /^An error occurred while (?<rule>[A-Z]\w*(?:\/\w+)+) cop was inspecting (?<file>\S.*?)(?::(?<line>\d+):(?<column>\d+))?\.$/
const misconfigured = /^(?:Error: |(?<config>\S*\.rubocop[\w.-]*\.ya?ml): )(?<message>(?:unrecognized cop or department |unrecognized cop |unable to find gem |RuboCop found unknown Ruby version |The `\S+` cop (?:has been|no longer|has no)|obsolete |Configuration file not found: |Unknown Ruby version |\S+ has the wrong namespace ).*)$/

/**
 * RuboCop's text: clang, progress, emacs, simple, quiet, tap, fuubar, pacman, markdown, and `--auto-gen-config`'s noise passed over.
 * What it has corrected is no longer there. Source: RuboCop's documentation, "Formatters".
 */
export const rubocop: LineParser = {
  lines({ emit }) {
    let file: string | undefined
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const inFile = file !== undefined && (c === 32 || text.charCodeAt(1) === 58) ? (c === 32 ? bullet : simple).exec(text)?.groups : undefined
        if (inFile) return offense(inFile, file, emit)
        if (c === 61 || c === 35) {
          const found = (c === 61 ? heading : section).exec(text)?.groups?.file
          file = found ?? file
          if (found !== undefined) return true
        }
        const groups = text.includes(': ') ? clang.exec(text)?.groups : undefined
        if (groups) return offense(groups, groups.file, emit)
        const wrong = c === 65 ? crashed.exec(text)?.groups : undefined
        if (wrong) {
          emit({ tool: 'rubocop', kind: 'lint', level: 'error', rule: wrong.rule, file: wrong.file, line: position(wrong.line), column: position(wrong.column), message: text })
          return true
        }
        const refused = c === 69 || text.includes('.rubocop') ? misconfigured.exec(text)?.groups : undefined
        if (refused) emit({ tool: 'rubocop', kind: 'lint', level: 'error', rule: 'configuration', file: refused.config, message: refused.message ?? '' })
        return refused !== undefined
      },
    }
  },
}

function offense({ line, column, level, state, rule, message }: Readonly<Record<string, string | undefined>>, file: string | undefined, emit: (finding: Finding) => void): boolean {
  if (state === '[Corrected] ' || state === '[Todo] ') return true
  emit({
    tool: 'rubocop', kind: 'lint', level: levelOf(letters[level ?? ''] ?? level), rule, file,
    line: position(line), column: position(column), message: plain(message ?? ''),
  })
  return true
}

/** The terminal's forms show code in colour instead of backquotes, and only some name the parser: without both all forms say the same. */
export function plain(message: string): string {
  return (message.split('\n', 1)[0] ?? '').replace(/`([^`]*)`/g, '$1').replace(/ \(Using Ruby [\d.]+ parser; configure using \S+ parameter, under \S+\)$/, '')
}
