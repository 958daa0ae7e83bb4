import type { Finding, LineParser, Location } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'
import { isSource } from './grammar/sources.ts'

/**
 * Microsoft's compiler, linker, librarian and resource compiler: `file(line,col): warning C4996: text`, `x.obj : error LNK2019: text`,
 * `cl : Command line warning D9002 : text`. Notes follow as `file(line): note: …`.
 */
export const msvc: LineParser = {
  lines({ emit }) {
    let current: (Finding & { related: Location[] }) | undefined
    const flush = () => {
      if (!current) return
      const { related, ...finding } = current
      current = undefined
      emit(related.length ? { ...finding, related } : finding)
    }
    return {
      line(raw) {
        if (!(marks(raw) & mark.colonBlank) || !current && !coded.test(raw)) return false
        const text = raw.replace(/^\s{0,20}(?:\d{1,4}>)?\s{0,20}/, '')
        const note = /^(?<file>\S.{0,1000}?)\((?<line>\d{1,9})(?:,(?<column>\d{1,9}))?\) ?: (?:note|message) ?: (?<message>.*)$/.exec(text)?.groups
        if (note && current) {
          if (current.related.length < 100) current.related.push({ file: note['file']!, ...at(note), message: note['message']! })
          return true
        }
        const groups = (located.exec(text) ?? tool.exec(text))?.groups
        if (!groups) return false
        const file = groups['file']
        if (groups['line'] !== undefined && !isSource(file!)) return false
        flush()
        const program = /^(?:cl|link|lib|rc|ml|ml64|cvtres|midl|mt|CVTRES)(?:\.exe)?$/i.test(file ?? '')
        current = {
          tool: 'msvc', kind: 'build', rule: groups['rule']!, message: groups['message']!.replace(/ \[[^[\]]{1,1000}\.\w*proj\]$/, ''), related: [],
          level: groups['word'] === 'warning' ? 'warning' : 'error',
          ...file && !program && { file, ...at(groups) },
        }
        return true
      },
      end: flush,
    }
  },
}

/** Looked for first: few lines have it. */
const coded = /(?:error|warning) [A-Z]{1,4}\d{3,5}\s?: /
const severity = String.raw`(?:(?:fatal |Command line )?(?<word>error|warning)) (?<rule>(?:C|LNK|RC|D|CVT|MIDL|A|BK)\d{3,5})\s?: (?<message>.*)$`
const located = new RegExp(String.raw`^(?<file>\S.{0,1000}?)\s?\((?<line>\d{1,9})(?:,(?<column>\d{1,9}))?(?:,\d{1,9},\d{1,9}|-\d{1,9}(?:,\d{1,9})?)?\)\s?: ${severity}`)
const tool = new RegExp(String.raw`^(?<file>\S.{0,1000}?)\s?: ${severity}`)

function at(groups: Record<string, string | undefined>): { line?: number; column?: number } {
  const [line, column] = [Number(groups['line']), Number(groups['column'])]
  return { ...line && { line }, ...column && { column } }
}
