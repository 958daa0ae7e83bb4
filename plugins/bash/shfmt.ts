import type { LineParser } from '../../core/contract.ts'
import { marksPlace } from '../../core/parse/index.ts'

const syntax = /^(?<file>[^:\s][^:]*\.(?:sh|bash|bats|mksh|ksh|zsh)|<standard input>):(?<line>\d+):(?<column>\d+): (?!(?:fatal )?error:|warning:|note:|info:|style:|[EW]\d)(?<message>\S.*)$/
/** The command as make, `set -x` or npm show it. Only behind it is a bare path a complaint. */
const listing = /^(?:[+$>]+ )?(?:\S*\/)?shfmt (?:.* )?(?:-l|--list)(?: |$)/
const path = /^[^\s:*?"<>|]+$/

/** shfmt's own errors, and the paths that `shfmt -l` prints, where the log shows the command. */
export const shfmt: LineParser = {
  lines({ emit }) {
    let listed = false
    return {
      line(text) {
        const groups = !marksPlace(text) ? undefined : syntax.exec(text)?.groups
        if (groups) {
          const { file = '', line, column, message = '' } = groups
          emit({ tool: 'shfmt', kind: 'format', level: 'error', message, file, line: Number(line), column: Number(column) })
          return true
        }
        if (text.includes('shfmt') && listing.test(text)) {
          listed = true
          return false
        }
        listed &&= path.test(text)
        if (listed) emit({ tool: 'shfmt', kind: 'format', level: 'warning', message: 'Not formatted as shfmt does', file: text })
        return listed
      },
    }
  },
}
