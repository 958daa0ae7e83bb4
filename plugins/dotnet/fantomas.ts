import type { LineParser } from '../../core/contract.ts'
import { untimed } from './grammar/prefix.ts'

const shapes: readonly RegExp[] = [
  /^(?<file>\S.{0,1000}\.fs[ix]?) (?<message>needs formatting|was not formatted|isn't formatted)\.?$/,
  /^(?:Failed to format file:|(?:error: )?Failed to format(?! file:)|error: Failed while formatting|Failed while formatting|Error while formatting) (?<file>\S.{0,1000}?\.fs[ix]?)(?: ?[:-] ?(?<message>.{0,1000}))?$/,
  /^(?<file>\S.{0,1000}\.fs[ix]?) (?:could not be formatted|is not valid F# code)[.:]?\s?(?<message>.{0,1000})$/,
]

/** `fantomas --check`: `src/A.fs needs formatting`, a file per line, in all its versions; and what it could not read. */
export const fantomas: LineParser = {
  lines({ emit }) {
    return {
      line(raw) {
        const text = untimed(raw)
        if (!text.includes('.fs') || !/format/.test(text)) return false
        const bare = text.replace(/^(?:\[?\d{2}:\d{2}:\d{2}\]? ?)?(?:\[(?:ERR|INF|WRN)\] )?/, '')
        for (const [index, shape] of shapes.entries()) {
          const groups = shape.exec(bare)?.groups
          if (!groups) continue
          const { file = '', message } = groups
          emit({
            tool: 'fantomas', kind: 'format', level: 'error', rule: index === 0 ? 'format' : 'failed', file: file.replaceAll('\\', '/'),
            message: index === 0 ? 'needs formatting' : message || 'could not be formatted',
          })
          return true
        }
        return false
      },
    }
  },
}
