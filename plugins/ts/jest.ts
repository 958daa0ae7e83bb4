import { frame, headline, type Place } from './frames.ts'
import { perPackage } from './monorepo.ts'
import type { LineParser, ParseContext } from '../../core/contract.ts'

const result = /^(?<word>PASS|FAIL) +(?<rest>\S.*)$/
const bullet = /^ {2}● (?<name>\S.*)$/
const summary = /^(?:Test Suites: |Tests: |Summary of all failing tests$|Snapshot Summary$)/
const totals = /^Tests: +(?<counts>\d.* total)$/
const notATest = /^(?:Console|Deprecation Warning:|Validation (?:Error|Warning):|Cannot log after tests are done|Unhandled)/

interface Block {
  name: string
  file: string | undefined
  lines: string[]
}

/** Jest's default and verbose text: a block per failed test under its file, and the closing `Tests: 1 failed, 2 passed, 3 total`. */
export const jest: LineParser = perPackage({
  lines(context) {
    const seen = new Set<string>()
    let file: string | undefined
    let failing = false
    let block: Block | undefined
    const close = () => {
      if (block) report(block, seen, context)
      block = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        if (!block && c !== 80 && c !== 70 && c !== 84 && c !== 83 && !(failing && c === 32)) return false
        const groups = result.exec(text)?.groups
        if (groups) {
          close()
          failing = groups.word === 'FAIL'
          file = fileIn(groups.rest ?? '')
          return true
        }
        const name = failing ? bullet.exec(text)?.groups?.name : undefined
        if (name !== undefined) {
          close()
          block = notATest.test(name) ? undefined : { name, file, lines: [] }
          return true
        }
        if (summary.test(text)) {
          close()
          failing = false
          const counts = totals.exec(text)?.groups?.counts
          if (counts) {
            count(counts, context)
            // Another package's run may follow, with files and tests of the same names.
            seen.clear()
          }
          return true
        }
        if (block && block.lines.length < 400) block.lines.push(text)
        return block !== undefined
      },
      end: close,
    }
  },
})

/** The file follows the name of its project, if any, and precedes its time. */
function fileIn(rest: string): string | undefined {
  const bare = rest.replace(/ \([\d.]+ m?s(?:, [^)]*)?\)$/, '')
  return bare.split(' ').findLast(word => /[./\\]/.test(word)) ?? bare
}

function report(block: Block, seen: Set<string>, context: ParseContext): void {
  // The summary at the end prints every failure again.
  const key = `${block.file}\0${block.name}`
  if (seen.has(key)) return
  seen.add(key)
  const where = frame(block.lines) ?? syntaxError(block.lines)
  const message = headline(afterAdvice(block.lines)) || block.name
  const trace = block.lines.join('\n').trim()
  const place = { file: where?.file ?? block.file, ...(where ? { line: where.line } : {}) }
  if (block.name === 'Test suite failed to run') {
    context.emit({ tool: 'jest', rule: block.file, level: 'error', kind: 'test', message: `Test suite failed to run: ${message}`, ...place, trace })
  } else context.emit({ tool: 'jest', test: block.name, status: 'failed', message, trace, ...place })
}

/** Jest's advice on files it cannot parse fills a screen; what happened stands under `Details:`. */
export function afterAdvice(lines: readonly string[]): readonly string[] {
  return lines.slice(lines.findIndex(line => /^ +Details:$/.test(line)) + 1)
}

/** Babel's `SyntaxError: /x/a.js: Unexpected token (1:18)`, columns from 0. */
export function syntaxError(lines: readonly string[]): Place | undefined {
  for (const line of lines) {
    const groups = /^ *SyntaxError: (?<file>\S+): .*\((?<line>\d+):(?<column>\d+)\)$/.exec(line)?.groups
    if (groups?.file) return { file: groups.file, line: Number(groups.line), column: Number(groups.column) + 1 }
  }
  return undefined
}

function count(text: string, context: ParseContext): void {
  const of = (word: string) => Number(new RegExp(`(\\d+) ${word}\\b`).exec(text)?.[1] ?? 0)
  context.emit({ tool: 'jest', totals: { total: of('total'), passed: of('passed'), failed: of('failed'), skipped: of('skipped') + of('todo') } })
}
