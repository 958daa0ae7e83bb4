import { frame, headline } from './frames.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const opening = /^Failures:\s*$/
const numbered = /^\d+\) (?<name>\S.*)$/
const totals = /^(?<total>\d+) specs?, (?<failed>\d+) failures?(?:, (?<pending>\d+) pending specs?)?$/
const label = /^ {2}(?:Message|Stack):$/

interface Block {
  name: string
  lines: string[]
}

/** Jasmine's own reporter: under `Failures:` a numbered block with `Message:` and `Stack:` each; closing `3 specs, 1 failure, 1 pending spec`. */
export const jasmine: LineParser = {
  lines(context) {
    let listing = false
    let block: Block | undefined
    const close = () => {
      if (block) report(block, context)
      block = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!listing && !block && c !== 70 && !(c >= 48 && c <= 57)) return false
        const groups = totals.exec(text)?.groups
        if (groups) {
          close()
          listing = false
          const [total, failed, skipped] = [Number(groups.total), Number(groups.failed), Number(groups.pending ?? 0)]
          context.emit({ tool: 'jasmine', totals: { total, passed: Math.max(0, total - failed - skipped), failed, skipped } })
          return true
        }
        if (opening.test(text)) return (listing = true)
        const name = listing ? numbered.exec(text)?.groups?.name : undefined
        if (name !== undefined) {
          close()
          block = { name, lines: [] }
          return true
        }
        // `Pending:` and `Suite error:` follow the failures.
        if (block && /^\S.*:$/.test(text)) {
          close()
          listing = false
        }
        if (block && block.lines.length < 300 && !label.test(text)) block.lines.push(text)
        return block !== undefined
      },
      end: close,
    }
  },
}

function report(block: Block, context: ParseContext): void {
  // Without the labels a block that does not say `at` anywhere is no failure of Jasmine's.
  if (!block.lines.some(line => /^ {4}/.test(line))) return
  const where = frame(block.lines)
  context.emit({
    tool: 'jasmine', test: block.name, status: 'failed', message: headline(block.lines.filter(line => line.trim()).slice(0, 40)) || 'failed',
    trace: block.lines.join('\n').trim(), ...(where ? { file: where.file, line: where.line } : {}),
  })
}
