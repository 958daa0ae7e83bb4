import type { Finding, LineParser } from '../../core/contract.ts'
import { untimed } from './grammar/prefix.ts'

const said = /^(?<word>Error|Warning) (?<file>\S.{0,1000}?) - (?<message>(?:Was not formatted|Failed to compile so was not formatted|Failed syntax tree validation|Threw exception while formatting|Failed to format)\b.*)$/
const build = /^(?<file>\S.{0,1000}?): (?<word>error|warning): (?<message>Was not formatted\b.*|Failed to compile so was not formatted\b.*)$/
const around = /^\s{0,4}-{3,60} Expected: Around Line (?<line>\d{1,9}) -{3,60}$/
const compile = /^\s{0,8}\((?<line>\d{1,9}),(?<column>\d{1,9})\): (?:error|warning) (?<rule>CS\d{4}): (?<message>.*)$/

/** `csharpier check` (`dotnet csharpier --check`): a file per finding, with the place of the first difference where it is shown. Also its form for MSBuild. */
export const csharpier: LineParser = {
  lines({ emit }) {
    let pending: Finding | undefined
    let lines: string[] = []
    const flush = () => {
      if (pending) emit(lines.length ? { ...pending, trace: lines.join('\n') } : pending)
      pending = undefined
      lines = []
    }
    return {
      line(raw) {
        const text = untimed(raw)
        const groups = (text.includes(' - ') ? said.exec(text) : text.includes(': Was not') || text.includes(': Failed') ? build.exec(text) : null)?.groups
        if (groups) {
          flush()
          const message = groups['message']!
          pending = {
            tool: 'csharpier', rule: message.startsWith('Was not') ? 'format' : 'failed', kind: 'format', level: /^error$/i.test(groups['word']!) ? 'error' : 'warning',
            message: message.trim(), file: groups['file']!.replaceAll('\\', '/'),
          }
          return true
        }
        if (!pending) return false
        const place = (around.exec(text) ?? compile.exec(text))?.groups
        if (place && pending.line === undefined) pending.line = Number(place['line'])
        if (place?.['message']) pending.message = `${pending.message} ${place['rule']}: ${place['message']}`
        if (text !== '' && !/^\s/.test(text)) {
          flush()
          return false
        }
        if (lines.length < 60 && text.trim() !== '') lines.push(text)
        return place !== undefined
      },
      end: flush,
    }
  },
}
