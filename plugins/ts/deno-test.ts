import { frame, headline, longest, place } from './frames.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const errors = /^ ERRORS $/
const failures = /^ FAILURES $/
const failure = /^(?<name>\S.*) => (?<place>\S.*:\d+:\d+)$/
const totals = /^(?:ok|FAILED) \| (?<counts>\d+ passed.*)$/

interface Block {
  name: string
  at: string
  lines: string[]
}

/** `deno test`: failures between ` ERRORS ` and ` FAILURES `, then `FAILED | 1 passed (1 step) | 2 failed | 1 ignored`. */
export const denoTest: LineParser = {
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
        if (!listing && c !== 32 && c !== 111 && c !== 70) return
        if (errors.test(text)) return (listing = true)
        const counts = totals.exec(text)?.groups?.counts
        if (failures.test(text) || counts) {
          close()
          listing = false
          if (counts) count(counts, context)
          return true
        }
        if (!listing) return
        const groups = text.length > longest ? undefined : failure.exec(text)?.groups
        if (groups) {
          close()
          block = { name: groups.name ?? '', at: groups.place ?? '', lines: [] }
        } else if (block && block.lines.length < 200) block.lines.push(text)
        return true
      },
      end: close,
    }
  },
}

function report(block: Block, context: ParseContext): void {
  const own = block.lines.map(line => line.replace(/^error: (?:\w*Error: )?/, ''))
  const where = frame(block.lines) ?? place(block.at)
  context.emit({
    tool: 'deno-test', test: block.name.replaceAll(' ... ', ' > '), status: 'failed',
    message: headline(own.slice(0, 1)) || headline(own) || 'failed', trace: block.lines.join('\n').trim(),
    ...(where ? { file: where.file, line: where.line } : {}),
  })
}

function count(text: string, context: ParseContext): void {
  const of = (word: string) => Number(new RegExp(`(\\d+) ${word}\\b`).exec(text)?.[1] ?? 0)
  const [passed, failed, skipped] = [of('passed'), of('failed'), of('ignored')]
  context.emit({ tool: 'deno-test', totals: { total: passed + failed + skipped, passed, failed, skipped } })
}
