import type { Finding, LineParser } from '../../core/contract.ts'
import { untimed } from './grammar/prefix.ts'

const opening = /^=+ Linting (?<file>\S.{0,1000}?) =+$/
const place = /^Error (?:in file \S.{0,1000} )?on line (?<line>\d{1,9}) starting at column (?<column>\d{1,9})(?: .{0,1000})?$/
/** Its form for MSBuild ends no line, so that one holds many. */
const warning = /(?<file>(?:[A-Za-z]:)?[\\/][^:()]{1,1000}\.fs[ix]?)\((?<line>\d{1,9}),(?<column>\d{1,9})(?:,(?<endLine>\d{1,9}),(?<endColumn>\d{1,9}))?\):FSharpLint warning (?<rule>FL\d{4}): /g
const page = /^See (?<url>https?:\/\/\S{1,300}?(?<rule>FL\d{4})\S{0,40})$/
const parts = /^-{20,}$/

/** `dotnet fsharplint lint`: below a file's heading, what to consider, where, the line, the rule's page, and a rule; and its form for MSBuild. Its columns count from 0. */
export const fsharplint: LineParser = {
  lines({ emit }) {
    let file: string | undefined
    let message: string[] = []
    let found: Finding | undefined
    const flush = () => {
      if (found) emit(found)
      found = undefined
      message = []
    }
    return {
      line(raw) {
        const text = untimed(raw)
        if (text.includes('):FSharpLint warning ')) {
          flush()
          const all = [...text.matchAll(warning)]
          for (const [index, one] of all.entries()) emit(flat(one.groups!, text.slice(one.index + one[0].length, all[index + 1]?.index)))
          return all.length > 0
        }
        const heading = text.startsWith('=') ? opening.exec(text)?.groups : undefined
        if (heading || /^=+ (?:Finished|Summary)/.test(text)) {
          flush()
          file = heading?.['file']
          return true
        }
        if (file === undefined) return false
        const at = place.exec(text)?.groups
        const rule = page.exec(text)?.groups
        if (at) found = { tool: 'fsharplint', kind: 'lint', level: 'warning', file, line: Number(at['line']), column: Number(at['column']) + 1, message: message.join(' ') || 'see the rule' }
        else if (rule && found) found = { ...found, rule: rule['rule']!, help: { url: rule['url']! } }
        else if (parts.test(text)) flush()
        else if (!found && text.trim() && message.length < 10) message.push(text.trim())
        return true
      },
      end: flush,
    }
  },
}

function flat({ file, line, column, endLine, endColumn, rule }: Record<string, string | undefined>, message: string): Finding {
  return {
    tool: 'fsharplint', kind: 'lint', level: 'warning', rule: rule!, file: file!, line: Number(line), column: Number(column) + 1, message: message.trim(),
    ...(endLine === undefined ? {} : { endLine: Number(endLine), endColumn: Number(endColumn) + 1 }),
  }
}
