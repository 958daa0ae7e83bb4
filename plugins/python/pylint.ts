import type { Finding, Kind, Level, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { pathPattern } from './codes.ts'

const id = '[A-Z]\\d{4}'
const place = `(?<file>${pathPattern}?):(?:[\\w.]+:)?(?<line>\\d+)`
const matches = [
  // text, since 1.8: path:line:column: C0114: Missing module docstring (missing-module-docstring)
  new RegExp(`^${place}:(?<column>\\d+): (?<id>${id}): (?<message>.*)$`),
  // parseable: path:line: [C0114(missing-module-docstring), object] message; before 1.0 [C0111, object] or [C]; or no id at all
  new RegExp(`^${place}: \\[(?:(?<id>${id})(?:\\((?<symbol>[\\w-]+)\\))?|\\((?<only>[\\w-]+)\\)|(?<letter>[CEFIRW]))(?:, ?[^\\]]*)?\\] ?(?<message>.*)$`),
  // the short template that editors use: path:line: C0114: message
  new RegExp(`^${place}: (?<id>${id}): (?<message>.*)$`),
  // msvs: path(line): [C0114(missing-module-docstring)object] message
  new RegExp(`^(?<file>[^\\s(][^(]*)\\((?<line>\\d+)\\): \\[(?<id>${id})(?:\\((?<symbol>[\\w-]+)\\))?[^\\]]*\\] ?(?<message>.*)$`),
  // github: ::error file=path,line=1,endline=1,col=0,title=C0114::message
  new RegExp(`^::(?:error|warning|notice) file=(?<file>[^,]+),line=(?<line>\\d+),endline=(?<endLine>\\d*),col=(?<column>\\d+),title=(?<id>${id})::(?<message>.*)$`),
]
/** What all of them have, looked for first. */
const coded = /: [A-Z]\d{4}: |: \[[(A-Z]|title=[A-Z]/
// text before 1.8: C: 12, 4: Missing docstring (missing-docstring), or with the id, C0111: 12,4: …; before 1.0 W: 12:Class.method: …
const bare = new RegExp(`^(?:(?<id>${id})|(?<letter>[CEFIRW])): *(?<line>\\d+)(?:, *(?<column>\\d+)|:[\\w.]+)?: (?<message>.*)$`)
const module = /^\*{5,} Module (?<name>\S+)$/
const tail = /^(?<message>.*?) \((?<symbol>[a-z][a-z0-9-]*)\)$/

const levels: Readonly<Record<string, Level>> = { F: 'error', E: 'error', W: 'warning', C: 'note', R: 'note', I: 'note' }

export function levelOfPylint(letter: string | undefined): Level {
  return (letter && Object.hasOwn(levels, letter) ? levels[letter] : undefined) ?? 'warning'
}

/** All the text forms of pylint, old and new. Source: pylint's documentation, "Output options". Its columns count from 0. */
export const pylint: LineParser = {
  lines({ emit }) {
    let inModule: string | undefined
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const head = c === 42 ? module.exec(text)?.groups?.name : undefined
        if (head) {
          inModule = head
          return true
        }
        if (coded.test(text)) for (const match of matches) {
          const groups = match.exec(text)?.groups
          if (!groups) continue
          emit(finding(groups, groups.file))
          return true
        }
        const groups = c >= 65 && c <= 90 ? bare.exec(text)?.groups : undefined
        if (!groups || inModule === undefined && !tail.test(text)) return
        emit(finding(groups, fileOf(inModule)))
        return true
      },
    }
  },
}

function finding(groups: Record<string, string | undefined>, file: string | undefined): Finding {
  const kind: Kind = 'lint'
  const said = groups.symbol || groups.only ? undefined : tail.exec(groups.message ?? '')?.groups
  const column = groups.column === undefined ? undefined : position(Number(groups.column) + 1)
  return {
    tool: 'pylint', kind, file, line: position(groups.line), column, endLine: position(groups.endLine),
    rule: groups.symbol ?? groups.only ?? said?.symbol ?? groups.id ?? groups.letter,
    level: levelOfPylint(groups.id?.[0] ?? groups.letter),
    message: (said?.message ?? groups.message ?? '').trim(),
  }
}

/** The old form names the module only: `package.module`, or a path if pylint was called with one. */
function fileOf(name: string | undefined): string | undefined {
  if (name === undefined || name.includes('/') || name.endsWith('.py')) return name
  return `${name.replaceAll('.', '/')}.py`
}
