import { frame, headline } from './frames.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const failure = /^(?<browser>[A-Z]\w*(?: \w+)* [\d.]+ \([^)]+\))(?: \(0\.\d\))? (?<name>\S.*) FAILED$/
const executed = /^(?<browser>[A-Z]\w*(?: \w+)* [\d.]+ \([^)]+\)): Executed (?<run>\d+) of (?<total>\d+)(?: \((?<failed>\d+) FAILED\))?(?: \(skipped (?<skipped>\d+)\))?/

interface Counts {
  run: number
  total: number
  failed: number
}

/** Karma's dots and progress reporters: `Chrome 120.0 (Linux) suite test FAILED` with the error below, and a running count per browser. */
export const karma: LineParser = {
  lines(context) {
    const browsers = new Map<string, Counts>()
    let block: { name: string; lines: string[] } | undefined
    const close = () => {
      if (block) report(block.name, block.lines, context)
      block = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!block && !(c >= 65 && c <= 90 && text.includes(' ('))) return
        const groups = executed.exec(text)?.groups
        if (groups?.browser) {
          close()
          browsers.set(groups.browser, { run: Number(groups.run), total: Number(groups.total), failed: Number(groups.failed ?? 0) })
          return true
        }
        const name = failure.exec(text)?.groups?.name
        if (name !== undefined) {
          close()
          block = { name, lines: [] }
          return true
        }
        if (!block) return
        if (!/^\s+\S/.test(text)) return close()
        if (block.lines.length < 200) block.lines.push(text)
        return true
      },
      end() {
        close()
        for (const { run, total, failed } of browsers.values()) {
          context.emit({ tool: 'karma', totals: { total, passed: Math.max(0, run - failed), failed, skipped: Math.max(0, total - run) } })
        }
      },
    }
  },
}

function report(name: string, lines: readonly string[], context: ParseContext): void {
  const where = frame(lines)
  context.emit({
    tool: 'karma', test: name, status: 'failed', message: headline(lines) || 'failed', trace: lines.join('\n').trim(),
    ...(where ? { file: where.file, line: where.line } : {}),
  })
}
