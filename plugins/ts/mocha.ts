import { frame, headline } from './frames.ts'
import { perPackage } from './monorepo.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const count = /^ {2}(?<count>\d+) (?<word>passing|pending|failing)(?: \([\w. ]+\))?$/
const number = /^ {2}\d+\) (?<name>\S.*)$/
const deeper = /^ {5,}(?<name>\S.*)$/
const timedOut = /^Error: Timeout of \d+ms exceeded\..* \((?<file>[^()]+)\)$/m
const over = /^(?:npm (?:ERR!|error)|error Command failed|\s*={3,})/

interface Block {
  names: string[]
  named: boolean
  lines: string[]
}

/** Mocha's closing part, which all its human reporters share (Cypress too): `2 passing`, `1 failing`, then the failures by number. */
export const mocha: LineParser = perPackage({
  lines(context) {
    let counts: Record<string, number> | undefined
    let listing = false
    let block: Block | undefined
    const close = () => {
      if (block) report(block, context)
      block = undefined
    }
    const total = () => {
      close()
      if (counts) context.emit({ tool: 'mocha', totals: sum(counts) })
      counts = undefined
      listing = false
    }
    return {
      line(text) {
        const groups = text.startsWith('  ') ? count.exec(text)?.groups : undefined
        if (groups?.word === 'passing') total()
        if (groups?.word && (counts || groups.word === 'passing')) {
          counts = { ...counts, [groups.word]: Number(groups.count) }
          listing = groups.word === 'failing'
          return true
        }
        if (!listing) return
        if (over.test(text)) return close()
        const name = number.exec(text)?.groups?.name
        if (name !== undefined) {
          close()
          block = { names: [name], named: name.endsWith(':'), lines: [] }
          return true
        }
        if (block) add(block, text)
        return block !== undefined
      },
      end: total,
    }
  },
})

function add(block: Block, text: string): void {
  const name = block.named ? undefined : deeper.exec(text)?.groups?.name
  if (name !== undefined) block.names.push(name)
  else if (block.lines.length < 200) block.lines.push(text)
  block.named ||= name === undefined || name.endsWith(':')
}

function report(block: Block, context: ParseContext): void {
  const where = frame(block.lines)
  const message = headline(block.lines) || 'failed'
  const file = where?.file ?? timedOut.exec(message)?.groups?.file
  context.emit({
    tool: 'mocha', test: block.names.join(' ').replace(/:$/, ''), status: 'failed',
    message, trace: block.lines.join('\n').trim(),
    ...(file === undefined ? {} : { file }), ...(where ? { line: where.line } : {}),
  })
}

function sum(counts: Record<string, number>): { total: number; passed: number; failed: number; skipped: number } {
  const { passing: passed = 0, failing: failed = 0, pending: skipped = 0 } = counts
  return { total: passed + failed + skipped, passed, failed, skipped }
}
