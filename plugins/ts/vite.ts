import { position } from '../../core/parse/index.ts'
import { path } from './frames.ts'
import type { Finding, LineParser } from '../../core/contract.ts'

const opening = /^error during build:$/
const summary = /^Build failed with \d+ errors?:$/
const coded = /^\[(?<rule>[A-Z][A-Z_]+|plugin [\w@:/-]+)\] (?<message>\S.*)$/
const box = /^ *╭─\[ (?<file>.+):(?<line>\d+):(?<column>\d+) \]$/
const leading = /^(?<file>\S+\.\w+) \((?<line>\d+):(?<column>\d+)\): (?<message>.*)$/
const prefix = /^(?:\[(?<rule>[\w@:/-]+)\]:? )?(?:\w*Error: )?/
const file = /^file: (?<file>\S+?)(?::(?<line>\d+):(?<column>\d+))?$/

/** `vite build`: after `error during build:` a message with `file: …` (up to 7), or Rolldown's coded errors with their boxes (8). */
export const vite: LineParser = {
  lines(context) {
    let open: Finding | undefined
    let expecting = false
    const close = () => {
      if (open) context.emit(open)
      open = undefined
    }
    return {
      line(text) {
        const head = coded.exec(text)?.groups
        if (opening.test(text)) {
          close()
          return (expecting = true)
        }
        if (head && (expecting || open)) {
          close()
          expecting = false
          open = { tool: 'vite', rule: head.rule, level: 'error', kind: 'build', message: head.message ?? '' }
          return true
        }
        if (expecting && text.trim() && !summary.test(text)) {
          expecting = false
          open = finding(text.trim())
          return true
        }
        if (!open) return
        const where = (box.exec(text) ?? file.exec(text))?.groups
        if (where && open.file === undefined) open = { ...open, file: path(where.file ?? ''), line: position(where.line), column: position(where.column) }
        return where !== undefined
      },
      end: close,
    }
  },
}

function finding(text: string): Finding {
  const plain = text.replace(prefix, '')
  const where = leading.exec(plain)?.groups
  return {
    tool: 'vite', rule: prefix.exec(text)?.groups?.rule, level: 'error', kind: 'build', message: where?.message ?? plain,
    ...(where ? { file: where.file, line: position(where.line), column: Number(where.column) + 1 } : {}),
  }
}
