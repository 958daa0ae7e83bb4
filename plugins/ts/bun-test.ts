import { frame, headline } from './frames.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const result = /^(?:\((?<word>pass|fail|skip|todo)\)|(?<sign>[✓✗»✎])) (?<name>\S.*?)(?: \[[\d.]+ ?[mµ]?s\])?$/
const file = /^(?<file>\S+\.[cm]?[jt]sx?):$/
const count = /^ (?<count>\d+) (?<word>pass|fail|skip|todo)$/
const ran = /^Ran (?<total>\d+) tests? across \d+ files?\./
const words: Readonly<Record<string, string>> = { '✓': 'pass', '✗': 'fail', '»': 'skip', '✎': 'todo' }

/** `bun test`: the error stands above its `(fail) suite > name [0.1ms]`; closing ` 2 pass`, ` 1 fail`, `Ran 3 tests`. */
export const bunTest: LineParser = {
  lines(context) {
    let current: string | undefined
    let above: string[] = []
    let counts: Record<string, number> = {}
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const groups = c === 40 || c > 127 ? result.exec(text)?.groups : undefined
        const word = groups?.word ?? words[groups?.sign ?? '']
        if (groups?.name && word && (groups.word || current)) {
          if (word === 'fail') report(groups.name, current, above, context)
          above = []
          return true
        }
        const heading = !text.endsWith(':') ? undefined : file.exec(text)?.groups?.file
        if (heading) {
          current = heading
          above = []
          return true
        }
        const closing = c !== 32 ? undefined : count.exec(text)?.groups
        if (closing?.word) counts[closing.word] = Number(closing.count)
        const total = c !== 82 ? undefined : ran.exec(text)?.groups?.total
        if (total !== undefined) {
          const { pass = 0, fail = 0, skip = 0, todo = 0 } = counts
          context.emit({ tool: 'bun-test', totals: { total: Number(total), passed: pass, failed: fail, skipped: skip + todo } })
          counts = {}
          current = undefined
          return true
        }
        if (above.length < 200) above.push(text)
      },
    }
  },
}

function report(name: string, file: string | undefined, above: readonly string[], context: ParseContext): void {
  const start = above.findLastIndex(line => /^\d+ \| /.test(line))
  const lines = above.slice(start + 1).filter(line => !/^\s*\^+$/.test(line))
  const where = frame(above)
  context.emit({
    tool: 'bun-test', test: name, status: 'failed', message: headline(lines) || 'failed', trace: above.join('\n').trim(),
    file: where?.file ?? file, ...(where ? { line: where.line } : {}),
  })
}
