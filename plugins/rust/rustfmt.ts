import type { Finding, LineParser } from '../../core/contract.ts'

/** `rustfmt --check`, one headline per place that differs: `Diff in PATH:12:`, before 1.7 `Diff in PATH at line 12:`; the line is that of the first line shown, up to three before what differs. */
const headline = /^Diff in (?:\\\\\?\\)?(?<file>\S.*?)(?::| at line )(?<line>\d{1,9}):$/
const maxLines = 200

export const rustfmt: LineParser = {
  lines({ emit }) {
    let open: { file: string; line: number; lines: string[] } | undefined
    const flush = () => {
      if (open) emit(findingOf(open))
      open = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const groups = c === 68 ? headline.exec(text)?.groups : undefined
        if (groups) {
          flush()
          open = { file: groups.file ?? '', line: Number(groups.line), lines: [] }
          return true
        }
        if (!open) return false
        // Every line shown begins with its sign; an empty one may have lost it.
        if (c !== 32 && c !== 43 && c !== 45 && text !== '') return flush(), false
        if (open.lines.length < maxLines) open.lines.push(text)
        return true
      },
      end: flush,
    }
  },
}

export const message = 'Not formatted as rustfmt does'

function findingOf({ file, line, lines }: { file: string; line: number; lines: readonly string[] }): Finding {
  const shown = lines.slice(0, lines.findLastIndex(text => text !== '') + 1)
  const from = shown.findIndex(isChange)
  const start = line + Math.max(from, 0)
  const changed = shown.slice(from, shown.findLastIndex(isChange) + 1)
  const removed = changed.filter(text => !text.startsWith('+')).length
  const text = changed.filter(one => !one.startsWith('-')).map(one => `${one.slice(1)}\n`).join('')
  return {
    tool: 'rustfmt', kind: 'format', level: 'warning', message, file, line: start, ...removed > 1 && { endLine: start + removed - 1 },
    ...shown.length > 0 && { trace: shown.join('\n') },
    ...from >= 0 && shown.length < maxLines && { fixes: [{ changes: [{ file, replacements: [{ line: start, column: 1, endLine: start + removed, endColumn: 1, text }] }] }] },
  }
}

function isChange(text: string): boolean { return text.startsWith('-') || text.startsWith('+') }
