import type { LineParser } from '../../core/contract.ts'
import { mark, marks, position } from '../../core/parse/index.ts'

const place = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d+) (?:at module level|in (?:public|private)\b.*):$/
const fault = /^ +(?<rule>D\d{3}): (?<message>.*)$/
const oneLine = /^(?<file>(?:[A-Za-z]:)?[^:\s][^:]*):(?<line>\d+):? (?:at module level|in (?:public|private) [^:]*): *(?<rule>D\d{3}): (?<message>.*)$/

/** pydocstyle (before 2.0 pep257): where, then indented what. Source: pydocstyle's documentation, "Usage". */
export const pydocstyle: LineParser = {
  lines({ emit }) {
    let held: { file?: string; line?: number } | undefined
    return {
      line(text) {
        const placed = (marks(text) & mark.colonDigit) !== 0
        if (!held && !placed) return false
        const here = placed && text.endsWith(':') ? place.exec(text)?.groups : undefined
        const whole = placed && /: *D\d{3}: /.test(text) ? oneLine.exec(text)?.groups : undefined
        const groups = whole ?? (held && fault.exec(text)?.groups)
        if (groups) {
          const { file, line } = whole ? { file: whole.file, line: position(whole.line) } : held ?? {}
          emit({ tool: 'pydocstyle', kind: 'lint', rule: groups.rule, level: 'warning', message: groups.message ?? '', file, line })
        }
        held = here ? { file: here.file, line: position(here.line) } : undefined
        return Boolean(here ?? groups)
      },
    }
  },
}
