import { position } from '../../core/parse/index.ts'
import { place } from './frames.ts'
import type { Finding, LineParser } from '../../core/contract.ts'

const heading = /^(?<level>ERROR|WARNING) in (?<file>\.{0,2}[\w@/\\.[\](): -]+?)(?: (?<line>\d+):(?<column>\d+)(?:-(?:(?<endLine>\d+):)?(?<endColumn>\d+))?)?$/
const wrapped = /^(?<name>\w*Error): (?<rest>\S.*)$/
const at = /\((?<line>\d+):(?<column>\d+)\)/
const noise = /^(?:Module build failed \(from .*\):|\[\w+\] |File was processed|You may need)/

/** webpack's `ERROR in ./src/a.js 1:0-28` with the message below; columns from 0. Messages of loaders carry their own place. */
export const webpack: LineParser = {
  lines(context) {
    let open: { finding: Finding; lines: string[] } | undefined
    const close = () => {
      if (open) emit(open.finding, open.lines)
      open = undefined
    }
    const emit = (finding: Finding, lines: readonly string[]) => {
      const message = lines.find(line => line.trim() && !noise.test(line))
      if (message === undefined || /^ {0,4}(?:TS\d+: |\d+:\d+ )/.test(message)) return
      context.emit({ ...finding, ...better(finding, message), trace: lines.join('\n').trim() })
    }
    return {
      line(text) {
        const groups = heading.exec(text)?.groups
        if (groups) {
          close()
          open = { finding: finding(groups), lines: [] }
          return true
        }
        if (!open) return
        if (!text.trim() && open.lines.some(line => line.trim() && !noise.test(line))) return close()
        if (open.lines.length < 60) open.lines.push(text)
        return true
      },
      end: close,
    }
  },
}

function finding(groups: Record<string, string | undefined>): Finding {
  const start = groups.column === undefined ? undefined : Number(groups.column) + 1
  const end = groups.endColumn === undefined ? undefined : Number(groups.endColumn) + 1
  return {
    tool: 'webpack', level: groups.level === 'WARNING' ? 'warning' : 'error', kind: 'build', message: '',
    file: /^[./\w@-]*[./]/.test(groups.file ?? '') ? groups.file : undefined, line: position(groups.line), column: start,
    ...(end === undefined ? {} : { endLine: position(groups.endLine ?? groups.line), endColumn: end }),
  }
}

/** `SyntaxError: /x/a.js: Unexpected token (1:8)` (Babel) and `Module parse failed: … (1:8)` know better than the heading. */
function better(finding: Finding, message: string): Partial<Finding> {
  const named = wrapped.exec(message)?.groups
  const inside = at.exec(message)?.groups
  const text = named?.rest?.replace(/^\S+\.\w+: /, '') ?? message.trim()
  const spot = inside && finding.line === undefined ? place(`${finding.file ?? 'x'}:${inside.line}:${inside.column}`) : undefined
  return { message: text, rule: named?.name, ...(spot ? { line: spot.line, column: Number(inside?.column) + 1 } : {}) }
}
