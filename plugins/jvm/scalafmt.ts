import type { LineParser } from '../../core/contract.ts'
import { unwrap } from './grammar/wrapping.ts'

const told = /^(?:scalafmt: )?(?<file>(?:[A-Za-z]:(?=[\\/]))?[^:]{1,1000}\.(?:scala|sbt|sc)) isn't formatted properly!$/
const unreadable = /^(?:scalafmt: )?(?<file>(?:[A-Za-z]:(?=[\\/]))?[^:]{1,1000}\.(?:scala|sbt|sc)):(?<line>\d{1,9}): error: \[dialect [^\]]{1,60}\] (?<message>\S.*)$/

/** scalafmt under sbt (`scalafmtCheck`) and Maven; what its command line prints with --test is a diff, and read as its files. */
export const scalafmt: LineParser = {
  lines({ emit }) {
    let diffs: string[] = []
    return {
      line(line) {
        const { text } = unwrap(line)
        if (text.endsWith("isn't formatted properly!")) {
          const file = told.exec(text)?.groups?.file
          if (file !== undefined) emit({ tool: 'scalafmt', kind: 'format', level: 'warning', rule: 'format', message: 'not formatted as configured', file })
          return file !== undefined
        }
        if (text.includes(': error: [dialect ')) {
          const groups = unreadable.exec(text)?.groups
          if (groups) emit({ tool: 'scalafmt', kind: 'format', level: 'error', rule: 'parse', message: groups.message!, file: groups.file!, line: Number(groups.line) })
          return groups !== undefined
        }
        if (text.startsWith('--- ') && /\.(?:scala|sbt|sc)(?:-formatted)?$/.test(text) && diffs.length < 10_000) diffs.push(text.slice(4).replace(/^a\/(?!\/)/, ''))
        else if (text === 'error: --test failed') {
          for (const file of diffs) emit({ tool: 'scalafmt', kind: 'format', level: 'error', rule: 'format', message: 'not formatted as configured', file })
          diffs = []
          return true
        }
        return false
      },
    }
  },
}
