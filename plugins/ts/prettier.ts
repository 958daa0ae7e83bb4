import { position } from '../../core/parse/index.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const unformatted = /^\[warn\] (?<file>\S.*\.\w+|\S+)$/
const broken = /^\[error\] (?<file>(?:[A-Za-z]:)?[^:]+): (?<message>\w*Error: .*?)(?: \((?<line>\d+):(?<column>\d+)\))?$/
const opening = /^Checking formatting\.\.\.$/
const closing = /^\[warn\] (?:Code style issues|Forgot to run Prettier)|^Error occurred when checking code style/

/**
 * `prettier --check`. The names come on one pipe and the opening line on the other, so that `[warn] name` counts
 * when the opening was seen or the closing follows. (`--list-different` prints bare names, which nothing tells from prose.)
 */
export const prettier: LineParser = {
  lines(context) {
    let active = false
    let waiting: string[] = []
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (c !== 91 && c !== 67 && c !== 69) return
        if (opening.test(text)) return (active = true)
        if (closing.test(text)) {
          for (const file of waiting) emit(file, context)
          waiting = []
          active = false
          return true
        }
        const groups = broken.exec(text)?.groups
        if (groups) {
          context.emit({
            tool: 'prettier', rule: 'syntax', level: 'error', kind: 'format', message: groups.message ?? '',
            file: groups.file, line: position(groups.line), column: position(groups.column),
          })
          return true
        }
        const file = unformatted.exec(text)?.groups?.file
        if (file === undefined) return
        if (active) emit(file, context)
        else if (waiting.length < 100_000) waiting.push(file)
        return active
      },
    }
  },
}

function emit(file: string, context: ParseContext): void {
  context.emit({ tool: 'prettier', rule: 'format', level: 'warning', kind: 'format', message: 'Not formatted as Prettier would', file })
}
