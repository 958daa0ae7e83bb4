import { frame } from './frames.ts'
import type { LineParser } from '../../core/contract.ts'

const heading = /^(?<name>error|warn|[A-Z]\w*Error): (?<message>\S.*)$/
const farewell = /^Bun v\d+\.\d+/
const excerpt = /^\d+ \| /

/** `bun build`'s errors and Bun's farewell on an uncaught one: an excerpt with a caret above, `at` with the place below. */
export const bun: LineParser = {
  lines(context) {
    let quoted = false
    let open: { name: string; message: string; lines: string[] } | undefined
    const close = (sure: boolean) => {
      const where = open && frame(open.lines)
      if (open && where && sure) {
        context.emit({
          tool: 'bun', rule: open.name.endsWith('Error') ? open.name : undefined, level: open.name === 'warn' ? 'warning' : 'error',
          kind: 'build', message: open.message, file: where.file, line: where.line, column: where.column,
        })
      }
      open = undefined
    }
    return {
      line(text) {
        const groups = quoted ? heading.exec(text)?.groups : undefined
        const c = text.charCodeAt(0)
        if (c >= 48 && c <= 57 && excerpt.test(text)) quoted = true
        else if (quoted && !/^\s*\^+\s*$/.test(text)) quoted = false
        if (groups) {
          close(false)
          open = { name: groups.name ?? '', message: groups.message ?? '', lines: [] }
          return true
        }
        if (!open) return
        open.lines.push(text)
        // `bun build` indents its one frame by four; a crash has a stack, and the version after it.
        if (/^ {4}at /.test(text)) close(true)
        else if (farewell.test(text)) close(true)
        else if (open.lines.length > 100 || /^\((?:pass|fail)\) /.test(text)) close(false)
      },
      end: () => close(false),
    }
  },
}
