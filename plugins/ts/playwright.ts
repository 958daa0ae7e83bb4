import { frame, headline, place } from './frames.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const running = /^Running \d+ tests? using \d+ workers?/
const failure = /^ {2}\d+\) (?<title>.* › .*?)(?: ─+)?$/
const count = /^ {2}(?<count>\d+) (?<word>failed|flaky|skipped|passed|interrupted|did not run)(?: \([\w. ]+\))?$/

interface Block {
  title: string
  lines: string[]
}

/** Playwright Test's list, line and dot reporters: a numbered block per failed test (its retries inside), then the counts by outcome. */
export const playwright: LineParser = {
  lines(context) {
    let active = false
    let block: Block | undefined
    let counts: Record<string, number> | undefined
    const close = () => {
      if (block) report(block, context)
      block = undefined
    }
    const total = () => {
      close()
      if (counts) context.emit({ tool: 'playwright', totals: sum(counts) })
      counts = undefined
    }
    return {
      line(text) {
        if (running.test(text)) {
          total()
          return (active = true)
        }
        if (!active) return
        const title = failure.exec(text)?.groups?.title
        const groups = count.exec(text)?.groups
        if (title !== undefined || groups) close()
        if (title !== undefined) block = { title, lines: [] }
        else if (groups) counts = { ...counts, [groups.word ?? '']: Number(groups.count) }
        else if (block && block.lines.length < 300) block.lines.push(text)
        return block !== undefined || groups !== undefined
      },
      end: total,
    }
  },
}

function report(block: Block, context: ParseContext): void {
  const parts = block.title.split(' › ')
  const at = parts.findIndex(part => /:\d+:\d+$/.test(part))
  const where = frame(block.lines) ?? place(parts[at] ?? '')
  // Retries repeat the failure.
  const retry = block.lines.findIndex(line => /^ {4}Retry #\d/.test(line))
  const once = retry < 0 ? block.lines : block.lines.slice(0, retry)
  context.emit({
    tool: 'playwright', test: parts.filter((_, index) => index !== at).join(' › '), status: 'failed',
    message: headline(once) || 'failed', trace: once.join('\n').trim(),
    ...(where ? { file: where.file, line: where.line } : {}),
  })
}

function sum(counts: Record<string, number>): { total: number; passed: number; failed: number; skipped: number } {
  const of = (word: string) => counts[word] ?? 0
  const [passed, failed, skipped] = [of('passed') + of('flaky'), of('failed') + of('interrupted'), of('skipped') + of('did not run')]
  return { total: passed + failed + skipped, passed, failed, skipped }
}
