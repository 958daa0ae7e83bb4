import { frame, headline } from './frames.ts'
import { perPackage } from './monorepo.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const failure = /^ FAIL {1,2}(?<name>\S.*)$/
const unhandled = /^⎯+ (?<name>Unhandled (?:Rejection|Error)|Uncaught Exception) ⎯+$/
const rule = /^⎯{10,}/
const totals = /^ *Tests {2}(?<counts>\d.*)\((?<total>\d+)\)$/

interface Block {
  names: string[]
  lines: string[]
}

/** Vitest's text, any of its human reporters: ` FAIL  a.test.ts > suite > name` with the error below, and the closing `Tests  1 failed | 2 passed (3)`. */
export const vitest: LineParser = perPackage({
  lines(context) {
    let block: Block | undefined
    const close = () => {
      for (const name of block?.names ?? []) report(name, block?.lines ?? [], context)
      block = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!block && c !== 32 && c !== 84 && c < 128) return false
        const name = (failure.exec(text) ?? unhandled.exec(text))?.groups?.name
        if (name !== undefined) {
          // Tests that failed alike share one error.
          if (block?.lines.length === 0) block.names.push(name)
          else {
            close()
            block = { names: [name], lines: [] }
          }
          return true
        }
        const groups = totals.exec(text)?.groups
        if (groups) {
          close()
          count(groups.counts ?? '', Number(groups.total), context)
          return true
        }
        if (rule.test(text)) close()
        if (block && block.lines.length < 400) block.lines.push(text)
        return block !== undefined
      },
      end: close,
    }
  },
})

function report(name: string, lines: readonly string[], context: ParseContext): void {
  const where = frame(lines)
  const trace = lines.join('\n').trim()
  const message = headline(lines) || 'failed'
  const place = where ? { file: where.file, line: where.line } : {}
  const suite = / \[ (?<file>.+) \]$/.exec(name)?.groups?.file
  const [file, ...path] = name.replace(/^\|[^|]*\| /, '').split(' > ')
  if (suite !== undefined || path.length === 0) {
    context.emit({ tool: 'vitest', rule: suite ?? name, level: 'error', kind: 'test', message, file: suite, ...place, trace })
  } else context.emit({ tool: 'vitest', test: path.join(' > '), status: 'failed', message, trace, file, ...place })
}

function count(text: string, total: number, context: ParseContext): void {
  const of = (word: string) => Number(new RegExp(`(\\d+) ${word}\\b`).exec(text)?.[1] ?? 0)
  context.emit({ tool: 'vitest', totals: { total, passed: of('passed') + of('expected fail'), failed: of('failed'), skipped: of('skipped') + of('todo') } })
}
