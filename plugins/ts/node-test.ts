import { frame, headline, place } from './frames.ts'
import { perPackage } from './monorepo.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const suite = /^(?<indent> *)▶ (?<name>\S.*)$/
const failed = /^(?<indent> *)✖ (?<name>\S.*\([\d.]+ms\))(?: # .*)?$/
const section = /^✖ failing tests:$/
const where = /^test at (?<place>\S.*)$/
const count = /^ℹ (?<word>tests|pass|fail|cancelled|skipped|todo|duration_ms) (?<count>[\d.]+)$/

interface Block {
  key: string
  at: string | undefined
  lines: string[]
}

/**
 * Node's own test runner, spec reporter. The tree gives the suites' names, the closing list of failing tests the rest;
 * a test is found in both by its name and duration. (Its TAP is read as any TAP.)
 */
export const nodeTest: LineParser = perPackage({
  lines(context) {
    const paths = new Map<string, string>()
    let stack: string[] = []
    let counts: Record<string, number> = {}
    let listing = false
    let at: string | undefined
    let block: Block | undefined
    const close = () => {
      if (block) report(block, paths, context)
      block = undefined
    }
    const restart = () => {
      listing = false
      stack = []
      counts = {}
    }
    return {
      line(text) {
        if (!listing && !block && !signed(text)) return false
        const closing = count.exec(text)?.groups
        if (closing?.word) {
          if (closing.word === 'tests') { close(); restart() }
          counts[closing.word] = Number(closing.count)
          if (closing.word === 'duration_ms') total(counts, context)
          return true
        }
        if (section.test(text)) return (listing = true)
        const place = listing ? where.exec(text)?.groups?.place : undefined
        if (place !== undefined) {
          close()
          at = place
          return true
        }
        const opened = suite.exec(text)?.groups
        if (opened && !block) {
          stack = [...stack.slice(0, (opened.indent ?? '').length / 2), opened.name ?? '']
          return true
        }
        const test = failed.exec(text)?.groups
        if (test?.name && listing && !test.indent) {
          close()
          block = { key: test.name, at, lines: [] }
          at = undefined
          return true
        }
        if (test?.name && !listing) {
          paths.set(test.name, [...stack.slice(0, (test.indent ?? '').length / 2), bare(test.name)].join(' > '))
          return true
        }
        if (block && block.lines.length < 400) block.lines.push(text)
        return block !== undefined
      },
      end: close,
    }
  },
})

/** Whether the first character is one of the reporter's. */
function signed(text: string): boolean {
  let at = 0
  while (text.charCodeAt(at) === 32) at++
  return text.charCodeAt(at) > 127
}

function report(block: Block, paths: ReadonlyMap<string, string>, context: ParseContext): void {
  const found = frame(block.lines) ?? (block.at === undefined ? undefined : place(block.at))
  context.emit({
    tool: 'node-test', test: paths.get(block.key) ?? bare(block.key), status: 'failed',
    message: headline(block.lines) || 'failed', trace: block.lines.join('\n').trim(),
    ...(found ? { file: found.file, line: found.line } : {}),
  })
}

function bare(name: string): string {
  return name.replace(/ \([\d.]+ms\)$/, '')
}

function total(counts: Record<string, number>, context: ParseContext): void {
  const { tests = 0, pass = 0, fail = 0, cancelled = 0, skipped = 0, todo = 0 } = counts
  context.emit({ tool: 'node-test', totals: { total: tests, passed: pass, failed: fail + cancelled, skipped: skipped + todo } })
}
