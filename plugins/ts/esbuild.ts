import { marksPlace, position } from '../../core/parse/index.ts'
import type { Finding, LineParser, Location } from '../../core/contract.ts'

const heading = /^[✘▲X] \[(?<level>ERROR|WARNING)\] (?<message>\S.*)$/
/** The text of an Error that its programming interface throws; and what it printed before 0.11. */
const flat = [
  /^(?<file>\S.*?):(?<line>\d+):(?<column>\d+): (?<level>ERROR|WARNING): (?<message>\S.*)$/,
  /^ > (?<file>\S.*?):(?<line>\d+):(?<column>\d+): (?<level>error|warning): (?<message>\S.*)$/,
]
const place = /^ {4}(?<file>\S.*?):(?<line>\d+):(?<column>\d+):$/
const note = /^ {2}(?<message>\S.*)$/
const flag = / \[(?<rule>[a-z][\w-]*|plugin [\w:./@-]+)\]$/
const code = /^(?<rule>(?:TS|NG)-?\d+): /

/** esbuild, and all that print through it (tsup, Vite, Angular, wrangler): `✘ [ERROR] …`, then the place, columns from 0. */
export const esbuild: LineParser = {
  lines(context) {
    let open: { finding: Finding; related: Location[]; note: string | undefined } | undefined
    const close = () => {
      if (open) context.emit({ ...open.finding, ...(open.related.length ? { related: open.related } : {}) })
      open = undefined
    }
    return {
      line(text) {
        const placed = marksPlace(text)
        const c = text.charCodeAt(0)
        if (!open && !placed && c !== 88 && c < 128) return
        const one = !placed ? undefined : flat.map(pattern => pattern.exec(text)).find(Boolean)?.groups
        if (one) {
          close()
          context.emit({ ...finding(one), file: one.file, line: position(one.line), column: Number(one.column) + 1 })
          return true
        }
        const head = heading.exec(text)?.groups
        if (head) {
          close()
          open = { finding: finding(head), related: [], note: undefined }
          return true
        }
        if (!open) return
        if (text.trim() && !text.startsWith('  ')) return close()
        const where = place.exec(text)?.groups
        if (where) {
          const at = { file: where.file ?? '', line: position(where.line), column: Number(where.column) + 1 }
          if (open.finding.file === undefined) open.finding = { ...open.finding, ...at }
          else open.related.push(open.note === undefined ? at : { ...at, message: open.note })
          return true
        }
        open.note = note.exec(text)?.groups?.message ?? open.note
        return true
      },
      end: close,
    }
  },
}

function finding(groups: Record<string, string | undefined>): Finding {
  const full = groups.message ?? ''
  const flagged = flag.exec(full)
  const rule = code.exec(full)?.groups?.rule ?? flagged?.groups?.rule
  const message = (flagged ? full.slice(0, flagged.index) : full).replace(code, '')
  return { tool: 'esbuild', rule, level: groups.level?.toUpperCase() === 'WARNING' ? 'warning' : 'error', kind: 'build', message }
}
