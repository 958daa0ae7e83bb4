import type { Finding, LineParser } from '../../core/contract.ts'
import { untimed } from './grammar/prefix.ts'

const opening = /^=+ Linting (?<file>\S.{0,1000}?) =+$/
const place = /^Error on line (?<line>\d{1,9}) starting at column (?<column>\d{1,9})$/
const page = /^See (?<url>https?:\/\/\S{1,300}?(?<rule>FL\d{4})\S{0,40})$/
const parts = /^-{20,}$/

/** `dotnet fsharplint lint`: below a file's heading, what to consider, where, the line, the rule's page, and a rule. Its form for MSBuild is MSBuild's. */
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
