import type { Finding, Level, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'
import { frameOf, placeOf, type Frame } from './frames.ts'

const kinds = 'Parse error|Fatal error|Recoverable fatal error|Catchable fatal error|Warning|Notice|Deprecated|Strict Standards'
/** As it is logged, behind whatever a log puts before it. */
const logged = new RegExp(`^(?:\\[[^\\]]*\\] ?){0,6}(?:AH\\d+: Got error ')?(?:PHP message: )?PHP (?<rule>${kinds}): {1,2}(?<message>\\S.*)$`)
/** As it is shown, in HTML where `html_errors` says so. */
const shown = new RegExp(`^(?<rule>${kinds}): {1,2}(?<message>\\S.*)$`)
const levels: Readonly<Record<string, Level>> = { Warning: 'warning', Notice: 'note', Deprecated: 'note', 'Strict Standards': 'note' }
const mostLines = 200
/** A message that is no exception's is a few lines long at most. */
const mostShort = 6

interface Open { rule: string; lines: string[]; frames: Frame[]; logged: boolean }

/**
 * PHP itself: `php -l`, errors at run time as they are shown and as they are logged, uncaught exceptions with their stack. What is
 * logged and shown is one finding. Source: the PHP manual, "Errors", and main/main.c.
 */
export const php: LineParser = {
  lines({ emit }) {
    let open: Open | undefined

    function close(place?: { file: string; line: string }): void {
      const one = open
      open = undefined
      if (!one) return
      const [first = '', ...rest] = one.lines
      const at = thrownAt(first)
      if (!place && !at && !one.logged) return
      const innermost: Frame[] = at ? [{ file: at.file, line: at.line }, ...one.frames] : one.frames
      const own = place && !first.startsWith('Uncaught ') ? { file: place.file, line: position(place.line) } : placeOf(innermost) ?? (place && { file: place.file, line: position(place.line) })
      emit(finding(one.rule, at?.message ?? first, own, rest))
    }

    return {
      line(text) {
        const html = text.startsWith('<br />') || text.startsWith('<b>')
        const plain = html ? text.replace(/<br \/>|<\/?b>/g, '') : text
        const c = plain.charCodeAt(0)
        const begun = !(c === 91 || c === 65 || c >= 67 && c <= 87) || !plain.includes(': ') ? undefined : logged.exec(plain)?.groups ?? shown.exec(plain)?.groups
        if (begun) {
          close()
          const { rule = '', message = '' } = begun
          const place = placeAtEnd(message)
          open = { rule, lines: [place?.message ?? message], frames: [], logged: plain.includes(`PHP ${rule}: `) }
          // An uncaught exception has its stack below.
          if (place) close(place)
          else if (!open.logged && levels[rule]) open = undefined
          return place !== undefined || open !== undefined
        }
        if (!open) return false
        const place = placeAtEnd(plain)
        if (place) {
          if (!/^ *thrown$/.test(place.message)) open.lines.push(place.message)
          close(place)
          return true
        }
        const frame = frameOf(plain)
        if (frame) open.frames.push(frame)
        if (open.lines.length < (open.lines[0]?.startsWith('Uncaught ') ? mostLines : mostShort) && (frame || !/^\s*$/.test(plain) || open.lines.length > 1)) open.lines.push(plain)
        else close()
        return true
      },
      end: close,
    }
  },
}

function finding(rule: string, message: string, place: { file: string; line?: number | undefined } | undefined, rest: readonly string[]): Finding {
  const known = place && place.file !== 'Unknown' ? place : undefined
  const trace = rest.join('\n').trimEnd()
  return { tool: 'php', kind: 'build', level: levels[rule] ?? 'error', rule, message, ...known, ...(trace ? { trace } : {}) }
}

/** `Uncaught Error: message in file:3`, the first line of what is thrown. */
function thrownAt(text: string): { message: string; file: string; line: number } | undefined {
  const line = /:(?<line>\d{1,9})$/.exec(text.slice(-10))?.groups?.line
  const start = text.lastIndexOf(' in ')
  return line === undefined || start < 0 ? undefined : { message: text.slice(0, start), file: text.slice(start + 4, -line.length - 1), line: Number(line) }
}

/** `message in file on line 3`; the file may have blanks in it. */
function placeAtEnd(text: string): { message: string; file: string; line: string } | undefined {
  if (!text.includes(' on line ')) return undefined
  const end = text.lastIndexOf(' on line ')
  const line = /^(?<line>\d{1,9})(?:'|"?,.*)?$/.exec(text.slice(end + 9).trimEnd())?.groups?.line
  const start = text.lastIndexOf(' in ', end)
  if (line === undefined || start < 0) return undefined
  return { message: text.slice(0, start), file: text.slice(start + 4, end), line }
}
