import type { Finding, LineParser, LineReader } from '../../core/contract.ts'
import { mark, marks, position } from '../../core/parse/index.ts'
import { codePattern, levelOfCode } from './codes.ts'
import { conciseReader } from './concise.ts'

type Emit = (finding: Finding) => void

/**
 * Everything `ruff check` and `ruff format --check` print for people and for build servers: concise, full, grouped,
 * pylint, github, azure, and the list or the diff of files to format. The JSON and JUnit forms have their own parsers.
 * Source: ruff's documentation of `--output-format`.
 */
export const ruff: LineParser = {
  lines({ emit }) {
    const readers = [fullReader(emit), groupedReader(emit), serverReader(emit), formatReader(emit), conciseReader('ruff', emit)]
    return {
      line(text) {
        let mine = false
        for (const reader of readers) if (reader.line(text) === true) mine = true
        return mine
      },
      end: () => readers.forEach(reader => reader.end?.()),
    }
  },
}

function found(rule: string, message: string, place: Omit<Finding, 'tool' | 'level' | 'kind' | 'message'>): Finding {
  return rule === 'unformatted'
    ? { tool: 'ruff', kind: 'format', rule, level: 'warning', message, ...place }
    : { tool: 'ruff', kind: 'lint', rule, level: levelOfCode(rule), message, ...place }
}

const heading = new RegExp(`^ *(?:(?<code>${codePattern}) (?:\\[\\*\\] )?|(?<name>unformatted|[a-z]+(?:-[a-z]+)+): (?:\\[\\*\\] )?)(?<message>\\S.*)$`)
const arrow = /^ *--> (?<file>.+?)(?<cell>:cell \d+)?(?::(?<line>\d+):(?<column>\d+))?$/

/** `F401 message`, then ` --> path:line:column`, a snippet, and what could help. */
function fullReader(emit: Emit): LineReader {
  let head: Record<string, string | undefined> | undefined
  return {
    line(text) {
      const place = head && arrow.exec(text)?.groups
      if (head && place) {
        const { line, column, cell } = place
        emit(found(head.code ?? head.name ?? '', head.message ?? '', {
          file: place.file, line: position(line), column: cell ? undefined : position(column),
        }))
        head = undefined
        return true
      }
      head = mayBeHeading(text) ? heading.exec(text)?.groups : undefined
    },
  }
}

/** A code, or a name before a colon. */
function mayBeHeading(text: string): boolean {
  let at = 0
  while (text.charCodeAt(at) === 32) at++
  const c = text.charCodeAt(at)
  return c >= 65 && c <= 90 ? text.charCodeAt(at + 1) < 91 : c >= 97 && c <= 122 && (marks(text) & mark.colonBlank) !== 0
}

const groupHead = /^(?<file>[^\s:](?:.*[^:])?):$/
const grouped = new RegExp(`^ +(?<cell>cell \\d+:)?(?<line>\\d+):(?<column>\\d+) +(?:(?<code>${codePattern})|(?<name>[a-z]+(?:-[a-z]+)+):?) (?:\\[\\*\\] )?(?<message>.*)$`)

/** `path:`, then one indented line per finding. */
function groupedReader(emit: Emit): LineReader {
  let file: string | undefined
  return {
    line(text) {
      const groups = file === undefined ? undefined : grouped.exec(text)?.groups
      if (groups) {
        emit(found(groups.code ?? groups.name ?? '', groups.message ?? '', {
          file, line: position(groups.line), column: groups.cell ? undefined : position(groups.column),
        }))
        return true
      }
      file = text.charCodeAt(text.length - 1) === 58 ? groupHead.exec(text)?.groups?.file : undefined
    },
  }
}

const github = /^::(?:error|warning|notice) title=[Rr]uff \((?<rule>[^)]*)\),file=(?<file>[^,:]+(?::[^,:]+)?),line=(?<line>\d+)(?:,col=(?<column>\d+))?(?:,endLine=(?<endLine>\d+))?(?:,endColumn=(?<endColumn>\d+))?::(?<message>.*)$/
const azure = /^##vso\[task\.logissue type=\w+;sourcepath=(?<file>[^;]+\.(?:pyi?|pyw|ipynb|toml|md));linenumber=(?<line>\d+);columnnumber=(?<column>\d+);code=(?<rule>[^;\]]*);\](?<message>.*)$/

/** The commands for GitHub Actions and Azure Pipelines. */
function serverReader(emit: Emit): LineReader {
  return {
    line(text) {
      const c = text.charCodeAt(0)
      if (c !== 58 && c !== 35) return
      const groups = (github.exec(text) ?? azure.exec(text))?.groups
      if (!groups) return
      const rule = groups.rule || 'invalid-syntax'
      const message = (groups.message ?? '').split('%0A')[0] ?? ''
      emit(found(rule, withoutPlace(message, rule), {
        file: groups.file, line: position(groups.line), column: position(groups.column),
        endLine: position(groups.endLine), endColumn: position(groups.endColumn),
      }))
      return true
    },
  }
}

/** Since an annotation in GitHub's log does not show where it belongs, ruff says the place again in the message. */
function withoutPlace(message: string, rule: string): string {
  const again = /^\S.*?:\d+:\d+: /.exec(message)
  const rest = again ? message.slice(again[0].length) : message
  return rest.replace(/^[^ :]+:? /, word => (word.startsWith(rule) ? '' : word)).replaceAll('%25', '%')
}

const wouldReformat = /^Would reformat: (?<file>.+)$/
const failedToParse = /^error: Failed to (?:parse|format) (?<file>.+?):(?<line>\d+):(?<column>\d+): (?<message>.*)$/
const formatEnd = /^\d+ files? would be reformatted(?:,|$)/

/** `Would reformat…`, `error: …`, `3 files…`, `---`, `+++` */
function mayBeFormat(text: string): boolean {
  const c = text.charCodeAt(0)
  return c === 87 || c === 101 || c === 43 || c === 45 || c >= 48 && c <= 57
}

/** `ruff format --check` names files; with `--diff` only the diff names them, and the last line says whose diff it was. */
function formatReader(emit: Emit): LineReader {
  const differing = new Map<string, number | undefined>()
  let file: string | undefined
  return {
    line(text) {
      if (file === undefined && !mayBeFormat(text)) return
      const would = wouldReformat.exec(text)?.groups?.file
      const failed = failedToParse.exec(text)?.groups
      if (would) {
        differing.clear()
        emit(found('unformatted', 'File would be reformatted', { file: would }))
      } else if (failed) {
        emit(found('invalid-syntax', failed.message ?? '', { file: failed.file, line: position(failed.line), column: position(failed.column) }))
      } else if (formatEnd.test(text)) {
        for (const [name, line] of differing) emit(found('unformatted', 'File would be reformatted', { file: name, line }))
        differing.clear()
      } else {
        const hunk = file === undefined ? undefined : /^@@ -(?<line>\d+)/.exec(text)?.groups
        if (file !== undefined && hunk && differing.size < 10_000) differing.set(file, position(hunk.line))
        const header = /^(?:---|\+\+\+) (?<file>[^\t]+)$/.exec(text)?.groups?.file
        file = header
        return
      }
      return true
    },
  }
}
