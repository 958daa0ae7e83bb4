import type { Finding, LineParser } from '../../core/contract.ts'
import { position } from '../../core/parse/index.ts'

const would = /^would reformat (?<file>\S.*)$/
const cannot = /^error: cannot (?:format (?<file>\S.*?): (?<message>.*)|parse: (?<path>\S.*?):(?<line>\d+):(?<column>\d+)(?:: (?<said>.*))?)$/
const inside = /^Cannot parse(?: for target version [^:]*)?: (?<line>\d+):(?<column>\d+): /
const stamped = /^\+\+\+ (?<file>[^\t]+)\t\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(?:\.\d+)?(?: \+0000|\+00:00)$/

/** `black --check`, alone or with `--diff`; the diff gives the line of the first change. Source: Black's documentation, "The basics". */
export const black: LineParser = {
  lines({ emit }) {
    const differing = new Map<string, number | undefined>()
    let file: string | undefined
    let next = 0

    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (file === undefined && c !== 119 && c !== 101 && c !== 43) return
        const named = would.exec(text)?.groups?.file
        if (named !== undefined) {
          emit(unformatted(named, differing.get(named)))
          differing.delete(named)
          return true
        }
        const failed = cannot.exec(text)?.groups
        if (failed) {
          const said = inside.exec(failed.message ?? '')?.groups
          emit({
            tool: 'black', kind: 'format', rule: 'cannot-format', level: 'error', message: failed.message ?? failed.said ?? 'Cannot parse',
            file: failed.file ?? failed.path, line: position(failed.line ?? said?.line), column: column(failed.column ?? said?.column),
          })
          return true
        }
        if (c === 43) {
          const start = stamped.exec(text)?.groups?.file
          if (start !== undefined) {
            file = start
            next = 0
            return
          }
        }
        if (file === undefined) return
        const hunk = /^@@ -(?<line>\d+)/.exec(text)?.groups
        if (hunk) next = Number(hunk.line)
        else if (c === 32 && next > 0) next++
        else {
          if (next > 0 && (c === 43 || c === 45) && differing.size < 10_000) differing.set(file, position(next))
          file = undefined
        }
      },
      end() {
        for (const [name, line] of differing) emit(unformatted(name, line))
      },
    }
  },
}

function unformatted(file: string, line: number | undefined): Finding {
  return { tool: 'black', kind: 'format', rule: 'format', level: 'warning', message: 'Black would reformat this file', file, line }
}

/** Black counts columns from 0. */
function column(text: string | undefined): number | undefined {
  return text === undefined ? undefined : position(Number(text) + 1)
}
