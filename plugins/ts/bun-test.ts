import { frame, headline, type Place } from './frames.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const result = /^(?:\((?<word>pass|fail|skip|todo)\)|(?<sign>[✓✗»✎])) (?<name>\S.*?)(?: \[[\d.]+ ?[mµ]?s\])?$/
const file = /^(?<file>\S+\.[cm]?[jt]sx?):$/
const count = /^ (?<count>\d+) (?<word>pass|fail|skip|todo)$/
const ran = /^Ran (?<total>\d+) tests? across \d+ files?\./
const words: Readonly<Record<string, string>> = { '✓': 'pass', '✗': 'fail', '»': 'skip', '✎': 'todo' }

const outside = /^# Unhandled error between tests$/
const ruler = /^-{10,}$/
const remark = /^ {2}\^ (?<why>\S.*)$/

interface Failed {
  name: string
  file: string | undefined
  above: readonly string[]
}

/** `bun test`: the error stands above its `(fail) suite > name [0.1ms]`, a time limit below; closing ` 2 pass`, ` 1 fail`, `Ran 3 tests`. */
export const bunTest: LineParser = {
  lines(context) {
    let current: string | undefined
    let above: string[] = []
    let counts: Record<string, number> = {}
    let failed: Failed | undefined
    let unhandled: string[] | undefined
    const close = (why?: string) => {
      if (failed) report(failed, why, context)
      failed = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const why = failed && c === 32 ? remark.exec(text)?.groups?.why : undefined
        close(why)
        if (why !== undefined) return true
        if (c === 35 && outside.test(text)) {
          unhandled = []
          return true
        }
        if (unhandled) {
          const isRuler = ruler.test(text)
          if (isRuler && unhandled.length > 0) {
            reportOutside(current, unhandled, context)
            unhandled = undefined
            above = []
          } else if (unhandled.length >= 200) unhandled = undefined
          else if (!isRuler) unhandled.push(text)
          return true
        }
        const groups = c === 40 || c > 127 ? result.exec(text)?.groups : undefined
        const word = groups?.word ?? words[groups?.sign ?? '']
        if (groups?.name && word && (groups.word || current)) {
          if (word === 'fail') failed = { name: groups.name, file: current, above }
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
      end: () => close(),
    }
  },
}

function report({ name, file, above }: Failed, why: string | undefined, context: ParseContext): void {
  const { message, where } = explained(above)
  context.emit({
    tool: 'bun-test', test: name, status: 'failed', message: message || why || 'failed', trace: above.join('\n').trim(),
    file: where?.file ?? file, ...(where ? { line: where.line } : {}),
  })
}

/** A file that could not be loaded, or an error that no test waited for. */
function reportOutside(file: string | undefined, lines: readonly string[], context: ParseContext): void {
  const { message, where } = explained(lines)
  context.emit({
    tool: 'bun-test', rule: file ?? 'Unhandled error', level: 'error', kind: 'test', message: message || 'Unhandled error between tests', trace: lines.join('\n').trim(),
    file: where?.file ?? file, ...(where ? { line: where.line } : {}),
  })
}

/** What is said below the excerpt, which ends with a caret. */
function explained(text: readonly string[]): { message: string; where: Place | undefined } {
  const start = text.findLastIndex(line => /^ *\d+ \| /.test(line))
  return { message: headline(text.slice(start + 1).filter(line => !/^\s*\^+$/.test(line))), where: frame(text) }
}
