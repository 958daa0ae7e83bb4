import type { LineParser } from '../../core/contract.ts'
import { held, position } from '../../core/parse/index.ts'

const message = /^\[(?<level>warn|error)\]: (?:In file [`'](?<file>[^'`]+)':(?<line>\d+): )?(?<message>\S.*)$/
const place = /^\s+in file [`'](?<file>[^'`]+)' near line (?<line>\d+)$/

/** YARD's warnings about comments: the place stands in the message or on the next line. Source: YARD's `lib/yard/docstring_parser.rb` and logger. */
export const yard: LineParser = {
  lines(context) {
    const pending = held(context, finding => finding.file !== undefined)
    return {
      line(text) {
        const at = pending.now ? place.exec(text)?.groups : undefined
        if (at) {
          pending.add({ file: at.file, line: position(at.line) })
          pending.flush()
          return true
        }
        const groups = text.startsWith('[') ? message.exec(text)?.groups : undefined
        pending.flush()
        if (!groups) return false
        pending.hold({ tool: 'yard', kind: 'lint', level: groups.level === 'error' ? 'error' : 'warning', message: groups.message ?? '', file: groups.file, line: position(groups.line) })
        return true
      },
      end: pending.flush,
    }
  },
}
