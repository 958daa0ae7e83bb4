import type { Finding, LineParser, Location } from '../../core/contract.ts'
import { levelOf, mark, marks, position } from '../../core/parse/index.ts'

const python = /\.pyi?$|^<string>$/
const diagnostic = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d+):(?:(?<column>\d+):(?:(?<endLine>\d+):(?<endColumn>\d+):)?)? (?<level>error|warning|note): (?<message>.*)$/
const whole = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*\.pyi?): (?<level>error|warning|note): (?<message>.*)$/
const leveled = /: (?:error|warning|note): /
const coded = /^(?<message>.*?) {1,2}\[(?<rule>[a-z][a-z0-9-]*)\]$/
const ends = /^(?:Found \d+ errors? in |Success: no issues found|mypy: )/
const explains = /^(?:See https?:|Possible overload variants?:| {2}|Consider |This violates |Error code |"[^"]*"(?: of "[^"]*")? defined (?:here|in)|\(|Use |Did you |Maybe |Or run |Hint:|Protocol member |Following member|Expected|Got)/
const longest = 8

/**
 * mypy's text, with or without columns, ends, codes and `--pretty` (which breaks messages over lines and adds source and
 * carets). A note that explains the error before it is related to that error; the others (`Revealed type is …`) are findings.
 * Source: mypy's documentation, "The mypy command line", "Configuring error messages".
 */
export const mypy: LineParser = {
  lines({ emit }) {
    let held: Finding | undefined
    let notes: Location[] = []
    let open: string[] | undefined

    function release(): void {
      if (held) emit(notes.length > 0 ? explained(held, notes) : held)
      held = open = undefined
      notes = []
    }

    /** `--pretty` goes on in the next line, up to the code; lines of source are indented, and end the message. */
    function goesOn(text: string): boolean {
      if (!held || !open) return false
      if (text === '' || /^\s/.test(text) || open.length >= longest) return false
      open.push(text.trim())
      const said = coded.exec(open.join(' '))?.groups
      if (said) {
        held = { ...held, message: said.message ?? '', rule: said.rule }
        open = undefined
      }
      return true
    }

    return {
      line(text) {
        const said = (marks(text) & mark.colonBlank) !== 0 && leveled.test(text)
        const groups = said ? (diagnostic.exec(text) ?? whole.exec(text))?.groups : undefined
        if (!groups || !isOwn(groups)) {
          if (held && ends.test(text)) release()
          return goesOn(text)
        }
        const finding = found(groups)
        if (finding.level === 'note' && finding.line === undefined) return true
        if (held && belongs(held, finding)) {
          notes.push({ file: finding.file ?? '', line: finding.line, column: finding.column, message: finding.message })
          open = undefined
          return true
        }
        release()
        held = finding
        open = finding.rule ? undefined : [finding.message]
        return true
      },
      end: release,
    }
  },
}

/** Any compiler says `path:line: error: …`; mypy's lines are known by the file, or by the code that ends them. */
function isOwn({ file = '', message = '' }: Record<string, string | undefined>): boolean {
  return python.test(file) || !/[^\\/]\.[^\\/]*$/.test(file) && / {2}\[[a-z][a-z0-9-]*\]$/.test(message)
}

function found(groups: Record<string, string | undefined>): Finding {
  const said = coded.exec(groups.message ?? '')?.groups
  return {
    tool: 'mypy', kind: 'lint', level: levelOf(groups.level),
    rule: said?.rule, message: (said?.message ?? groups.message ?? '').trimEnd(),
    file: groups.file, line: position(groups.line), column: position(groups.column),
    endLine: position(groups.endLine),
    // The text names the last column, not the one after it.
    endColumn: groups.endColumn === undefined ? undefined : position(Number(groups.endColumn) + 1),
  }
}

function belongs(held: Finding, note: Finding): boolean {
  if (note.level !== 'note' || note.rule !== undefined && note.rule !== held.rule) return false
  if (held.level === 'note') return false
  return held.file === note.file && held.line === note.line || explains.test(note.message)
}

/** Gives an error the notes that explain it. */
export function explained(finding: Finding, notes: readonly Location[]): Finding {
  const url = notes.map(note => /^See (?<url>https?:\S+)/.exec(note.message ?? '')?.groups?.url).find(Boolean)
  const said = notes.filter(note => !note.message?.startsWith('See http')).map(note => note.message).join('\n')
  const elsewhere = notes.filter(note => note.file !== finding.file || note.line !== finding.line)
  return {
    ...finding,
    help: url ? { url } : undefined,
    trace: said || undefined,
    related: elsewhere.length > 0 ? elsewhere : undefined,
  }
}
