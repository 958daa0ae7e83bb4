import type { Finding, LineParser, Location } from '../../core/contract.ts'
import { mark, marks, marksPlace } from '../../core/parse/index.ts'
import { levels } from './cppcheck.ts'
import { isSource, unwrapped } from './grammar/sources.ts'

type Open = Finding & { related: Location[] }

/**
 * What cppcheck prints for people. Since 1.88 the template is gcc's, with cppcheck's own severities and one bare word as id:
 * `a.c:3:5: style: msg [id]`, then `a.c:1:2: note: …`. Before: `[a.c:3]: (style) msg`, and `[a.c:1] -> [b.c:2]: (error) …`
 * where the last place is the finding's own.
 */
export const cppcheckText: LineParser = {
  lines({ emit }) {
    let current: Open | undefined
    const flush = () => {
      if (!current) return
      const { related, ...finding } = current
      current = undefined
      emit(related.length ? { ...finding, related } : finding)
    }
    return {
      line(raw) {
        const text = unwrapped(raw)
        if (!current && !mayBegin(text)) return false
        const note = notes.exec(text)?.groups
        if (note && current) {
          if (current.related.length < 200) current.related.push({ file: note['file']!, ...at(note), message: note['message']! })
          return true
        }
        if (current && /^\s|^$/.test(raw)) return false
        const finding = modern(text) ?? old(text)
        if (!finding && !isHeadline.test(text)) return false
        flush()
        current = finding
        return finding !== undefined
      },
      end: flush,
    }
  },
}

/** `…[id]`, `[a.c:3]: …`, `nofile:0:0: …`, `(information) …` */
function mayBegin(text: string): boolean {
  const c = text.charCodeAt(0)
  if (c === 91) return (marks(text) & mark.colonDigit) !== 0
  return c === 40 || c === 58 || c === 110 && text.startsWith('nofile:') || text.charCodeAt(text.length - 1) === 93 && marksPlace(text)
}

const isHeadline = /^[^\s:][^:]{0,1000}:\d{1,9}:/
const severities = 'error|warning|style|performance|portability|information'
const headline = new RegExp(String.raw`^(?=.*\]$)(?<file>[^\s[\]|'"][^|'"]{0,1000}?):(?<line>\d{1,9})(?::(?<column>\d{1,9}))?: (?<severity>${severities})(?:: (?<certainty>inconclusive))?: (?<message>.*) \[(?<rule>[A-Za-z]\w{0,100}|(?:misra|cert|autosar|premium|threadsafety|y2038)-[\w.-]{1,80})\]$`)
const nowhere = new RegExp(String.raw`^(?:nofile:0:0: |\(|: )(?<severity>${severities})(?:: |\) |, )(?<message>.*?)(?: \[(?<rule>\w{1,100})\])?$`)
const notes = /^(?<file>[^\s|'"][^|'"]{0,1000}?):(?<line>\d{1,9}):(?<column>\d{1,9}): note: (?<message>.*)$/
const brackets = new RegExp(String.raw`^(?<places>(?:\[[^\]]{1,1000}:\d{1,9}\](?: -> )?){1,50}): \((?<severity>possible error|possible style|${severities})(?:, ?inconclusive)?\) (?<message>.*)$`)

function modern(text: string): Open | undefined {
  const groups = headline.exec(text)?.groups
  if (groups && (isSource(groups['file']!) || groups['file'] === 'nofile')) {
    return make(groups, groups['file'] === 'nofile' ? {} : { file: groups['file']!, ...at(groups) })
  }
  const loose = /^(?:nofile:|\((?:information|error)\) )/.test(text) ? nowhere.exec(text)?.groups : undefined
  return loose && make(loose, {})
}

function old(text: string): Open | undefined {
  const groups = brackets.exec(text)?.groups
  if (!groups) return undefined
  const places = groups['places']!.split(' -> ').map(part => {
    const colon = part.lastIndexOf(':')
    return { file: part.slice(1, colon), line: Number(part.slice(colon + 1, -1)) || 1 }
  })
  const own = places.pop()!
  return { ...make(groups, own), related: places }
}

function make(groups: Record<string, string | undefined>, place: Partial<Location>): Open {
  const rule = groups['rule']
  return { tool: 'cppcheck', kind: 'lint', level: levels[groups['severity']!] ?? 'warning', message: groups['message']!, ...rule && { rule }, ...place, related: [] }
}

function at(groups: Record<string, string | undefined>): { line?: number; column?: number } {
  const [line, column] = [Number(groups['line']), Number(groups['column'])]
  return { ...line && { line }, ...column && { column } }
}
