import type { LineParser } from '../../core/contract.ts'
import { levelOf, position } from '../../core/parse/index.ts'
import { caretOf, closed, maxLines, type Open } from './grammar/source.ts'
import { unwrap } from './grammar/wrapping.ts'

const head = /^(?<number>\d{1,9})\. (?<level>ERROR|WARNING|INFO) in (?<file>.{1,1000}) \(at line (?<line>\d{1,9})\)$/
const headless = /^(?<number>\d{1,9})\. (?<level>ERROR|WARNING|INFO) in (?<file>[^(]{1,1000})$/
const rule = /^-{4,}$/

/**
 * Eclipse's compiler for Java in its own form, plain and through Ant: `1. ERROR in A.java (at line 3)`, the source line,
 * carets, the message, a rule. (Source: the batch compiler's documentation; with -Xemacs it speaks as javac does.)
 */
export const ecj: LineParser = {
  lines({ emit }) {
    let open: (Open & { message: string[] }) | undefined
    const flush = () => {
      if (!open) return
      const message = open.message.length ? open.message : open.lines.splice(-1)
      open.finding.message = message.map(line => line.trim()).join(' ') || 'error'
      emit(closed(open))
      open = undefined
    }
    return {
      line(line) {
        const { text } = unwrap(line)
        const c = text.charCodeAt(0)
        const groups = c >= 48 && c <= 57 && text.includes(' in ') ? (head.exec(text) ?? headless.exec(text))?.groups : undefined
        if (groups) {
          flush()
          const at = position(groups.line)
          open = { finding: { tool: 'ecj', kind: 'build', level: levelOf(groups.level), message: '', file: groups.file!, ...at && { line: at } }, lines: [], seenCaret: at === undefined, message: [] }
          return true
        }
        if (!open) return false
        if (rule.test(text) || open.lines.length + open.message.length >= maxLines) return flush(), true
        // Its column is that of a line whose indentation was taken off.
        if (!open.seenCaret && caretOf(text) !== undefined) {
          open.seenCaret = true
          open.lines.push(text)
        } else if (text.trim() !== '') (open.seenCaret ? open.message : open.lines).push(text)
        return true
      },
      end: flush,
    }
  },
}
