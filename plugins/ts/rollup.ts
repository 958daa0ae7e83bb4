import { position } from '../../core/parse/index.ts'
import { path } from './frames.ts'
import type { Finding, LineParser } from '../../core/contract.ts'

const heading = /^(?:\[(?<fatal>!)\]|\(!\)) (?:\(plugin (?<plugin>[\w@/-]+)\) )?(?:(?<name>\w*Error): )?(?<message>(?!There was an error )\S.*)$/
const leading = /^(?<file>\S+\.\w+) \((?<line>\d+):(?<column>\d+)\): /
const place = /^(?<file>\S+\.\w+)(?: \((?<line>\d+):(?<column>\d+)\)|:(?<line2>\d+):(?<column2>\d+))?$/

/** Rollup's `[!] RollupError: …` and its grouped warnings `(!) …`; the place is a line of its own, columns from 0. (`[!] There was an error` is Bundler's.) */
export const rollup: LineParser = {
  lines(context) {
    let open: Finding | undefined
    let left = 0
    const close = () => {
      if (open) context.emit(open)
      open = undefined
    }
    return {
      line(text) {
        const head = heading.exec(text)?.groups
        if (head) {
          close()
          open = finding(head)
          left = 3
          return true
        }
        if (!open) return
        const where = open.line === undefined ? place.exec(text)?.groups : undefined
        if (where) open = { ...open, ...spot(where.file, where.line ?? where.line2, where.column ?? where.column2) }
        if (where || left-- === 0) close()
        return where !== undefined
      },
      end: close,
    }
  },
}

function finding(groups: Record<string, string | undefined>): Finding {
  const message = groups.message ?? ''
  const where = leading.exec(message)
  return {
    tool: 'rollup', rule: groups.plugin, level: groups.fatal ? 'error' : 'warning', kind: 'build',
    message: where ? message.slice(where[0].length) : message,
    ...(where ? spot(where.groups?.file, where.groups?.line, where.groups?.column) : {}),
  }
}

function spot(file: string | undefined, line: string | undefined, column: string | undefined): Partial<Finding> {
  return { file: path(file ?? ''), line: position(line), ...(column === undefined ? {} : { column: Number(column) + 1 }) }
}
