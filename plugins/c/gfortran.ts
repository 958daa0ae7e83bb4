import type { LineParser, Location } from '../../core/contract.ts'
import { mark, marks } from '../../core/parse/index.ts'

/** gfortran: the place on one line, the code and a `1` below it, then `Error: text` with `(1)` for the place. */
export const gfortran: LineParser = {
  lines({ emit }) {
    let place: Location | undefined
    let age = 0
    return {
      line(text) {
        const end = text.charCodeAt(text.length - 1)
        const at = (end === 58 || end === 41) && marks(text) & mark.colonDigit ? /^(?<file>[^\s:][^:]{0,1000}):(?<line>\d{1,9})[.:](?<column>\d{1,9})(?:-\d{1,9})?:(?: \(\d\))?$/.exec(text)?.groups : undefined
        if (at) {
          // With two places, the first is where the fault is.
          if (!place || age > 6) place = { file: at['file']!, line: Number(at['line']) || 1, ...Number(at['column']) > 0 && { column: Number(at['column']) } }
          age = 0
          return true
        }
        const groups = place && /^(?<level>Error|Warning|Fatal Error|Internal Error): (?<message>.*?)(?: \[(?<rule>-W[\w=+-]{1,80})\])?$/.exec(text)?.groups
        if (groups && place) {
          const rule = groups['rule']?.replace(/^-Werror=/, '-W')
          emit({ tool: 'gfortran', kind: 'build', level: groups['level'] === 'Warning' ? 'warning' : 'error', message: groups['message']!, ...rule && { rule }, ...place })
          place = undefined
          return true
        }
        if (place && ++age > 12) place = undefined
        return false
      },
    }
  },
}
