import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const message = /^\[(?<level>warn|error)\]: (?:In file [`'](?<file>[^'`]+)':(?<line>\d+): )?(?<message>\S.*)$/
const place = /^\s+in file [`'](?<file>[^'`]+)' near line (?<line>\d+)$/

/** YARD's warnings about comments: the place stands in the message or on the next line. Source: YARD's `lib/yard/docstring_parser.rb` and logger. */
export const yard: LineParser = {
  lines({ emit }) {
    let pending: Finding | undefined
    const flush = () => {
      if (pending?.file) emit(pending)
      pending = undefined
    }
    return {
      line(text) {
        const at = pending ? place.exec(text)?.groups : undefined
        if (pending && at) {
          pending = { ...pending, file: at.file, line: position(at.line) }
          flush()
          return true
        }
        const groups = text.startsWith('[') ? message.exec(text)?.groups : undefined
        if (pending || groups) flush()
        if (!groups) return false
        pending = { tool: 'yard', kind: 'lint', level: groups.level === 'error' ? 'error' : 'warning', message: groups.message ?? '', file: groups.file, line: position(groups.line) }
        return true
      },
      end: flush,
    }
  },
}
