import type { LineParser, ParseContext } from '../../core/contract.ts'
import { failureOf } from './failure.ts'
import { reportersReader } from './minitest-reporters.ts'

/** `  1) Failure:`; Rails and some reporters leave the number out. */
const begin = /^(?: {0,4}\d{1,6}\) )?(?<kind>Failure|Error|Skipped):$/
/** `Name#test [file:3]:`, and before 5.0 `test(Name) [file:3]:`; an error has no place. */
const name = /^(?<test>\S.*?)(?: \[(?<file>(?:[A-Za-z]:)?[^:[\]]+):(?<line>\d+)\])?:?$/
const old = /^(?<test>[^()]+)\((?<owner>[\w:]+)\)$/
const closing = /^(?<total>\d+) (?:runs|tests), \d+ assertions, (?<failures>\d+) failures, (?<errors>\d+) errors(?:, (?<skips>\d+) skips)?(?:, \d+ (?:warnings|flakes).*)?$/
const ends = /^(?:Finished (?:tests )?in |(?:bin\/)?rails test \S|bin\/rake test |rake test |You have skipped tests|Run options:|# Running)/
const mostLines = 400

interface Block { kind: string; header: string | undefined; lines: string[] }

/**
 * Minitest's text, also verbose, Rails' (failures as they happen, with a command to run them again), minitest-reporters',
 * and test/unit's of Ruby 1.8, which began the form. Source: minitest's README and its reporters in `lib/minitest.rb`.
 */
export const minitest: LineParser = {
  lines(context) {
    const reporters = reportersReader(context)
    let block: Block | undefined
    const close = () => {
      if (block) report(block, context)
      block = undefined
    }
    return {
      line(text) {
        const c = text.charCodeAt(0)
        const started = text.endsWith(':') && (c === 32 || c === 69 || c === 70 || c === 83) ? begin.exec(text)?.groups?.kind : undefined
        if (started !== undefined) {
          close()
          block = { kind: started, header: undefined, lines: [] }
          return true
        }
        const totals = c >= 48 && c <= 57 ? closing.exec(text)?.groups : undefined
        if (totals) {
          close()
          reporters.end()
          context.emit({ tool: 'minitest', totals: totalsOf(totals) })
          return true
        }
        if (!block) return reporters.line(text)
        if (ends.test(text)) {
          close()
          return true
        }
        // A word and nothing else is how Rspec and others head their sections too: what follows must be a test's name.
        if (block.header === undefined) {
          if (!/^\S/.test(text) || !/#|\(\S+\)/.test(text)) block = undefined
          else block.header = text
          return block !== undefined
        }
        if (block.lines.length < mostLines) block.lines.push(text)
        return true
      },
      end() {
        close()
        reporters.end()
      },
    }
  },
}

function report({ kind, header = '', lines }: Block, { emit }: ParseContext): void {
  if (kind === 'Skipped' || header.length > 4000) return
  const groups = name.exec(header)?.groups
  if (!groups?.test) return
  const before = old.exec(groups.test)?.groups
  const place = groups.file === undefined ? undefined : { file: groups.file, line: Number(groups.line) }
  const { message, trace, ...found } = failureOf(lines.map(line => line.replace(/^Minitest::(?:Assertion|UnexpectedError): +/, '')))
  emit({ tool: 'minitest', test: before ? `${before.owner}#${before.test}` : groups.test, status: 'failed', message, trace, ...(place ?? found) })
}

function totalsOf(groups: Readonly<Record<string, string | undefined>>): { total: number; passed: number; failed: number; skipped: number } {
  const total = Number(groups.total)
  const failed = Number(groups.failures) + Number(groups.errors)
  const skipped = Number(groups.skips ?? 0)
  return { total, failed, skipped, passed: Math.max(0, total - failed - skipped) }
}
